// What is done to a track's level before it is encoded: a gain to the wished loudness, and the ceiling of the limiter
// behind it. A pure function of what was measured and of what the encoder adds, so that the encode hears the track
// once.
#pragma once

#include "core/rendition.hpp"
#include "transcode/sound/loudness.hpp"

namespace chalkline::transcode {

struct SoundLevel {
  double gain_db = 0;
  double ceiling_db = 0;  // dBTP
  friend bool operator==(const SoundLevel&, const SoundLevel&) = default;
};

// For a rendition of `codec` at `kbps_per_channel`, so that what a learner hears is at `target_lufs` and its true peaks
// are under -1 dBTP (EBU R 128 s2). Silence stays silence: what holds neither a voice nor music is raised by 20 dB at
// most.
SoundLevel level_for(const LoudnessProfile& profile, Codec codec, int kbps_per_channel, int target_lufs,
                     bool music = false);

// The gain of each piece behind `level`, as a factor: what the limiter will do, near enough.
std::vector<float> gains_behind(const LoudnessProfile& profile, const SoundLevel& level);

}  // namespace chalkline::transcode
