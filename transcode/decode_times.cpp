// Spreading decode times below the suffix minima of the presentation times.
#include "transcode/decode_times.hpp"

#include <algorithm>

namespace chalkline::transcode {

std::vector<Ticks> decode_times(std::span<const Ticks> presented) {
  std::vector<Ticks> latest(presented.begin(), presented.end());  // the earliest picture still to come
  for (std::size_t i = latest.size(); i-- > 1;) latest[i - 1] = std::min(latest[i - 1], latest[i]);

  std::vector<Ticks> times(latest.size());
  for (std::size_t first = 0; first < latest.size();) {
    std::size_t end = first;
    while (end < latest.size() && latest[end] == latest[first]) ++end;
    const auto count = static_cast<Ticks>(end - first);
    const Ticks before = first == 0 ? latest[0] - count : times[first - 1];
    const Ticks room = latest[first] - before;
    if (room < count || (first == 0 && count > 1)) return {};
    for (Ticks k = 1; k <= count; ++k) times[first + static_cast<std::size_t>(k) - 1] = before + room * k / count;
    first = end;
  }
  return times;
}

}  // namespace chalkline::transcode
