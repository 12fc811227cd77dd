// One rung: scale, encode, package. Runs on its own thread, fed by a queue from the reader.
#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <vector>

#include "core/encoding_options.hpp"
#include "core/error.hpp"
#include "transcode/frame_queue.hpp"
#include "transcode/picture_line.hpp"
#include "transcode/plan.hpp"
#include "transcode/scaler.hpp"
#include "transcode/track_writer.hpp"

namespace chalkline::transcode {

class VideoEncoder {
 public:
  // `most`: the rung's highest frame rate.
  VideoEncoder(Timescale timescale, const Rung& rung, Ratio most, const EncodingOptions& options, int index,
               VersionSink& sink);
  ~VideoEncoder();

  FrameQueue<Picture>& queue() { return queue_; }
  // Until the queue ends. On an error the queue is abandoned.
  Result<void> run();
  // Presentation time up to which pictures have been encoded, for progress; any thread.
  [[nodiscard]] Ticks encoded_until() const { return encoded_until_.load(std::memory_order_relaxed); }

 private:
  [[nodiscard]] Result<av::CodecPtr> open_codec(const AVFrame& first) const;
  Result<void> open(const AVFrame& first);
  Result<void> reopen(const AVFrame& first);
  Result<void> encode(const Picture& picture);
  Result<void> receive();
  Result<void> flush();
  [[nodiscard]] Ratio mean_rate() const;

  const Timescale timescale_;
  const Rung rung_;
  const Ratio most_;
  const EncodingOptions& options_;
  const int index_;
  VersionSink& sink_;
  FrameQueue<Picture> queue_{8};
  av::CodecPtr codec_;
  Scaler scaler_;
  av::BsfPtr strip_sei_;
  std::unique_ptr<TrackWriter> writer_;
  Result<void> write_segment(Ticks end);

  std::vector<av::PacketPtr> segment_;  // of the open segment, in decode order
  std::deque<Ticks> boundaries_;        // pts of segment starts not yet reached by a packet
  Ticks end_ = 0;                       // of the last picture handed to the encoder
  std::int64_t frames_ = 0;
  std::atomic<Ticks> encoded_until_{0};
};

}  // namespace chalkline::transcode
