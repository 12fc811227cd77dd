// Packs one encoded track as fragmented MP4 (ISO/IEC 14496-12): an init segment, then media segments that end where the
// caller says. libavformat's mov muxer writes the boxes. One thread.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "core/error.hpp"
#include "transcode/av/ptr.hpp"
#include "transcode/sink.hpp"

namespace chalkline::transcode {

// The bytes that a muxer has produced since they were last taken.
class MemoryOutput {
 public:
  MemoryOutput();
  ~MemoryOutput();
  MemoryOutput(const MemoryOutput&) = delete;
  MemoryOutput& operator=(const MemoryOutput&) = delete;
  [[nodiscard]] AVIOContext* io() const { return io_; }
  std::vector<std::byte> take();

 private:
  static int write(void* opaque, std::uint8_t* data, int size) noexcept;
  std::vector<std::byte> bytes_;
  AVIOContext* io_ = nullptr;
};

class TrackWriter {
 public:
  // `codec`: its extradata is the codec configuration.
  static Result<std::unique_ptr<TrackWriter>> open(const AVCodecParameters& codec, RenditionFormat format,
                                                   VersionSink& sink);

  // Samples in decode order. `decode_time` and `duration` (to the next decode time) are in ticks; a video packet's pts
  // stands, an audio packet's becomes its decode time. A segment's tfdt is the decode time of its first sample.
  Result<void> write(AVPacket& packet, Ticks decode_time, Ticks duration);
  // The segment that is open ends here; nothing happens when it is empty.
  Result<void> end_segment();
  // Ends the last segment; `frame_rate` is the mean over the lesson.
  Result<void> finish(Ratio frame_rate);

  [[nodiscard]] const RenditionFormat& format() const { return format_; }
  [[nodiscard]] Ticks duration() const { return next_start_; }

 private:
  TrackWriter() = default;
  MemoryOutput output_;  // outlives context_, which writes into it
  av::OutputPtr context_;
  RenditionFormat format_;
  std::unique_ptr<RenditionSink> sink_;
  int number_ = 0;
  int samples_ = 0;  // in the open segment
  Ticks segment_start_ = 0;
  Ticks next_start_ = 0;  // where the next sample belongs
};

}  // namespace chalkline::transcode
