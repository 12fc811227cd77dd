// Bounds on one process, by setrlimit(2). Called in a child between fork and exec, and by a process on itself; a bound
// is only ever lowered.
#pragma once

#include <chrono>
#include <cstdint>

namespace chalkline::confine {

// AddressSanitizer and ThreadSanitizer map terabytes and look at their own threads with ptrace(2): under them the limit
// of memory and the filter of system calls are lifted.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kUnderSanitizer = true;
#elif defined(__has_feature)
inline constexpr bool kUnderSanitizer = __has_feature(address_sanitizer) || __has_feature(thread_sanitizer);
#else
inline constexpr bool kUnderSanitizer = false;
#endif

struct Limits {
  std::uint64_t memory = 0;      // bytes of private writable memory (RLIMIT_DATA); 0: none
  std::uint64_t file_size = 0;   // bytes of any one file it writes; 0: none
  std::uint64_t open_files = 0;  // descriptors at once; 0: none
  std::chrono::seconds cpu{0};   // over all its threads; 0: none
};

// Also forbids core dumps. Async-signal-safe; a bound the system refuses is left out.
void apply(const Limits& limits) noexcept;

}  // namespace chalkline::confine
