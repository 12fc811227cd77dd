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
  bool fixed_ladder = false;  // the table `ladder` instead of a ladder planned from probe encodes of the lesson itself
  int floor_kbps = 18;        // video of the lowest planned rung
  int ceiling_kbps = 1200;    // of the highest
  int ceiling_height = 1080;  // of the shorter side
  int quality_step = 6;       // between rungs: about one just-noticeable step
  int quality_top = 94;      // beyond this more bits change nothing that is seen; both on a scale of 0..100 like VMAF's
  bool pale_details = true;  // code finely what appears with little contrast, in rungs that are meant to be read
  bool repackage = true;     // a recording's own stream becomes a rung as it is, where it is as good and costs no more
  bool measure_ordinary = true;  // also what an ordinary site's ladder would have come to, for inspect
  std::vector<RungOptions> ladder = {{240, 30, 120}, {360, 29, 240}, {480, 28, 450}, {720, 27, 1000}, {1080, 26, 2200}};
  std::string x264_preset = "slow";
  std::string av1 = "auto";         // a saver ladder, in a second stage, for lessons that it makes smaller; or "off"
  std::string saver_codec = "av1";  // its codec, "av1" or "hevc"
  int av1_preset = 5;               // of SVT-AV1, 0..12
  int max_frame_rate = 30;          // frames per second; faster sources lose whole frames, never blended ones
  int segment_target_ms = 6000;     // of motion in a segment, at most
  int first_segment_ms = 2000;      // the first one is short so that play starts fast
  int segment_max_ms = 30000;       // of a segment in which little moves
  int segment_bytes = 48000;        // of a segment of the lowest video rung, where that can be had
  std::vector<int> opus_mono_kbps = {12, 24};  // kbit/s, rising: each is a rendition of every track
  std::vector<int> opus_stereo_kbps = {48};
  std::vector<int> opus_music_kbps = {12, 24, 48};
  int aac_mono_kbps = 48;
  int aac_stereo_kbps = 96;
  int loudness_lufs = -16;      // integrated loudness of every track, LUFS (ITU-R BS.1770)
  bool opus_pause = true;       // where nobody speaks for long, there is silence
  bool denoise = true;          // the noise of a room behind a voice is taken down where it is heard
  bool recognise_music = true;  // what is music keeps its bass and its two sides, and gets opus_music_kbps
  bool keep_stereo = false;     // false: speech becomes mono, which is what it needs
  int threads = 0;              // encoder threads in all; 0: one per core
  friend bool operator==(const EncodingOptions&, const EncodingOptions&) = default;
};

}  // namespace chalkline
