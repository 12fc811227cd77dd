// The parameter sets of an H.264 stream as a container keeps them, and what a sequence set says of its pictures. Pure.
// Called where a source's stream may become a rung as it is (plan/repackage.hpp).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace chalkline::transcode {

// A decoder's configuration, "avcC" (ISO/IEC 14496-15 5.3.3.1), of which the units are views.
struct AvcConfiguration {
  int length_size = 4;  // bytes of length before each NAL unit
  std::span<const std::byte> sequence, picture;
};

// Nothing where it is damaged, or holds another number of sets than one of each kind.
std::optional<AvcConfiguration> read_avc_configuration(std::span<const std::byte> extradata);

// What a sequence parameter set begins with (ITU-T H.264 7.3.2.1.1).
struct H264Sequence {
  int profile = 0;      // profile_idc
  int constraints = 0;  // constraint_set0_flag is the highest of eight bits
  int level = 0;        // level_idc, ten times the level
  int chroma = 1;       // chroma_format_idc: 1 is 4:2:0
  int bits = 8;         // of a sample, the most of luma and chroma
  int references = 0;
  bool gaps = false;  // gaps_in_frame_num_value_allowed_flag: pictures may be missing on purpose
  int width = 0;      // as shown, after cropping
  int height = 0;
  bool frames_alone = false;  // frame_mbs_only_flag: nothing is interlaced
  int frame_number_bits = 4;  // of frame_num in slices
  friend bool operator==(const H264Sequence&, const H264Sequence&) = default;
};

// What a slice begins with (7.3.3).
struct H264Slice {
  std::uint32_t first_macroblock = 0;
  std::uint32_t frame_number = 0;  // frame_num
};

// `unit`: a NAL unit with its header. Nothing where it is cut short.
std::optional<H264Slice> read_h264_slice(std::span<const std::byte> unit, const H264Sequence& sequence);

// `unit`: a NAL unit with its header. Nothing where it is not such a set, or is cut short.
std::optional<H264Sequence> read_h264_sequence(std::span<const std::byte> unit);

}  // namespace chalkline::transcode
