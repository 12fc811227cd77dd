// sched_setattr(2), for which glibc 2.36 has no function, and whose kernel header does not go together with <sched.h>.
#include "confine/priority.hpp"

#include <cstdint>

#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace chalkline::confine {

namespace {

constexpr int kNiceness = 10;

struct SchedulerAttributes {
  std::uint32_t size = sizeof(SchedulerAttributes);
  std::uint32_t policy = SCHED_BATCH;
  std::uint64_t flags = 0;
  std::int32_t nice = kNiceness;
  std::uint32_t priority = 0;
  std::uint64_t slice_ns = 100'000'000;  // the longest there is
  std::uint64_t deadline_ns = 0;
  std::uint64_t period_ns = 0;
};

}  // namespace

// Since Linux 6.6 who runs is left to run until the next tick, 4 ms, though somebody more urgent has woken; since 6.12
// not if his slice is the longer one. Older kernels know the niceness alone. SCHED_IDLE makes way as well, but gets
// next to nothing of a busy machine, and without a privilege there is no way back from it (sched(7)).
void give_way() noexcept {
  const SchedulerAttributes attributes;
  if (::syscall(SYS_sched_setattr, 0, &attributes, 0) != 0) (void)::setpriority(PRIO_PROCESS, 0, kNiceness);
}

}  // namespace chalkline::confine
