// The store of immutable versions, by name (sha256 of index.json) and path. A directory today
// (library/directory_version_store), S3 later. Thread-safe; blocks.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/error.hpp"
#include "core/file.hpp"
#include "library/growing_file.hpp"

namespace chalkline::library {

// What changes whenever a file is written or replaced: as long as it is the same, so are the bytes. What rots beneath
// the file system it cannot see.
struct FileState {
  std::uint64_t inode = 0;
  std::uint64_t bytes = 0;
  std::int64_t changed_ns = 0;  // no program can set it back (inode(7), ctime)
  std::int64_t modified_ns = 0;
  friend bool operator==(const FileState&, const FileState&) = default;
};
using VerifiedFiles = std::unordered_map<std::string, FileState>;  // by path

struct StoredFile {
  UniqueFd fd;
  std::uint64_t bytes = 0;                    // of the whole
  FileState state = {};                       // as it was opened
  std::shared_ptr<GrowingFile> growing = {};  // from open_early() alone, where not all of it is there yet
  // A short while ago somebody was given a part of this file that was wrong: who asks for the rest must take it all.
  bool begun_badly = false;
};

// Of a folder that is handed in.
enum class Files : std::uint8_t {
  kHashed,   // all are of the hand that sealed it, which hashed what it wrote: they count as verified
  kUnknown,  // some have stood on this disk since: each is verified when it is first read
};

class VersionStore {
 public:
  VersionStore() = default;
  VersionStore(const VersionStore&) = delete;
  VersionStore& operator=(const VersionStore&) = delete;
  virtual ~VersionStore() = default;
  // A fresh path on the store's own file system where a version may be made for `job`; what an earlier try left is
  // removed, but for what it kept, which is handed on (core/kept_folder.hpp).
  virtual Result<std::filesystem::path> staging_for(std::int64_t job) = 0;
  // Takes a sealed version folder in (rename): after this it is visible, complete and durable under `id`. Already there
  // is success (same name, same bytes), and the folder handed in is removed.
  virtual Result<void> adopt(const std::filesystem::path& folder, const std::string& id, Files files) = 0;
  // A file of a version. `path` must be relative without "." or ".." parts: anything else is kNotFound.
  virtual Result<StoredFile> open(std::string_view version, std::string_view path) = 0;
  // The same for who can give a file on while it comes; returns when its first byte is there.
  virtual Result<StoredFile> open_early(std::string_view version, std::string_view path) { return open(version, path); }
  // Ends what is still coming, and begins nothing any more: who reads it is told before this returns.
  virtual void end_transfers() {}
  // Puts the same file of a version at `to`, which must not exist: shared where the store can, else copied. Errors as
  // open(), or of writing.
  virtual Result<void> place(std::string_view version, std::string_view path, const std::filesystem::path& to) = 0;
  virtual bool contains(std::string_view version) = 0;
  // A file that open() gave has other bytes than were published. A store that can get them again lets go of it, so that
  // the next open() gives the right ones; another does nothing.
  virtual void damaged(std::string_view version, std::string_view path) { (void)version, (void)path; }
  // The states in which files of a version were last seen to hold what its index says; empty where nothing is known.
  virtual VerifiedFiles verified(std::string_view version) { return (void)version, VerifiedFiles(); }
  // Remembered over restarts as well as may be: what is forgotten is only verified once more. `state` from before the
  // file was read. A store that does not remember does nothing.
  virtual void note_verified(std::string_view version, std::string_view path, const FileState& state) {
    (void)version, (void)path, (void)state;
  }
  virtual Result<std::vector<std::string>> list() = 0;
};

}  // namespace chalkline::library
