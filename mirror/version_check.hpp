// Every file of a version's folder against its index, wherever the folder lies: in a library, on a disk. Blocks; reads
// every byte.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/index.hpp"

namespace chalkline::mirror {

struct FileFault {
  std::string path;  // in the version
  std::string what;  // "is missing", "has 12 bytes of 40", "has other bytes than the index says"
  friend bool operator==(const FileFault&, const FileFault&) = default;
};

// Told of bytes that were read or copied since it was last called.
using ByteListener = std::function<void(std::uint64_t bytes)>;

// The index of `folder`, which must be the version of that name. kCorrupt where it is not, kNotFound where there is
// none.
Result<VersionIndex> read_version_index(const std::filesystem::path& folder, const std::string& version);

// What is wrong with one file; empty where nothing is. An error where it cannot be read.
Result<std::string> check_file(const std::filesystem::path& file, const FileEntry& entry);

// All faults, sorted by path. A wrong index.json is the only one that is found then: the rest hangs on it. Its
// compressed siblings, where they are there, must be of the same text. kCancelled at `stop`.
Result<std::vector<FileFault>> check_version(const std::filesystem::path& folder, const std::string& version,
                                             const ByteListener& listener, const std::stop_token& stop);

}  // namespace chalkline::mirror
