// Decoded sound of any shape as one gapless stream at 48 kHz in planar float, which starts at the lesson's zero: a
// voice with what lies below it taken out, the noise behind it taken down and its peaks evened, or all that is there,
// in mono or stereo. Used by the pass that measures and by each audio track, so that what was measured is what is
// encoded. One thread.
#pragma once

#include <functional>
#include <optional>

#include "core/error.hpp"
#include "core/media_time.hpp"
#include "transcode/av/filter_graph.hpp"
#include "transcode/sound/sound_kind.hpp"

namespace chalkline::transcode {

inline constexpr int kSampleRate = 48'000;  // of everything we publish: Opus knows no other, AAC takes it too

class SoundInput {
 public:
  using Take = std::function<Result<void>(AVFrame& samples)>;

  // `take` hears each stretch of samples in order.
  SoundInput(SoundTreatment treatment, Take take) : treatment_(treatment), take_(std::move(take)) {}

  // `at_us`: presentation time from the lesson's start. Gaps become silence, overlaps are cut.
  Result<void> feed(AVFrame& frame, std::int64_t at_us);
  Result<void> finish();

 private:
  Result<void> drain();
  [[nodiscard]] bool shape_changed(const AVFrame& frame) const;

  const SoundTreatment treatment_;
  Take take_;
  std::optional<av::FilterGraph> graph_;
  int rate_ = 0, format_ = -1, channels_ = 0;
  Ticks produced_ = 0;  // samples given on
};

}  // namespace chalkline::transcode
