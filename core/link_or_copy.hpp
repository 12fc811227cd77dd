// One file of an immutable folder in another folder as well.
#pragma once

#include <filesystem>

#include "core/error.hpp"

namespace chalkline {

// The same file at `to`, which must not exist: a hard link where the file system can, else a copy. Not fsynced.
Result<void> link_or_copy(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace chalkline
