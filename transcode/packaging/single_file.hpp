// A rung and a sound of a version as one ordinary MP4 (ISO/IEC 14496-12) with its index at the front, for a browser
// that opens a disk without any server: nothing is encoded again. Used by packs. Blocks; any thread.
#pragma once

#include <filesystem>
#include <vector>

#include "core/error.hpp"

namespace chalkline::transcode {

// The files of one track in order: its init segment and its media segments. No files: no such track.
using TrackFiles = std::vector<std::filesystem::path>;

// `to` is whole or as it was. kNotFound and other errors of reading, kCorrupt where libav cannot make sense of the
// files, kDiskFull.
Result<void> write_single_file(const TrackFiles& picture, const TrackFiles& sound, const std::filesystem::path& to);

}  // namespace chalkline::transcode
