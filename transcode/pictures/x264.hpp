// Opening x264 through libavcodec. The rungs' encoders and the probe encodes go through here, so that what was probed
// is what is made.
#pragma once

#include <string>

#include "core/error.hpp"
#include "transcode/analyse/analysis.hpp"
#include "transcode/av/picture_encoder.hpp"

namespace chalkline::transcode {

struct X264Settings {
  av::PictureFormat format;  // its frame rate chooses the level (H.264 A.3.1)
  double crf = 26;
  int max_kbps = 0;  // VBV ceiling; 0: none
  std::string preset = "medium";
  ContentKind kind = ContentKind::kMixed;
  int threads = 1;
  bool probing = false;  // a probe encode: no more search than its preset makes
  bool regions = false;  // heed AV_FRAME_DATA_REGIONS_OF_INTEREST
  bool goes_on = false;  // the pictures follow those of another encoder of the same rung
};

// Of x264's parameters, what keeps its output the same from run to run, to be appended to others; mostly empty. Where
// its memory may hold anything (x264_memory.hpp), a processor that has AVX-512 is used as one that ends at AVX2.
std::string x264_repeatable();

// `like`: a picture whose colour tags the stream takes over. IDRs come where AVFrame::pict_type says I, and nowhere
// else.
Result<av::CodecPtr> open_x264(const X264Settings& settings, const AVFrame& like);

}  // namespace chalkline::transcode
