// In which state each file of a version was when its bytes were last seen to have the hash that the index lists: one
// line a file, appended as files are verified, the last line of a path counts. What was not finished or is not
// understood is not believed: its file is verified again. Text in, data out; the store keeps it
// (directory_version_store).
#pragma once

#include <string>
#include <string_view>

#include <sys/stat.h>

#include "library/version_store.hpp"

namespace chalkline::library {

FileState state_of(const struct stat& info);

// "" for a path that would not fit a line.
std::string verified_line(std::string_view path, const FileState& state);
VerifiedFiles parse_verified(std::string_view text);

}  // namespace chalkline::library
