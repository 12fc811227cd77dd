// The lowest real-time priorities are enough: they are above every ordinary task.
#include "bench/weaklink/priority.hpp"

#include <sched.h>
#include <sys/resource.h>

namespace chalkline::weaklink {

void be_urgent(Urgency urgency) noexcept {
  sched_param urgent{};
  urgent.sched_priority = static_cast<int>(urgency);
  if (::sched_setscheduler(0, SCHED_RR | SCHED_RESET_ON_FORK, &urgent) != 0) [[maybe_unused]]
    const int refused = ::setpriority(PRIO_PROCESS, 0, -20);
}

}  // namespace chalkline::weaklink
