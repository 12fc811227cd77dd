// Dark spans, by division: no list of windows is kept.
#include "bench/weaklink/outage.hpp"

#include <algorithm>

namespace chalkline::weaklink {

bool Outage::dark_at(Nanos time) const noexcept { return dark.count() > 0 && time % every >= every - dark; }

Nanos Outage::finish(Nanos start, Nanos work) const noexcept {
  if (dark.count() <= 0) return start + work;
  const Nanos light = every - dark;
  const Nanos cycle = start - start % every;
  const Nanos used = std::min(start % every, light);  // light of this cycle already gone by
  const Nanos needed = used + work;
  // Work that ends with a cycle's light ends there, not after the dark span that follows.
  const auto whole = needed.count() == 0 ? 0 : (needed.count() - 1) / light.count();
  const bool idle_start = work.count() == 0 && used == light;
  if (idle_start) return cycle + every;
  return cycle + whole * every + (needed - whole * light);
}

}  // namespace chalkline::weaklink
