// Bits from the left, as AV1 4.10.2 reads them.
#include "transcode/pictures/av1_header.hpp"

#include <cstdint>

namespace chalkline::transcode {

namespace {

using Bytes = std::span<const std::byte>;

constexpr unsigned kSequenceHeader = 1;  // obu_type, AV1 6.2.2

class Bits {
 public:
  explicit Bits(Bytes bytes) : bytes_(bytes) {}
  // 0 beyond the end, which ended() tells.
  unsigned take(int count) {
    unsigned value = 0;
    for (; count > 0; --count, ++at_) {
      const std::size_t byte = at_ / 8;
      const unsigned bit = byte < bytes_.size() ? std::to_integer<unsigned>(bytes_[byte]) >> (7 - at_ % 8) & 1U : 0;
      value = value << 1U | bit;
    }
    return value;
  }
  [[nodiscard]] bool ended() const { return at_ > bytes_.size() * 8; }

 private:
  Bytes bytes_;
  std::size_t at_ = 0;
};

// AV1 4.10.5 leb128(); takes its bytes off the front.
std::optional<std::size_t> take_leb128(Bytes& bytes) {
  std::size_t value = 0;
  for (unsigned i = 0; i < 8 && !bytes.empty(); ++i) {
    const auto byte = std::to_integer<std::size_t>(bytes.front());
    bytes = bytes.subspan(1);
    value |= (byte & 0x7F) << (i * 7);
    if ((byte & 0x80) == 0) return value;
  }
  return std::nullopt;
}

// AV1 5.5.1 sequence_header_obu(), as far as the first operating point.
std::optional<Av1Level> parse(Bytes header) {
  Bits bits(header);
  Av1Level found;
  found.profile = static_cast<int>(bits.take(3));
  bits.take(1);             // still_picture
  if (bits.take(1) == 1) {  // reduced_still_picture_header
    found.level = static_cast<int>(bits.take(5));
  } else {
    if (bits.take(1) == 1) return std::nullopt;                // timing_info_present_flag
    bits.take(1);                                              // initial_display_delay_present_flag
    bits.take(5);                                              // operating_points_cnt_minus_1
    bits.take(12);                                             // operating_point_idc[0]
    found.level = static_cast<int>(bits.take(5));              // seq_level_idx[0]
    if (found.level > 7) found.high_tier = bits.take(1) == 1;  // seq_tier[0]
  }
  if (bits.ended()) return std::nullopt;
  return found;
}

}  // namespace

std::optional<Av1Level> av1_level(Bytes obus) {
  while (!obus.empty()) {  // AV1 5.3.2 obu_header()
    const auto head = std::to_integer<unsigned>(obus.front());
    const bool extended = (head >> 2U & 1U) == 1;
    const bool sized = (head >> 1U & 1U) == 1;
    const std::size_t head_bytes = extended ? 2 : 1;
    if (obus.size() < head_bytes) return std::nullopt;
    obus = obus.subspan(head_bytes);
    std::size_t size = obus.size();
    if (sized) {
      const auto told = take_leb128(obus);
      if (!told || *told > obus.size()) return std::nullopt;
      size = *told;
    }
    if ((head >> 3U & 15U) == kSequenceHeader) return parse(obus.first(size));
    obus = obus.subspan(size);
  }
  return std::nullopt;
}

}  // namespace chalkline::transcode
