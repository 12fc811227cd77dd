// What a process may still see of the file system, by Landlock: the named files and folders, and nothing else. Called
// by confine() on a process that has one thread: the rules hold for the calling thread and for those it starts.
#pragma once

#include <filesystem>
#include <vector>

#include "core/error.hpp"

namespace chalkline::confine {

struct FileView {
  std::vector<std::filesystem::path> read;   // files, or folders with all below them; each must exist
  std::vector<std::filesystem::path> write;  // folders: anything but devices and sockets may be made, changed, removed
};

// The version of Landlock's interface in the running kernel; 0 where it has none or it is switched off at boot.
int landlock_version();

// Restricts the calling thread for good, with what every program needs of the system besides (its libraries, its
// clock's zone, the count of processors). Where the kernel can (version 4) TCP is refused as well, and from version 6
// signals and abstract sockets that lead out. Needs no_new_privs. False where there is no Landlock; an error when a
// path of the view cannot be opened.
Result<bool> restrict_files(const FileView& view);

}  // namespace chalkline::confine
