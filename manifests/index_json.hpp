// index.json and the value it stands for (docs/version-format.md, docs/index.schema.json). publish/ renders it; the
// server, inspect and mirrors parse it. A version is named by the sha256 of this text, so rendering is deterministic:
// fixed key order, one line per segment and file. Pure; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/error.hpp"
#include "core/index.hpp"

namespace chalkline::manifests {

inline constexpr int kIndexSchema = 1;

// Ten hours of six-second segments in eight renditions need about 7 MB.
inline constexpr std::size_t kMaxIndexBytes = 32 * 1024 * 1024;

// Text that is not UTF-8 is repaired with U+FFFD.
std::string render_index(const VersionIndex& index);

// Made for text from others (mirrors): bounded in size, depth and number of values, without exceptions. kCorrupt names
// the place and what is wrong: "index.json: renditions[2].segments[5]: duration must be from 1 to 9007199254740991";
// kLimitExceeded when it is too large; an index of a later schema is kCorrupt with a hint to upgrade. Unknown keys are
// passed over. What comes back has passed check_index().
Result<VersionIndex> parse_index(std::string_view text);

// Is the index whole and in agreement with itself? Paths are safe (version_path.hpp), files sorted and without
// duplicates, hashes well-formed, rendition ids unique, every playlist, init and media segment is in `files` with the
// same number of bytes. kCorrupt. publish/ calls it before it seals a version.
Result<void> check_index(const VersionIndex& index);

}  // namespace chalkline::manifests
