// A child process under limits: its own process group, no standard input, no network where the system allows, low
// priority, killed when this process or the thread that started it dies. Its standard output and standard error are
// pipes read by the owner. One thread owns it; the destructor kills the whole group and reaps.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "core/error.hpp"
#include "core/file.hpp"

namespace chalkline::cli {

// AddressSanitizer and ThreadSanitizer map terabytes: under them the memory limit is lifted.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kUnderSanitizer = true;
#elif defined(__has_feature)
inline constexpr bool kUnderSanitizer = __has_feature(address_sanitizer) || __has_feature(thread_sanitizer);
#else
inline constexpr bool kUnderSanitizer = false;
#endif

struct ChildLimits {
  std::uint64_t memory = 0;     // bytes of private writable memory (RLIMIT_DATA); 0: none
  std::uint64_t file_size = 0;  // bytes of any one file it writes; 0: none
  std::chrono::seconds cpu{0};  // over all its threads; 0: none
};

// How a child ended: an exit code or a signal.
struct ChildEnd {
  std::optional<int> exit_code;
  int signal = 0;
};

class ChildProcess {
 public:
  // Starts `program` with `arguments` after its name. kIo when there is no process to be had.
  static Result<ChildProcess> start(const std::string& program, const std::vector<std::string>& arguments,
                                    const ChildLimits& limits);
  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&&) = delete;
  ~ChildProcess();

  [[nodiscard]] int output() const { return output_.get(); }  // read ends, non-blocking
  [[nodiscard]] int errors() const { return errors_.get(); }
  void close_output() { output_.reset(); }
  void close_errors() { errors_.reset(); }
  // SIGTERM or SIGKILL to its group; nothing once it has been reaped.
  void signal(int number) const;
  // How it ended, as soon as it has; waits no longer than `patience`.
  std::optional<ChildEnd> wait(std::chrono::milliseconds patience);

 private:
  ChildProcess(pid_t pid, UniqueFd handle, UniqueFd output, UniqueFd errors)
      : pid_(pid), handle_(std::move(handle)), output_(std::move(output)), errors_(std::move(errors)) {}

  pid_t pid_;        // 0 once reaped or moved from
  UniqueFd handle_;  // pidfd: readable when the child has ended
  UniqueFd output_;
  UniqueFd errors_;
};

}  // namespace chalkline::cli
