// When a link is dark: `dark` at the end of every `every`, for ever, from the link's own zero. Pure arithmetic.
// "3s/60s" serves 57 s, is dark for 3 s, and so on. A dark link sends nothing; what it holds waits in its queue.
#pragma once

#include <chrono>

namespace chalkline::weaklink {

using Nanos = std::chrono::nanoseconds;  // time on a link, from the moment it was made, or a span of it

struct Outage {
  Nanos dark{0};   // 0: never dark
  Nanos every{0};  // > dark where dark > 0
  friend bool operator==(const Outage&, const Outage&) = default;

  [[nodiscard]] bool dark_at(Nanos time) const noexcept;
  // The moment at which `work` of undisturbed sending that begins at `start` is done, the dark spans skipped.
  [[nodiscard]] Nanos finish(Nanos start, Nanos work) const noexcept;
};

}  // namespace chalkline::weaklink
