// The indexes of versions, parsed once and kept in memory within a byte bound, with a path lookup. Any blocking-pool
// thread.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/error.hpp"
#include "core/index.hpp"
#include "library/version_store.hpp"
#include "streamer/cache/s3_fifo.hpp"

namespace chalkline::streamer {

// What changes whenever a file is written or replaced; damage beneath the file system it cannot see.
struct FileState {
  std::uint64_t inode = 0;
  std::int64_t changed_ns = 0;
  friend bool operator==(const FileState&, const FileState&) = default;
};
Result<FileState> state_of(int fd, std::string_view named);

// One pread after the other through a buffer of this thread: afterwards the file is in the page cache. Its sha256, or
// "" where that was not asked for. kCorrupt where the file is shorter than it was.
Result<std::string> read_through(const library::StoredFile& file, std::string_view named, bool hash);

struct IndexedVersion {
  VersionIndex index;
  std::string text;                                              // index.json as stored
  std::unordered_map<std::string_view, const FileEntry*> files;  // into `index`

  [[nodiscard]] const FileEntry* find(std::string_view path) const {
    const auto at = files.find(path);
    return at == files.end() ? nullptr : at->second;
  }

  // In which state a file was when its bytes last had the hash that the index gives. Any thread.
  [[nodiscard]] FileState checked(const FileEntry& entry) const;
  void note_checked(const FileEntry& entry, const FileState& state) const;

 private:
  mutable std::mutex checked_mutex_;
  mutable std::unordered_map<const FileEntry*, FileState> checked_;
};

class VersionTable {
 public:
  VersionTable(library::VersionStore& store, std::uint64_t max_bytes) : store_(store), known_(max_bytes) {}

  // Reads and checks: the version's name must be the sha256 of its index.json (kCorrupt). kNotFound for no such version
  // and for a name that is none.
  Result<std::shared_ptr<const IndexedVersion>> find(std::string_view version);

 private:
  library::VersionStore& store_;
  std::mutex mutex_;
  S3Fifo<std::shared_ptr<const IndexedVersion>> known_;
};

// All bytes of a stored file whose length is known. kCorrupt where it is shorter.
Result<std::string> read_stored(const library::StoredFile& file, std::string_view named);

}  // namespace chalkline::streamer
