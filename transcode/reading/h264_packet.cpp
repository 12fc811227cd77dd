// Headers of NAL units, nothing more.
#include "transcode/reading/h264_packet.hpp"

namespace chalkline::transcode {

namespace {

// ITU-T H.264 table 7-1.
constexpr int kSlice = 1, kIdrSlice = 5, kSequenceSet = 7, kPictureSet = 8;

// The byte at the start of a NAL unit (7.3.1): a bit that is 0, two of nal_ref_idc, five of nal_unit_type.
void take_unit(std::byte header, H264Picture& picture) {
  const int value = std::to_integer<int>(header);
  const int type = value & 0x1F;
  if (type == kSequenceSet || type == kPictureSet) picture.sets = true;
  if (type < kSlice || type > kIdrSlice) return;
  picture.known = true;
  picture.idr = picture.idr || type == kIdrSlice;
  picture.reference = picture.reference || (value & 0x60) != 0;
}

// Units between start codes: two zeros and a one, which never stand inside of a unit (7.4.1).
H264Picture after_start_codes(std::span<const std::byte> packet) {
  H264Picture picture;
  for (std::size_t i = 0; i + 3 < packet.size(); ++i) {
    if (packet[i + 2] > std::byte{1}) {
      i += 2;
      continue;
    }
    if (packet[i] == std::byte{0} && packet[i + 1] == std::byte{0} && packet[i + 2] == std::byte{1})
      take_unit(packet[i + 3], picture);
  }
  return picture;
}

}  // namespace

int h264_length_size(std::span<const std::byte> extradata) {
  if (extradata.size() < 7 || extradata[0] != std::byte{1}) return 0;
  return std::to_integer<int>(extradata[4] & std::byte{3}) + 1;
}

H264Picture describe_h264(std::span<const std::byte> packet, int length_size) {
  if (length_size <= 0) return after_start_codes(packet);
  H264Picture picture;
  const auto size = static_cast<std::size_t>(length_size);
  while (!packet.empty()) {
    if (packet.size() < size) return {};
    std::size_t length = 0;
    for (std::size_t i = 0; i < size; ++i) length = length << 8U | std::to_integer<std::size_t>(packet[i]);
    packet = packet.subspan(size);
    if (length > packet.size()) return {};
    if (length > 0) take_unit(packet[0], picture);
    packet = packet.subspan(length);
  }
  return picture;
}

}  // namespace chalkline::transcode
