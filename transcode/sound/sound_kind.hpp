// What a track of sound holds, as the pass that looks at a lesson heard it, and what it becomes. Pure data and one
// decision; heard by kind_listener.hpp.
#pragma once

#include <optional>
#include <vector>

#include "core/encoding_options.hpp"
#include "transcode/sound/loudness.hpp"

namespace chalkline::transcode {

struct SoundKind {
  double music_share = 0;         // of the time, 0..1
  double side_share = 0;          // of the energy, 0..1: what the left and the right channel do not have in common
  double noise_db = kNoLoudness;  // noise_behind_voice(), of the track as a voice
  friend bool operator==(const SoundKind&, const SoundKind&) = default;
};

// What is done to a track's samples before its level.
struct SoundTreatment {
  int channels = 1;                     // 1 or 2 come out
  bool voice = false;                   // what lies below a voice is taken out, and its peaks are evened
  std::optional<double> noise_db = {};  // as SoundKind has it: the noise that is taken down
  friend bool operator==(const SoundTreatment&, const SoundTreatment&) = default;
};

// What is encoded of a track.
struct SoundChoice {
  bool music = false;  // it keeps its bass and its phases, which a voice does not need
  int channels = 1;
  std::vector<int> opus_kbps;
  int aac_kbps = 0;
  std::optional<double> noise_db = {};  // of a voice, where it is to be taken down
  // Speech that is kept in stereo is left as it is too.
  [[nodiscard]] bool treat_as_voice() const { return !music && channels == 1; }
  [[nodiscard]] SoundTreatment treatment() const { return {channels, treat_as_voice(), noise_db}; }
  friend bool operator==(const SoundChoice&, const SoundChoice&) = default;
};

struct TrackSound {
  LoudnessProfile loudness;  // of what is encoded, by choose_sound() of `kind`
  SoundKind kind;
};

// A voice is mono; so is music that comes from the middle. `source_channels`: of the recording's track.
SoundChoice choose_sound(const SoundKind& kind, int source_channels, const EncodingOptions& options);

}  // namespace chalkline::transcode
