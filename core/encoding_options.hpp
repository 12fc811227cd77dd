// What an operator may decide about encoding. Filled by config/, obeyed by transcode/. Defaults are the shipped ones
// and are repeated, with the reasons, in config/chalkline.yaml.
#pragma once

#include <string>
#include <vector>

namespace chalkline {

struct RungOptions {
  int height = 0;    // of the shorter side, in pixels; a source below it gets its own size once, never more
  double crf = 26;   // x264 constant rate factor, 0..51
  int max_kbps = 0;  // VBV ceiling, kbit/s
  friend bool operator==(const RungOptions&, const RungOptions&) = default;
};

struct EncodingOptions {
  std::vector<RungOptions> ladder = {{240, 30, 120}, {360, 29, 240}, {480, 28, 450}, {720, 27, 1000}, {1080, 26, 2200}};
  std::string x264_preset = "medium";
  int max_frame_rate = 30;       // frames per second; faster sources lose whole frames, never blended ones
  int segment_target_ms = 6000;  // a segment ends at the first frame at or after this
  int first_segment_ms = 2000;   // the first one is short so that play starts fast
  int segment_max_ms = 30000;    // a still picture is repeated at this, so that no segment grows without end
  int opus_mono_kbps = 24;
  int opus_stereo_kbps = 48;
  int aac_mono_kbps = 48;
  int aac_stereo_kbps = 96;
  bool keep_stereo = false;  // false: every track becomes mono, which is what speech needs
  int threads = 0;           // encoder threads in all; 0: one per core
  friend bool operator==(const EncodingOptions&, const EncodingOptions&) = default;
};

}  // namespace chalkline
