// Lessons onto a disk that is carried: plain files that any web server can hand out and any chalkline can take in.
//   DIR/pack.json, pack.sig     which lessons, signed by this library (library/lesson_list.hpp, library/trust.hpp)
//   DIR/v/<version>/...         the versions, as docs/version-format.md has them
//   DIR/index.html, watch/      pages for a browser without a server
//   DIR/play/...                what those play (mirror/pack_files.hpp)
// Called again with more lessons or newer versions it copies what is missing. Cut short at any moment, the disk holds
// the pack as it was before, and the next call goes on. Blocks.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "library/key_folder.hpp"
#include "library/library.hpp"

namespace chalkline::mirror {

struct PackChoice {
  std::vector<std::string> courses;  // by their names
  std::vector<std::string> lessons;  // by their ids
  bool all = false;
  bool check = false;  // read what is on the disk again, and mend it
  bool play = true;    // with files that a browser plays without a server
};

struct CarryProgress {
  std::uint64_t done = 0;   // bytes
  std::uint64_t total = 0;  // bytes
};
using CarryListener = std::function<void(const CarryProgress&)>;

struct PackReport {
  int lessons = 0;          // on the disk now
  int copied = 0;           // versions that were not there, or not whole
  std::uint64_t bytes = 0;  // of what was copied
  int removed = 0;          // versions that no lesson of the disk needs any more
};

// kNotFound for a course or lesson that is not there or not published; kDiskFull before anything is written where there
// is no room; kCorrupt, with version and path, where the library itself is damaged.
Result<PackReport> pack(library::Library& library, const library::OwnKeys& keys, const PackChoice& choice,
                        const std::filesystem::path& out, const CarryListener& listener, const std::stop_token& stop);

}  // namespace chalkline::mirror
