// What lies in a watched folder, put together: recordings, and beside each the files that belong to it by their names.
//   fractions.mp4        the recording: any name that is not one of those below
//   fractions.sw.vtt     its captions in that language (.vtt or .srt); fractions.vtt where the language is unknown
//   fractions.json       what it is called (library/drop_facts.hpp)
//   fractions.described.m4a  a voice that tells what is to be seen; fractions.sw.described.m4a where the language is
//   known
// Pure: names in, names out. Called by library/watched_folder.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "core/side_file.hpp"

namespace chalkline::library {

struct Drop {
  std::filesystem::path recording;
  std::vector<SideFile> sides;                                     // in the order of their names
  std::filesystem::path facts;                                     // empty: there are none
  [[nodiscard]] std::vector<std::filesystem::path> files() const;  // all of them, the recording last
  friend bool operator==(const Drop&, const Drop&) = default;
};

// `files`: paths of regular files relative to the watched folder. One drop for each recording, in the order of their
// names; a side file goes to the first recording of its folder whose name fits. What has no recording yet is left out.
std::vector<Drop> group_drops(std::span<const std::filesystem::path> files);

// A file that is no drop and no part of one: hidden, or as programs call what they have not finished
// ("lesson.mp4.part", "x.crdownload", "~x").
bool is_ignored(const std::filesystem::path& file);

}  // namespace chalkline::library
