// Files of lines that are only ever added to, and hold whole lines alone: what a full disk or a power cut left half is
// taken away. Blocks; one writer a file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

#include "core/error.hpp"

namespace chalkline::library {

// How long the file is, without a half line at its end, which goes; 0 where there is none. Creates nothing.
Result<std::uint64_t> size_of_lines(const std::filesystem::path& path);

// Adds `lines`, each with its end: all of them or none. kDiskFull also where the file would become larger than `most`.
// The file's folder must be there.
Result<void> add_lines(const std::filesystem::path& path, std::string_view lines, std::uint64_t most);

}  // namespace chalkline::library
