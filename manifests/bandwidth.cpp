// Integer bit rates, 128 bits wide inside.
#include "manifests/bandwidth.hpp"

#include <algorithm>
#include <limits>

namespace chalkline::manifests {

__extension__ using Wide = unsigned __int128;

std::uint64_t bit_rate(std::uint64_t bytes, Ticks duration, Timescale timescale) {
  const Wide length = static_cast<Wide>(std::max<Ticks>(duration, 1));
  const Wide rate = (static_cast<Wide>(bytes) * 8 * timescale + length - 1) / length;
  return static_cast<std::uint64_t>(std::min<Wide>(rate, std::numeric_limits<std::uint64_t>::max()));
}

void measure(RenditionEntry& rendition) {
  const Timescale timescale = rendition.format.timescale;
  std::uint64_t bytes = 0;
  std::uint64_t iframe_bytes = 0;
  Ticks duration = 0;
  rendition.peak_bandwidth = 0;
  rendition.iframe_peak_bandwidth = 0;
  for (const SegmentEntry& segment : rendition.segments) {
    bytes += segment.bytes;
    iframe_bytes += segment.iframe_bytes;
    duration += segment.duration;
    rendition.peak_bandwidth = std::max(rendition.peak_bandwidth, bit_rate(segment.bytes, segment.duration, timescale));
    rendition.iframe_peak_bandwidth =
        std::max(rendition.iframe_peak_bandwidth, bit_rate(segment.iframe_bytes, segment.duration, timescale));
  }
  rendition.bytes = rendition.init_bytes + bytes;
  rendition.average_bandwidth = bit_rate(bytes, duration, timescale);
  rendition.iframe_average_bandwidth = bit_rate(iframe_bytes, duration, timescale);
}

}  // namespace chalkline::manifests
