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

// The sha256 of a stored file, read through a buffer of this thread: afterwards it is in the page cache. kCorrupt where
// it is shorter than it was.
Result<std::string> sha256_of_stored(const library::StoredFile& file, std::string_view named);

struct IndexedVersion {
  VersionIndex index;
  std::string text;                                              // index.json as stored
  std::unordered_map<std::string_view, const FileEntry*> files;  // into `index`

  [[nodiscard]] const FileEntry* find(std::string_view path) const {
    const auto at = files.find(path);
    return at == files.end() ? nullptr : at->second;
  }

  // Whether a file was in this state when its bytes last had the hash that the index gives. Any thread.
  [[nodiscard]] bool verified(const FileEntry& entry, const library::FileState& state) const;
  void note_verified(const FileEntry& entry, const library::FileState& state) const;

 private:
  mutable std::mutex verified_mutex_;
  mutable std::unordered_map<const FileEntry*, library::FileState> verified_;
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
