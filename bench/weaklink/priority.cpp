// The lowest real-time priorities are enough: they are above every ordinary task.
#include "bench/weaklink/priority.hpp"

#include <sched.h>
#include <sys/mman.h>
#include <sys/resource.h>

namespace chalkline::weaklink {

void be_urgent(Urgency urgency) noexcept {
  // Nor may it wait for a page that the machine has put away.
  if (urgency == Urgency::kEmulator) [[maybe_unused]]
    const int unlocked = ::mlockall(MCL_CURRENT | MCL_FUTURE);
  sched_param urgent{};
  urgent.sched_priority = static_cast<int>(urgency);
  if (::sched_setscheduler(0, SCHED_RR | SCHED_RESET_ON_FORK, &urgent) != 0) [[maybe_unused]]
    const int refused = ::setpriority(PRIO_PROCESS, 0, -20);
}

}  // namespace chalkline::weaklink
