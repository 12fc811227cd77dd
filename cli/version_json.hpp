// A version's costs as JSON, for programs: `inspect --json`, and the "done" line of `transcode --json`. Pure.
#pragma once

#include <string>

#include "core/index.hpp"

namespace chalkline::cli {

// One object: version, title, language, duration_ms, bytes, files, renditions, variants, warnings. Rates in bit/s.
std::string version_json(const VersionIndex& index, const std::string& id);

// The same with "event":"done" first, as one line with its newline (event.hpp).
std::string done_line(const VersionIndex& index, const std::string& id);

}  // namespace chalkline::cli
