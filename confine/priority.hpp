// How a process in the background makes way for those that somebody waits for. Called in a child between fork and exec:
// async-signal-safe, and what the process starts later inherits it.
#pragma once

namespace chalkline::confine {

inline constexpr int kMostNice = 19;

// Low priority (`niceness` as in nice(1): 10 has about a tenth of a processor that another wants whole) and no turn
// before anybody who wakes up. 19, the most, takes only what nobody else wants (SCHED_IDLE: some thousandths of a
// processor that another wants whole). A kernel that refuses leaves it as it was.
void give_way(int niceness) noexcept;

}  // namespace chalkline::confine
