// Files the durable way: written beside, fsynced, renamed, folder fsynced. Every state change on disk in Chalkline is
// one of these renames or one SQLite transaction.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "core/error.hpp"

namespace chalkline {

// Owns a file descriptor.
class UniqueFd {
 public:
  UniqueFd() = default;
  explicit UniqueFd(int fd) noexcept : fd_(fd) {}
  UniqueFd(UniqueFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept {
    if (this != &other) reset(std::exchange(other.fd_, -1));
    return *this;
  }
  ~UniqueFd() { reset(); }
  void reset(int fd = -1) noexcept;
  [[nodiscard]] int get() const noexcept { return fd_; }
  [[nodiscard]] int release() noexcept { return std::exchange(fd_, -1); }
  explicit operator bool() const noexcept { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

// A regular file opened O_RDONLY|O_CLOEXEC. A folder, socket or device is kInvalidArgument with a sentence saying so.
Result<UniqueFd> open_for_reading(const std::filesystem::path& path);

// The whole file; kLimitExceeded when it is larger than `limit` bytes.
Result<std::string> read_file(const std::filesystem::path& path, std::size_t limit = 64 * 1024 * 1024);

Result<void> write_all(int fd, std::span<const std::byte> bytes, const std::filesystem::path& named);

// Creates or truncates `path` and writes; no fsync: for files of a version that is still staged.
Result<void> write_file(const std::filesystem::path& path, std::string_view bytes);

// Beside (".<name>.<pid>.<n>.tmp"), fsync, rename, fsync the folder. On an error `path` is as it was and nothing is
// left beside it.
Result<void> write_file_atomically(const std::filesystem::path& path, std::string_view bytes);

Result<void> fsync_path(const std::filesystem::path& path);

// Makes every file and folder below `root` durable: one syncfs(2) of its file system instead of an fsync for each of
// thousands of segments.
Result<void> fsync_tree(const std::filesystem::path& root);

// rename(2), then fsync of both parent folders. kAlreadyExists when `to` is a folder that is not empty.
Result<void> rename_durably(const std::filesystem::path& from, const std::filesystem::path& to);

Result<void> make_directories(const std::filesystem::path& path);

}  // namespace chalkline
