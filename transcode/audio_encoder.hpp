// One codec of one audio track: fixed-size frames of 48 kHz float samples in, a CMAF rendition out, cut at the lesson's
// boundaries to the nearest frame. Used by the track's thread.
#pragma once

#include <deque>
#include <memory>

#include "core/encoding_options.hpp"
#include "core/error.hpp"
#include "transcode/segment_timeline.hpp"
#include "transcode/track_writer.hpp"

namespace chalkline::transcode {

inline constexpr int kSampleRate = 48'000;  // of everything we publish: Opus knows no other, AAC takes it too

class AudioEncoder {
 public:
  static Result<std::unique_ptr<AudioEncoder>> open(RenditionFormat format, const EncodingOptions& options,
                                                    const SegmentTimeline& timeline, VersionSink& sink);

  // Planar float at kSampleRate with format.channels; follows what came before without a gap.
  Result<void> add(const AVFrame& samples);
  // Cuts or pads with silence to exactly `total` samples, then ends the last segment.
  Result<void> finish(Ticks total);

 private:
  explicit AudioEncoder(const SegmentTimeline& timeline) : timeline_(timeline) {}
  Result<void> encode_full_frames();
  Result<void> receive();
  Result<void> write_settled();
  Result<void> add_silence(int samples);

  const SegmentTimeline& timeline_;
  av::CodecPtr codec_;
  av::FifoPtr fifo_;
  std::unique_ptr<TrackWriter> writer_;
  std::deque<av::PacketPtr> waiting_;  // encoded, but whether a segment starts in them is not settled yet
  Ticks given_ = 0;                    // samples handed to the encoder
  Ticks written_ = 0;                  // samples in packets handed to the writer
  Ticks encoded_ = 0;                  // samples in packets taken from the encoder
  Ticks total_ = -1;                   // known when the track ends
  int priming_packets_ = 0;            // still to be thrown away
  int skip_samples_ = 0;               // still to be left out at the start
  std::size_t segment_ = 0;            // index of the boundary at which the open segment started
};

}  // namespace chalkline::transcode
