// What can be told of a coded picture of H.264 without decoding it: whether another picture needs it, and whether
// decoding may begin with it. Pure. Called by picture_choice.cpp for every packet, on the reader's thread.
#pragma once

#include <cstddef>
#include <span>

namespace chalkline::transcode {

// Of one packet, which holds one picture.
struct H264Picture {
  bool known = false;      // false: the packet is not as H.264 has it, and the rest says nothing
  bool idr = false;        // it and what follows need nothing that came before (7.4.1.2.4)
  bool reference = false;  // others may be predicted from it (nal_ref_idc, 7.4.1)
  bool sets = false;       // parameter sets come with it
};

// How many bytes of length stand before each NAL unit, by the decoder's configuration (ISO/IEC 14496-15 5.3.3.1);
// 0: start codes stand there (H.264 annex B).
int h264_length_size(std::span<const std::byte> extradata);

H264Picture describe_h264(std::span<const std::byte> packet, int length_size);

}  // namespace chalkline::transcode
