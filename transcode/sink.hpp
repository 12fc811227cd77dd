// Where transcode/ hands its results. Transcode knows no HLS and no folders: it writes init and media segments, cues
// and pictures into these interfaces; publish/ stands behind them. Threads: one RenditionSink is used by one thread at
// a time; a VersionSink by several at once.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "core/index.hpp"
#include "core/rendition.hpp"

namespace chalkline::transcode {

// A segment as described to a sink; its bytes are one moof and its mdat (RFC 8216bis 3.1.2).
struct Segment {
  int number = 0;                  // from 1, without gaps
  Ticks start = 0;                 // earliest presentation time, in the rendition's timescale; equals the tfdt
  Ticks duration = 0;              // sum of its sample durations
  std::uint64_t iframe_bytes = 0;  // video: bytes from the segment's start to the end of its IDR sample
};

class RenditionSink {
 public:
  RenditionSink() = default;
  RenditionSink(const RenditionSink&) = delete;
  RenditionSink& operator=(const RenditionSink&) = delete;
  virtual ~RenditionSink() = default;
  virtual Result<void> write_init(std::span<const std::byte> bytes) = 0;
  virtual Result<void> write_segment(const Segment& segment, std::span<const std::byte> bytes) = 0;
  // Once, after the last segment; `format` now has its exact mean frame rate.
  virtual Result<void> finish(const RenditionFormat& format) = 0;
};

class VersionSink {
 public:
  VersionSink() = default;
  VersionSink(const VersionSink&) = delete;
  VersionSink& operator=(const VersionSink&) = delete;
  virtual ~VersionSink() = default;
  virtual Result<std::unique_ptr<RenditionSink>> add_rendition(const RenditionFormat& format) = 0;
  // A whole timed-text track; the sink cuts it at the lesson's segment boundaries.
  virtual Result<void> add_text(const RenditionFormat& format, std::vector<Cue> cues) = 0;
  // path relative to the version: "image/poster.jpg".
  virtual Result<void> add_file(std::string_view path, std::string_view media_type,
                                std::span<const std::byte> bytes) = 0;
};

// What the whole lesson turned out to be, known when the last frame is through.
struct LessonFacts {
  MediaTime duration;                 // of the longest rendition
  std::vector<MediaTime> boundaries;  // segment starts, the first is 0; the end of the last is `duration`
  SourceEntry source;
  std::string title;     // from the container's metadata, or empty
  std::string language;  // of the default audio, "und" where unknown
  std::string poster;    // path handed to add_file, or empty
  std::vector<Chapter> chapters;
  std::vector<std::string> warnings;
};

}  // namespace chalkline::transcode
