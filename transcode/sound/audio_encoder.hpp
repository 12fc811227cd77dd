// One codec and rate of one audio track: 48 kHz float samples in, brought to its level, a rendition out, cut at
// the lesson's boundaries to the nearest frame. Used by the track's thread.
#pragma once

#include <deque>
#include <memory>
#include <vector>

#include "core/error.hpp"
#include "transcode/packaging/segment_timeline.hpp"
#include "transcode/packaging/track_writer.hpp"
#include "transcode/sound/limiter.hpp"
#include "transcode/sound/sound_input.hpp"
#include "transcode/sound/sound_level.hpp"

namespace chalkline::transcode {

class AudioEncoder {
 public:
  // `format`: its codec, channels and kbps say what is encoded.
  static Result<std::unique_ptr<AudioEncoder>> open(RenditionFormat format, const SoundLevel& level,
                                                    const SegmentTimeline& timeline, VersionSink& sink);

  // Planar float at kSampleRate with format.channels; follows what came before without a gap.
  Result<void> add(const AVFrame& samples);
  // Cuts or pads with silence to exactly `total` samples, then ends the last segment.
  Result<void> finish(Ticks total);

 private:
  AudioEncoder(const SegmentTimeline& timeline, int channels, const SoundLevel& level)
      : timeline_(timeline), limiter_(channels, level.gain_db, level.ceiling_db) {}
  Result<void> encode_full_frames();
  Result<void> receive();
  Result<void> write_settled();
  Result<void> add_silence(int samples);

  const SegmentTimeline& timeline_;
  Limiter limiter_;
  av::CodecPtr codec_;
  std::vector<float> leveled_;  // what the limiter has in hand, one channel after the other
  av::FifoPtr fifo_;
  std::unique_ptr<TrackWriter> writer_;
  std::deque<av::PacketPtr> waiting_;      // encoded, but whether a segment starts in them is not settled yet
  Ticks given_ = 0;                        // samples handed to the encoder
  Ticks written_ = 0;                      // samples in packets handed to the writer
  Ticks encoded_ = 0;                      // samples in packets taken from the encoder
  Ticks total_ = -1;                       // known when the track ends
  int priming_packets_ = 0;                // still to be thrown away
  int skip_samples_ = Limiter::latency();  // still to be left out at the start
  std::size_t segment_ = 0;                // index of the boundary at which the open segment started
};

}  // namespace chalkline::transcode
