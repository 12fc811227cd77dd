// A version's costs as JSON, for programs: `inspect --json`, and the "done" line of `transcode --json`. Pure.
#pragma once

#include <optional>
#include <string>

#include "cli/display/seen_lesson.hpp"
#include "core/index.hpp"

namespace chalkline::cli {

// One object: version, title, language, duration_ms, bytes, files, renditions, variants, warnings. Rates in bit/s.
// Pictures have "quality", 0..100, where it was `seen`, and "ordinary_ladder" says what an ordinary site's rungs would
// have come to.
std::string version_json(const VersionIndex& index, const std::string& id, const std::optional<SeenLesson>& seen);

// The same with "event":"done" first, as one line with its newline (event.hpp).
std::string done_line(const VersionIndex& index, const std::string& id);

}  // namespace chalkline::cli
