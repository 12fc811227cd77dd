// How a process in the background makes way for those that somebody waits for. Called in a child between fork and exec:
// async-signal-safe, and what the process starts later inherits it.
#pragma once

namespace chalkline::confine {

// Low priority (niceness 10: about a tenth of a processor that others want whole) and no turn before anybody who wakes
// up. A kernel that refuses leaves it as it was.
void give_way() noexcept;

}  // namespace chalkline::confine
