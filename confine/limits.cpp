// setrlimit(2), downwards only.
#include "confine/limits.hpp"

#include <algorithm>

#include <sys/resource.h>

namespace chalkline::confine {

namespace {

void lower(decltype(RLIMIT_DATA) which, rlim_t soft, rlim_t hard) noexcept {
  rlimit now{};
  if (::getrlimit(which, &now) != 0) return;
  const rlimit wanted{std::min({soft, hard, now.rlim_cur}), std::min(hard, now.rlim_max)};
  ::setrlimit(which, &wanted);
}

void lower(decltype(RLIMIT_DATA) which, rlim_t bound) noexcept {
  if (bound != 0) lower(which, bound, bound);
}

}  // namespace

void apply(const Limits& limits) noexcept {
  // Not RLIMIT_AS: malloc reserves address space for each thread, far more on a machine with many cores than is used.
  if constexpr (!kUnderSanitizer) lower(RLIMIT_DATA, limits.memory);
  lower(RLIMIT_FSIZE, limits.file_size);
  lower(RLIMIT_NOFILE, limits.open_files);
  const auto cpu = static_cast<rlim_t>(limits.cpu.count());
  if (cpu != 0) lower(RLIMIT_CPU, cpu, cpu + 5);  // SIGXCPU at the first, SIGKILL at the second
  lower(RLIMIT_CORE, 0, 0);
}

}  // namespace chalkline::confine
