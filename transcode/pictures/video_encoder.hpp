// One rung: scale, encode, package. Runs on its own thread, fed by a queue from the reader.
//
// A group of segments has an encoder of its own, so that its bytes follow from its pictures alone: a group that was
// finished before an interruption (kept_work.hpp) is taken as it was, and the version is the same as without one.
#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "core/encoding_options.hpp"
#include "core/error.hpp"
#include "transcode/kept_work.hpp"
#include "transcode/packaging/track_writer.hpp"
#include "transcode/pictures/picture_line.hpp"
#include "transcode/pictures/scaler.hpp"
#include "transcode/plan/plan.hpp"
#include "transcode/reading/frame_queue.hpp"

namespace chalkline::transcode {

class VideoEncoder {
 public:
  // `most`: the rung's highest frame rate. What is passed must outlive the encoder.
  VideoEncoder(Timescale timescale, const Rung& rung, Ratio most, const EncodingOptions& options, int index,
               VersionSink& sink, const KeptWork& kept);
  ~VideoEncoder();

  FrameQueue<Picture>& queue() { return queue_; }
  // Until the queue ends. On an error the queue is abandoned.
  Result<void> run();
  // Presentation time up to which pictures have been encoded, for progress; any thread.
  [[nodiscard]] Ticks encoded_until() const { return encoded_until_.load(std::memory_order_relaxed); }

 private:
  [[nodiscard]] Result<av::CodecPtr> open_codec(const Picture& first) const;
  [[nodiscard]] Result<std::string> codecs() const;  // RFC 6381, of the open encoder
  Result<void> open(const Picture& first);
  [[nodiscard]] bool begins_group(const Picture& picture) const;
  [[nodiscard]] std::string group_name() const;
  Result<void> begin_group(const Picture& picture);
  Result<void> end_group();
  Result<void> encode(const Picture& picture);
  Result<void> send(const Picture& picture);
  Result<av::FramePtr> scale(const Picture& picture);
  Result<void> receive();
  Result<void> take(av::PacketPtr packet);
  Result<void> write_segment(Ticks end);
  Result<void> flush();

  const Timescale timescale_;
  const Rung rung_;
  const Ratio most_;
  const EncodingOptions& options_;
  const int index_;
  VersionSink& sink_;
  const KeptWork& kept_;
  FrameQueue<Picture> queue_{8};
  av::CodecPtr codec_;  // of the open group; none where that was kept
  std::vector<std::uint8_t> header_;
  Scaler scaler_;
  av::BsfPtr strip_sei_;
  std::unique_ptr<TrackWriter> writer_;

  std::vector<av::PacketPtr> segment_;  // of the open segment, in decode order
  std::deque<Ticks> boundaries_;        // pts of segment starts not yet reached by a packet
  int group_ = 0;
  Ticks group_start_ = 0;
  int group_pictures_ = 0;
  bool group_camera_ = false;            // what its first picture shows
  std::string group_bytes_;              // of the open group's packets, to be kept
  std::vector<av::PacketPtr> finished_;  // all of the open group's, where that was kept
  Ticks end_ = 0;                        // of the last picture handed to the encoder
  std::int64_t frames_ = 0;
  std::atomic<Ticks> encoded_until_{0};
};

}  // namespace chalkline::transcode
