// The way into a library: recordings and captions are copied to DIR/incoming/<id>/<n>/<name> before a job is made of
// them, so that the job needs nothing outside the library. Called by `chalkline add` and by uploads; blocks.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "library/library.hpp"

namespace chalkline::library {

struct CopyProgress {
  std::uint64_t copied = 0;  // bytes
  std::uint64_t total = 0;   // bytes, of all files together
};
using CopyListener = std::function<void(const CopyProgress&)>;

// Copies `files` (reflinked or in the kernel where the file systems can), fsyncs and renames: afterwards all of them
// are in the library, or none. The paths returned are relative to `root`, in the order given; the file names are kept.
// Errors: those of open_for_reading, kDiskFull, kIo, kCancelled.
Result<std::vector<std::filesystem::path>> take_in(const std::filesystem::path& root,
                                                   std::span<const std::filesystem::path> files,
                                                   const CopyListener& progress, std::stop_token stop);

// Moves `file`, which is on the library's own file system, in as incoming/<id>/0/<name>: the path relative to `root`.
// After a kill at any moment the same call goes on where it stood; a file that is there already is success.
Result<std::filesystem::path> take_over(const std::filesystem::path& root, const std::filesystem::path& file,
                                        const std::string& id, const std::string& name);

// Removes what take_in made for this source (a path that it returned). Nothing there is success.
Result<void> let_go(const std::filesystem::path& root, const std::filesystem::path& source);

// Removes what killed processes left behind: copies that no queued, running or failed job and no upload names and
// folders of staged versions without an open job, both only when untouched for `age`. The number of folders removed.
Result<int> sweep(Library& library, std::chrono::seconds age);

}  // namespace chalkline::library
