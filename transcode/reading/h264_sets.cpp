// Bits, in the order of the specification's tables.
#include "transcode/reading/h264_sets.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace chalkline::transcode {

namespace {

constexpr int kSequenceSet = 7, kPictureSet = 8;  // ITU-T H.264 table 7-1
// Profiles whose sequence sets tell of chroma and of scaling matrices (7.3.2.1.1).
constexpr int kWithChroma[] = {100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135};
constexpr std::uint32_t kMostMacroblocks = 1024;  // of a side; no level holds a longer one (A.3.1)

int value(std::byte byte) { return std::to_integer<int>(byte); }

// What a NAL unit says, without the bytes that keep start codes out of it (7.3.1).
std::vector<std::byte> payload_of(std::span<const std::byte> unit) {
  std::vector<std::byte> bytes;
  int zeros = 0;
  for (const std::byte byte : unit.subspan(1)) {
    if (zeros >= 2 && byte == std::byte{3}) {
      zeros = 0;
      continue;
    }
    zeros = byte == std::byte{0} ? zeros + 1 : 0;
    bytes.push_back(byte);
  }
  return bytes;
}

class Bits {
 public:
  explicit Bits(std::vector<std::byte> bytes) : bytes_(std::move(bytes)) {}

  std::uint32_t take(int count) {
    std::uint32_t read = 0;
    for (; count > 0; --count, ++at_) {
      if (at_ / 8 >= bytes_.size()) {
        short_ = true;
        return 0;
      }
      read = read << 1U | (std::to_integer<std::uint32_t>(bytes_[at_ / 8]) >> (7 - at_ % 8) & 1U);
    }
    return read;
  }
  // 9.1, ue(v).
  std::uint32_t number() {
    int zeros = 0;
    while (!short_ && take(1) == 0)
      if (++zeros > 31) short_ = true;
    return short_ ? 0 : (1U << static_cast<unsigned>(zeros)) - 1 + take(zeros);
  }
  // 9.1.1, se(v).
  std::int32_t signed_number() {
    const std::uint32_t code = number();
    const auto half = static_cast<std::int32_t>(code / 2);
    return code % 2 == 0 ? -half : half + 1;
  }
  [[nodiscard]] bool whole() const { return !short_; }

 private:
  std::vector<std::byte> bytes_;
  std::size_t at_ = 0;
  bool short_ = false;
};

// 7.3.2.1.1.1
void pass_scaling_list(Bits& bits, int size) {
  std::int32_t last = 8, next = 8;
  for (int i = 0; i < size && bits.whole(); ++i) {
    if (next != 0) next = (last + bits.signed_number() % 256 + 256) % 256;
    last = next == 0 ? last : next;
  }
}

void read_chroma(Bits& bits, H264Sequence& found) {
  found.chroma = static_cast<int>(std::min<std::uint32_t>(bits.number(), 4));
  if (found.chroma == 3) bits.take(1);
  const std::uint32_t luma = bits.number(), chroma = bits.number();
  found.bits = 8 + static_cast<int>(std::min<std::uint32_t>(std::max(luma, chroma), 8));
  bits.take(1);
  if (bits.take(1) == 0) return;
  for (int list = 0; list < (found.chroma == 3 ? 12 : 8); ++list)
    if (bits.take(1) != 0) pass_scaling_list(bits, list < 6 ? 16 : 64);
}

void pass_picture_order(Bits& bits) {
  const std::uint32_t type = bits.number();
  if (type == 0) bits.number();
  if (type != 1) return;
  bits.take(1);
  bits.signed_number();
  bits.signed_number();
  const std::uint32_t cycle = bits.number();
  for (std::uint32_t i = 0; i < cycle && bits.whole(); ++i) bits.signed_number();
}

bool read_size(Bits& bits, H264Sequence& found) {
  const std::uint32_t across = bits.number() + 1, down = bits.number() + 1;
  found.frames_alone = bits.take(1) != 0;
  if (!found.frames_alone) bits.take(1);
  if (across > kMostMacroblocks || down > kMostMacroblocks) return false;
  found.width = static_cast<int>(across) * 16;
  found.height = static_cast<int>(down) * (found.frames_alone ? 16 : 32);
  bits.take(1);
  if (bits.take(1) == 0) return true;
  // Table 6-1: units of two chroma samples across in 4:2:0 and 4:2:2, and down in 4:2:0; twice as many down in fields.
  const std::uint32_t unit_x = found.chroma == 1 || found.chroma == 2 ? 2 : 1;
  const std::uint32_t unit_y = (found.chroma == 1 ? 2U : 1U) * (found.frames_alone ? 1U : 2U);
  const std::uint32_t left = bits.number(), right = bits.number(), top = bits.number(), bottom = bits.number();
  const std::uint32_t most = kMostMacroblocks * 16;
  if (std::max({left, right, top, bottom}) > most) return false;
  found.width -= static_cast<int>(unit_x * (left + right));
  found.height -= static_cast<int>(unit_y * (top + bottom));
  return found.width > 0 && found.height > 0;
}

// A set after its length of two bytes; `rest` goes on behind it.
std::optional<std::span<const std::byte>> take_set(std::span<const std::byte>& rest, int type) {
  if (rest.size() < 2) return std::nullopt;
  const auto length = static_cast<std::size_t>(value(rest[0]) << 8 | value(rest[1]));
  if (length == 0 || rest.size() - 2 < length || (value(rest[2]) & 0x1F) != type) return std::nullopt;
  const auto set = rest.subspan(2, length);
  rest = rest.subspan(2 + length);
  return set;
}

}  // namespace

std::optional<AvcConfiguration> read_avc_configuration(std::span<const std::byte> extradata) {
  if (extradata.size() < 7 || extradata[0] != std::byte{1}) return std::nullopt;
  AvcConfiguration found;
  found.length_size = (value(extradata[4]) & 3) + 1;
  if ((value(extradata[5]) & 0x1F) != 1) return std::nullopt;
  auto rest = extradata.subspan(6);
  const auto sequence = take_set(rest, kSequenceSet);
  if (!sequence || rest.empty() || rest[0] != std::byte{1}) return std::nullopt;
  rest = rest.subspan(1);
  const auto picture = take_set(rest, kPictureSet);
  if (!picture) return std::nullopt;
  found.sequence = *sequence;
  found.picture = *picture;
  return found;
}

std::optional<H264Sequence> read_h264_sequence(std::span<const std::byte> unit) {
  if (unit.size() < 4 || (value(unit[0]) & 0x1F) != kSequenceSet) return std::nullopt;
  Bits bits(payload_of(unit));
  H264Sequence found;
  found.profile = static_cast<int>(bits.take(8));
  found.constraints = static_cast<int>(bits.take(8));
  found.level = static_cast<int>(bits.take(8));
  bits.number();
  if (std::ranges::find(kWithChroma, found.profile) != std::end(kWithChroma)) read_chroma(bits, found);
  found.frame_number_bits = static_cast<int>(std::min<std::uint32_t>(bits.number(), 12)) + 4;
  pass_picture_order(bits);
  found.references = static_cast<int>(std::min<std::uint32_t>(bits.number(), 64));
  found.gaps = bits.take(1) != 0;
  if (!read_size(bits, found) || !bits.whole()) return std::nullopt;
  return found;
}

std::optional<H264Slice> read_h264_slice(std::span<const std::byte> unit, const H264Sequence& sequence) {
  constexpr std::size_t kEnough = 32;  // bytes, for three numbers and frame_num
  if (unit.empty()) return std::nullopt;
  Bits bits(payload_of(unit.first(std::min(unit.size(), kEnough))));
  H264Slice slice;
  slice.first_macroblock = bits.number();
  bits.number();
  bits.number();
  slice.frame_number = bits.take(sequence.frame_number_bits);
  if (!bits.whole()) return std::nullopt;
  return slice;
}

}  // namespace chalkline::transcode
