// Packets in decode order, with times for that.
#include "transcode/packaging/picture_segment.hpp"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "transcode/packaging/decode_times.hpp"

namespace chalkline::transcode {

// A picture each quarter of a second at least is a rate; what comes more seldom is a still's repetition, and decoding
// some pictures ahead of it would be seconds.
static constexpr Ticks kSlowestRate = 4;

std::vector<Ticks> segment_times(std::span<const Ticks> presented, Ticks end, Timescale timescale) {
  return decode_times(presented, end, static_cast<Ticks>(timescale) / kSlowestRate);
}

Result<void> write_picture_segment(TrackWriter& writer, std::vector<av::PacketPtr> packets, Ticks end) {
  std::vector<Ticks> presented(packets.size());
  std::transform(packets.begin(), packets.end(), presented.begin(), [](const auto& packet) { return packet->pts; });
  std::vector<Ticks> decoded = segment_times(presented, end, writer.format().timescale);
  if (decoded.empty()) return Error(Errc::kInternal, "a segment's pictures cannot be put in decode order");
  decoded.push_back(end);
  for (std::size_t i = 0; i < packets.size(); ++i)
    CHALK_TRY(writer.write(*packets[i], decoded[i], decoded[i + 1] - decoded[i]));
  return writer.end_segment();
}

Ratio mean_rate(std::int64_t pictures, MediaTime end) {
  Ratio rate{pictures * static_cast<std::int64_t>(end.timescale), std::max<Ticks>(1, end.ticks)};
  if (const auto common = std::gcd(rate.num, rate.den); common > 1) rate = {rate.num / common, rate.den / common};
  return rate;
}

std::string avc_codecs(std::span<const std::uint8_t> header) {
  for (std::size_t i = 0; i + 6 < header.size(); ++i)
    if (header[i] == 0 && header[i + 1] == 0 && header[i + 2] == 1 && (header[i + 3] & 0x1F) == 7)
      return fmt::format("avc1.{:02x}{:02x}{:02x}", header[i + 4], header[i + 5], header[i + 6]);
  return "avc1.640028";
}

}  // namespace chalkline::transcode
