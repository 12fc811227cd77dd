// What a browser plays straight from a disk, without a server: Chromium and Firefox fetch no playlist from a file:
// address. For each voice of a version one ordinary MP4, DIR/play/<version>-<language>.mp4, with the rung that players
// begin with. They are made of the version's files when the pack is made; nothing vouches for them, and unpack passes
// them over.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/index.hpp"

namespace chalkline::mirror {

struct PlayFile {
  std::string name;      // in DIR/play/
  std::string language;  // BCP 47
  std::string label;
  std::string picture;      // a rendition's id; "" where the lesson has none
  std::string sound;        // ... likewise
  std::uint64_t bytes = 0;  // of the two, about what the file will have
};

// The default voice first. Pure.
std::vector<PlayFile> play_files(const VersionIndex& index, const std::string& version);

// Those that are not in DIR/play/ yet, from the version's own folder; `anew`: all of them.
Result<void> write_play_files(const VersionIndex& index, const std::string& version,
                              const std::filesystem::path& version_folder, const std::filesystem::path& out, bool anew);

}  // namespace chalkline::mirror
