// A file of a version copied and checked on the way: what comes out has the bytes that the index says, or is not there.
#pragma once

#include <filesystem>

#include "core/error.hpp"
#include "core/index.hpp"

namespace chalkline::mirror {

// Writes beside `to` and renames, so that `to` is whole or as it was; its folder is made. Not fsynced. kCorrupt, with
// the entry's path, where the source has other bytes; kNotFound where it is missing.
Result<void> copy_checked(const std::filesystem::path& from, const FileEntry& entry, const std::filesystem::path& to);

}  // namespace chalkline::mirror
