// POSIX file work behind file.hpp.
#include "core/file.hpp"

#include <atomic>
#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace chalkline {

namespace fs = std::filesystem;

void UniqueFd::reset(int fd) noexcept {
  if (fd_ >= 0) ::close(fd_);
  fd_ = fd;
}

Result<UniqueFd> open_for_reading(const fs::path& path) {
  // O_NONBLOCK: opening a FIFO must not wait for a writer; it has no effect on the regular file we insist on.
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd) return error_from_errno(errno, "cannot open " + path.string(), errno == ENOENT ? "check the path" : "");
  struct stat info {};
  if (::fstat(fd.get(), &info) != 0) return error_from_errno(errno, "cannot stat " + path.string());
  if (S_ISDIR(info.st_mode))
    return Error(Errc::kInvalidArgument, "cannot read " + path.string() + ": it is a directory",
                 "give the path of a file inside it");
  if (!S_ISREG(info.st_mode))
    return Error(Errc::kInvalidArgument, "cannot read " + path.string() + ": it is not a regular file",
                 "give the path of an ordinary file");
  return fd;
}

Result<std::string> read_file(const fs::path& path, std::size_t limit) {
  CHALK_TRY_ASSIGN(UniqueFd fd, open_for_reading(path));
  std::string content;
  char buffer[65536];
  for (;;) {
    const ssize_t got = ::read(fd.get(), buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return error_from_errno(errno, "cannot read " + path.string());
    if (got == 0) return content;
    if (content.size() + static_cast<std::size_t>(got) > limit)
      return Error(Errc::kLimitExceeded, path.string() + " is larger than " + std::to_string(limit) + " bytes");
    content.append(buffer, static_cast<std::size_t>(got));
  }
}

Result<void> write_all(int fd, std::span<const std::byte> bytes, const fs::path& named) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(fd, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0)
      return error_from_errno(errno, "cannot write " + named.string(),
                              errno == ENOSPC || errno == EDQUOT ? "free some disk space" : "");
    bytes = bytes.subspan(static_cast<std::size_t>(put));
  }
  return {};
}

static Result<UniqueFd> create(const fs::path& path) {
  UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (!fd) return error_from_errno(errno, "cannot create " + path.string());
  return fd;
}

Result<void> write_file(const fs::path& path, std::string_view bytes) {
  CHALK_TRY_ASSIGN(UniqueFd fd, create(path));
  return write_all(fd.get(), std::as_bytes(std::span(bytes.data(), bytes.size())), path);
}

Result<void> write_file_atomically(const fs::path& path, std::string_view bytes) {
  static std::atomic<unsigned> writes{0};  // two threads may write the same path: the last rename wins, neither is torn
  const fs::path beside = path.parent_path() / ("." + path.filename().string() + "." + std::to_string(::getpid()) +
                                                "." + std::to_string(writes.fetch_add(1)) + ".tmp");
  {
    CHALK_TRY_ASSIGN(UniqueFd fd, create(beside));
    auto written = write_all(fd.get(), std::as_bytes(std::span(bytes.data(), bytes.size())), beside);
    if (written && ::fsync(fd.get()) != 0) written = error_from_errno(errno, "cannot fsync " + beside.string());
    if (!written) {
      ::unlink(beside.c_str());
      return written;
    }
  }
  auto renamed = rename_durably(beside, path);
  if (!renamed) ::unlink(beside.c_str());
  return renamed;
}

Result<void> fsync_path(const fs::path& path) {
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return error_from_errno(errno, "cannot open " + path.string());
  if (::fsync(fd.get()) != 0) return error_from_errno(errno, "cannot fsync " + path.string());
  return {};
}

Result<void> fsync_tree(const fs::path& root) {
  UniqueFd fd(::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd) return error_from_errno(errno, "cannot open " + root.string());
  if (::syncfs(fd.get()) != 0) return error_from_errno(errno, "cannot sync " + root.string());
  return {};
}

Result<void> rename_durably(const fs::path& from, const fs::path& to) {
  if (::rename(from.c_str(), to.c_str()) != 0)
    return error_from_errno(errno, "cannot rename " + from.string() + " to " + to.string());
  const auto parent = [](const fs::path& path) { return path.has_parent_path() ? path.parent_path() : fs::path("."); };
  CHALK_TRY(fsync_path(parent(to)));
  if (parent(from) != parent(to)) CHALK_TRY(fsync_path(parent(from)));
  return {};
}

Result<void> make_directories(const fs::path& path) {
  std::error_code failed;
  fs::create_directories(path, failed);
  if (failed) return error_from_errno(failed.value(), "cannot create folder " + path.string());
  return {};
}

}  // namespace chalkline
