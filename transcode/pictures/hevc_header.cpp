// Bytes, without the emulation prevention between them.
#include "transcode/pictures/hevc_header.hpp"

#include <cstdint>
#include <vector>

#include <fmt/format.h>

namespace chalkline::transcode {

namespace {

constexpr unsigned kSequenceSet = 33;   // ITU-T H.265 table 7-1
constexpr std::size_t kUnitHead = 2;    // 7.3.1.2
constexpr std::size_t kTierLevel = 12;  // profile_tier_level(), its general part (7.3.3)
constexpr std::size_t kConstraints = 6;
constexpr const char* kSpaces[] = {"", "A", "B", "C"};

unsigned value_of(std::byte byte) { return std::to_integer<unsigned>(byte); }

// What follows the head of the first unit of that type, as it was before 0x03 was put after two zeros (7.4.2).
std::vector<unsigned> payload_of(std::span<const std::byte> units, unsigned type, std::size_t most) {
  std::vector<unsigned> found;
  for (std::size_t i = 0; i + 3 < units.size(); ++i) {
    if (value_of(units[i]) != 0 || value_of(units[i + 1]) != 0 || value_of(units[i + 2]) != 1) continue;
    if ((value_of(units[i + 3]) >> 1 & 0x3F) != type) continue;
    int zeros = 0;
    for (std::size_t at = i + 3 + kUnitHead; at < units.size() && found.size() < most; ++at) {
      const unsigned value = value_of(units[at]);
      if (zeros >= 2 && value <= 1) break;  // the next unit's start code
      const bool prevention = zeros >= 2 && value == 3;
      zeros = value == 0 ? zeros + 1 : 0;
      if (!prevention) found.push_back(value);
    }
    return found;
  }
  return found;
}

}  // namespace

std::optional<std::string> hevc_codecs(std::span<const std::byte> units) {
  // 7.3.2.2.1: four bits of an id, three of sub-layers, one of nesting; then what is wanted.
  const std::vector<unsigned> set = payload_of(units, kSequenceSet, 1 + kTierLevel);
  if (set.size() < 1 + kTierLevel) return std::nullopt;
  const std::span<const unsigned> said = std::span(set).subspan(1);
  std::uint32_t flags = 0;  // compatibility flag 0 is the highest bit; E.3 wants it as the lowest
  for (unsigned bit = 0; bit < 32; ++bit) flags |= (said[1 + bit / 8] >> (7 - bit % 8) & 1U) << bit;
  std::string codecs = fmt::format("hvc1.{}{}.{:X}.{}{}", kSpaces[said[0] >> 6], said[0] & 0x1F, flags,
                                   (said[0] >> 5 & 1) != 0 ? 'H' : 'L', said[11]);
  std::size_t last = kConstraints;  // bytes of zero at the end are left out
  while (last > 0 && said[5 + last - 1] == 0) --last;
  for (std::size_t i = 0; i < last; ++i) codecs += fmt::format(".{:X}", said[5 + i]);
  return codecs;
}

}  // namespace chalkline::transcode
