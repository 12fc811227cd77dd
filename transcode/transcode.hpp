// The pipeline as one call: a source file in, segments into a VersionSink. Called by publish/; blocks; uses its own
// jthreads. Reads nothing but the files named in the request.
#pragma once

#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/encoding_options.hpp"
#include "core/error.hpp"
#include "core/side_file.hpp"
#include "transcode/sink.hpp"

namespace chalkline::transcode {

struct Request {
  std::filesystem::path input;
  std::vector<SideFile> sides;
  std::string language;  // BCP 47 for audio whose container names none; empty: "und"
  EncodingOptions options;
  // A folder of this work's own in which is kept what is finished, in case it is interrupted; empty: none.
  std::filesystem::path keep;
};

// One of the pictures' renditions.
struct RungProgress {
  std::string name;     // "720p", "AV1 720p", "HEVC 720p"
  double fraction = 0;  // 0..1 of it
};

struct Progress {
  enum class Stage { kProbing, kAnalysing, kEncoding, kPublishing };
  Stage stage = Stage::kProbing;
  double fraction = 0;                // 0..1 of the whole
  double speed = 0;                   // media seconds per wall second; 0 while unknown
  double seconds_left = -1;           // < 0 while unknown
  std::vector<RungProgress> rungs{};  // while encoding
};
// Called by one thread at a time, some times a second and as each encode that is tried ends.
using ProgressListener = std::function<void(const Progress&)>;

// Errors: kUnusableInput (not a media file we take, nothing decodable, a limit passed), kCancelled, or what the sink
// said.
Result<LessonFacts> transcode(const Request& request, VersionSink& sink, const ProgressListener& progress,
                              std::stop_token stop);

}  // namespace chalkline::transcode
