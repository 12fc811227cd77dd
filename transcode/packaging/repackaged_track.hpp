// The rung that is the source's own stream: its pictures as they are, in segments of our own. Blocks.
#pragma once

#include <filesystem>
#include <span>
#include <stop_token>
#include <string>

#include "core/error.hpp"
#include "transcode/reading/probe.hpp"
#include "transcode/sink.hpp"
#include "transcode/step_progress.hpp"

namespace chalkline::transcode {

struct RepackagedTrack {
  std::string id;                 // of its rendition
  Ratio most;                     // its highest frame rate
  int quality = 0;                // RenditionFormat::quality
  std::span<const Ticks> starts;  // of the lesson's segments, rising from 0, each an IDR of the stream
  Ticks end = 0;                  // until when the last picture stands
};

// `progress`: 0..1, on the calling thread.
Result<void> repackage(const std::filesystem::path& path, const SourceFacts& facts, const RepackagedTrack& track,
                       VersionSink& sink, const StepProgress& progress, const std::stop_token& stop);

}  // namespace chalkline::transcode
