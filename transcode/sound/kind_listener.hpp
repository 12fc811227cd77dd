// Hears whether a track is music, and whether its two channels differ: in a few short windows spread over the lesson.
// Fed by the pass that measures a lesson's sound, on its thread.
//
// Opus codes speech by one method and music by another, and its encoder decides between them by a trained classifier
// (libopus analysis.c): a cheap encode of the window, whose packets tell the method (RFC 6716 3.1), asks that one.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/error.hpp"
#include "transcode/av/ptr.hpp"
#include "transcode/sound/sound_input.hpp"
#include "transcode/sound/sound_kind.hpp"

namespace chalkline::transcode {

class KindListener {
 public:
  // `seconds`: how long the lesson is expected to be.
  explicit KindListener(double seconds);

  // As decoded; times as SoundInput::feed() has them.
  Result<void> add(const AVFrame& frame, std::int64_t at_us);
  Result<SoundKind> conclude();

 private:
  Result<void> open(std::int64_t at_us);
  Result<void> close();
  Result<void> take(const AVFrame& samples);
  Result<void> encode(const float* samples);
  Result<void> receive();
  void note(const AVPacket& packet);

  std::int64_t apart_us_;
  std::int64_t next_us_ = 0;  // when a window may open
  std::int64_t from_us_ = 0;  // of the open window
  std::optional<SoundInput> input_;
  av::CodecPtr encoder_;
  std::vector<float> middle_;     // not yet a whole frame
  std::vector<double> energies_;  // of the window's frames
  std::size_t packets_ = 0;       // of the window
  double heard_ = 0, music_ = 0;
  double middle_energy_ = 0, side_energy_ = 0;
};

}  // namespace chalkline::transcode
