// Opening x265 through libavcodec, as x264.hpp does for H.264: what the second stage makes where transcode.saver_codec
// says hevc. The rungs' encoders and the probe encodes go through here.
#pragma once

#include <string>

#include "core/error.hpp"
#include "transcode/av/picture_encoder.hpp"

namespace chalkline::transcode {

struct X265Settings {
  av::PictureFormat format;  // 8 bit, 4:2:0; its frame rate chooses the level (H.265 A.4.2)
  double crf = 28;           // 0..51
  std::string preset = "medium";
  int threads = 1;
};

// `like`: a picture whose colour tags the stream takes over. IDRs come where AVFrame::pict_type says I, and nowhere
// else; what follows one in decoding is not shown before it. All of the same settings write the same parameter sets,
// which are the codec's extradata and not in its packets, and the same pictures the same bytes, whatever the machine is
// doing. Any number at a time in a process.
Result<av::CodecPtr> open_x265(const X265Settings& settings, const AVFrame& like);

}  // namespace chalkline::transcode
