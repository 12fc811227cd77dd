// How far a step of the work is, as what it is a part of is told of it. Whoever watches this process ends it when its
// progress stands still for long (worker.stall_timeout), so whatever takes long tells as it advances.
#pragma once

#include <functional>

namespace chalkline::transcode {

using StepProgress = std::function<void(double)>;  // 0..1, rising; by one thread at a time

// For a step that begins when `whole` is at `from` and leaves it at `to`. `whole` must outlive what is returned.
inline StepProgress step_of(const StepProgress& whole, double from, double to) {
  return [&whole, from, to](double share) { whole(from + (to - from) * share); };
}

}  // namespace chalkline::transcode
