// How much a folder holds.
#pragma once

#include <cstdint>
#include <filesystem>

namespace chalkline {

// Bytes of all regular files in it and below, by their length. What goes away meanwhile, or cannot be read, is not
// counted; 0 of a folder that is not there.
std::uint64_t folder_size(const std::filesystem::path& folder);

}  // namespace chalkline
