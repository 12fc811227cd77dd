// One codec and rate of one audio track: 48 kHz float samples in, brought to its level, a rendition out, cut at
// the lesson's boundaries to the nearest frame. Used by the track's thread.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "core/error.hpp"
#include "transcode/packaging/segment_timeline.hpp"
#include "transcode/packaging/track_writer.hpp"
#include "transcode/sound/limiter.hpp"
#include "transcode/sound/sound_coder.hpp"
#include "transcode/sound/sound_input.hpp"
#include "transcode/sound/sound_level.hpp"

namespace chalkline::transcode {

class AudioEncoder {
 public:
  // `format`: its codec, channels and kbps say what is encoded. `pause_below`: as open_opus() has it.
  static Result<std::unique_ptr<AudioEncoder>> open(RenditionFormat format, std::optional<double> pause_below,
                                                    const SoundLevel& level, const SegmentTimeline& timeline,
                                                    VersionSink& sink);

  // Planar float at kSampleRate with format.channels; follows what came before without a gap.
  Result<void> add(const AVFrame& samples);
  // Cuts or pads with silence to exactly `total` samples, then ends the last segment.
  Result<void> finish(Ticks total);

 private:
  AudioEncoder(const SegmentTimeline& timeline, int channels, const SoundLevel& level,
               std::unique_ptr<SoundCoder> coder)
      : timeline_(timeline),
        limiter_(channels, level.gain_db, level.ceiling_db),
        coder_(std::move(coder)),
        skip_samples_(Limiter::latency() + coder_->samples_before()) {}
  [[nodiscard]] Result<av::FramePtr> new_frame(int samples) const;
  Result<void> encode_full_frames();
  Result<void> write_settled();
  Result<void> add_silence(int samples);

  const SegmentTimeline& timeline_;
  Limiter limiter_;
  std::unique_ptr<SoundCoder> coder_;
  std::vector<float> leveled_;  // what the limiter has in hand, one channel after the other
  av::FifoPtr fifo_;
  std::unique_ptr<TrackWriter> writer_;
  std::deque<av::PacketPtr> waiting_;  // encoded, but whether a segment starts in them is not settled yet
  Ticks written_ = 0;                  // samples in packets handed to the writer
  Ticks encoded_ = 0;                  // samples in packets taken from the coder
  Ticks total_ = -1;                   // known when the track ends
  int skip_samples_;                   // still to be left out at the start
  std::size_t segment_ = 0;            // index of the boundary at which the open segment started
};

}  // namespace chalkline::transcode
