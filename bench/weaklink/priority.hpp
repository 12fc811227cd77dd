// What carries or times packets must not wait for other programs: real time where the kernel lets us (sched(7)), else
// the best niceness it allows, else nothing. Each of these threads needs a few per cent of a core.
#pragma once

namespace chalkline::weaklink {

enum class Urgency { kProbe = 1, kEmulator = 2 };

// The calling thread. What it starts afterwards is ordinary.
void be_urgent(Urgency urgency) noexcept;

}  // namespace chalkline::weaklink
