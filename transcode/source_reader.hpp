// The reader: demuxes and decodes the source once, on the calling thread, and hands what comes out - normalised
// pictures with their durations and segment starts, sounds, cues - to an outlet. The one place where lesson time is
// made from file time.
#pragma once

#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "core/encoding_options.hpp"
#include "core/error.hpp"
#include "transcode/audio_track.hpp"
#include "transcode/poster.hpp"
#include "transcode/probe.hpp"
#include "transcode/segment_timeline.hpp"
#include "transcode/video_encoder.hpp"

namespace chalkline::transcode {

// Where decoded media goes; implemented by the pipeline.
class DecodedOutlet {
 public:
  DecodedOutlet() = default;
  DecodedOutlet(const DecodedOutlet&) = delete;
  DecodedOutlet& operator=(const DecodedOutlet&) = delete;
  virtual ~DecodedOutlet() = default;
  virtual Result<void> picture(Picture picture) = 0;
  virtual Result<void> sound(std::size_t track, Sound sound) = 0;
  virtual void tick() = 0;  // now and then, for progress
};

struct ReadOutcome {
  MediaTime end;                       // of the lesson: the later of the last picture's and the last sound's end
  std::vector<std::vector<Cue>> text;  // per embedded text track, in the order of the facts
  std::vector<std::byte> poster;       // JPEG or empty
  std::vector<std::string> warnings;
};

// Reads the whole file. A damaged stretch or tail becomes a warning; kUnusableInput when nothing could be decoded.
Result<ReadOutcome> read_source(const std::filesystem::path& path, const SourceFacts& facts,
                                const EncodingOptions& options, SegmentTimeline& timeline, DecodedOutlet& outlet,
                                std::stop_token stop);

}  // namespace chalkline::transcode
