// open, flock, pwrite, fdatasync.
#include "library/upload_file.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace chalkline::library {

namespace fs = std::filesystem;

static constexpr const char* kFreeSpace = "free some disk space";

fs::path UploadFile::path_of(const fs::path& root, const std::string& id) { return root / "uploads" / id; }

Result<UploadFile> UploadFile::open(const fs::path& root, const std::string& id) {
  fs::path path = path_of(root, id);
  UniqueFd fd(::open(path.c_str(), O_RDWR | O_CLOEXEC | O_CREAT | O_NOFOLLOW, 0644));
  if (!fd && errno == ENOENT) {
    CHALK_TRY(make_directories(path.parent_path()));
    fd.reset(::open(path.c_str(), O_RDWR | O_CLOEXEC | O_CREAT | O_NOFOLLOW, 0644));
  }
  if (!fd) return error_from_errno(errno, "cannot open the upload " + id);
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return Error(Errc::kBusy, "somebody else is writing the upload " + id);
    return error_from_errno(errno, "cannot lock the upload " + id);
  }
  struct stat info {};
  if (::fstat(fd.get(), &info) != 0) return error_from_errno(errno, "cannot stat the upload " + id);
  // Taken away between open and flock: it is finished, or was removed.
  if (info.st_nlink == 0) return Error(Errc::kBusy, "the upload " + id + " has just ended");
  return UploadFile(std::move(fd), std::move(path), static_cast<std::uint64_t>(info.st_size));
}

Result<std::uint64_t> UploadFile::size_of(const fs::path& root, const std::string& id) {
  struct stat info {};
  if (::stat(path_of(root, id).c_str(), &info) == 0) return static_cast<std::uint64_t>(info.st_size);
  if (errno == ENOENT) return std::uint64_t{0};
  return error_from_errno(errno, "cannot stat the upload " + id);
}

Result<std::uint64_t> UploadFile::durable_size(const fs::path& root, const std::string& id) {
  const fs::path path = path_of(root, id);
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!fd && errno == ENOENT) return std::uint64_t{0};
  if (!fd) return error_from_errno(errno, "cannot open the upload " + id);
  struct stat info {};
  if (::fstat(fd.get(), &info) != 0) return error_from_errno(errno, "cannot stat the upload " + id);
  if (::fdatasync(fd.get()) != 0) return error_from_errno(errno, "cannot fsync the upload " + id);
  // Its name too, of a file that is new.
  CHALK_TRY(fsync_path(path.parent_path()));
  return static_cast<std::uint64_t>(info.st_size);
}

std::optional<std::int64_t> UploadFile::touched_ms(const fs::path& root, const std::string& id) {
  struct stat info {};
  if (::stat(path_of(root, id).c_str(), &info) != 0) return std::nullopt;
  return std::int64_t{info.st_mtim.tv_sec} * 1000 + info.st_mtim.tv_nsec / 1'000'000;
}

Result<void> UploadFile::remove(const fs::path& root, const std::string& id) {
  if (::unlink(path_of(root, id).c_str()) == 0 || errno == ENOENT) return {};
  return error_from_errno(errno, "cannot remove the upload " + id);
}

Result<std::vector<std::string>> UploadFile::list(const fs::path& root) {
  std::vector<std::string> ids;
  std::error_code failed;
  for (fs::directory_iterator it(root / "uploads", failed), end; !failed && it != end; it.increment(failed))
    if (std::string name = it->path().filename().string(); is_upload_id(name)) ids.push_back(std::move(name));
  if (failed && failed != std::errc::no_such_file_or_directory)
    return error_from_errno(failed.value(), "cannot read the folder of uploads");
  return ids;
}

Result<void> UploadFile::append(std::string_view bytes) {
  std::uint64_t at = size_;
  while (!bytes.empty()) {
    const ssize_t put = ::pwrite(fd_.get(), bytes.data(), bytes.size(), static_cast<off_t>(at));
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) {
      const int failed = errno;
      (void)!::ftruncate(fd_.get(), static_cast<off_t>(size_));
      return error_from_errno(failed, "cannot write an upload", failed == ENOSPC || failed == EDQUOT ? kFreeSpace : "");
    }
    at += static_cast<std::uint64_t>(put);
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  size_ = at;
  // The disk begins early, so that little is left to wait for at the end and memory holds few dirty pages.
  constexpr std::uint64_t kStride = std::uint64_t{8} * 1024 * 1024;
  if (size_ - written_out_ >= kStride) {
    (void)::sync_file_range(fd_.get(), static_cast<off_t>(written_out_), static_cast<off_t>(size_ - written_out_),
                            SYNC_FILE_RANGE_WRITE);
    written_out_ = size_;
  }
  return {};
}

Result<void> UploadFile::append_file(const fs::path& from) {
  CHALK_TRY_ASSIGN(const UniqueFd in, open_for_reading(from));
  if (::lseek(fd_.get(), static_cast<off_t>(size_), SEEK_SET) < 0) return error_from_errno(errno, "cannot seek");
  std::uint64_t copied = 0;
  for (;;) {
    constexpr std::size_t kPiece = 8U << 20U;
    const ssize_t got = ::copy_file_range(in.get(), nullptr, fd_.get(), nullptr, kPiece, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && copied == 0 && (errno == EXDEV || errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP)) break;
    if (got < 0)
      return error_from_errno(errno, "cannot join the parts of an upload",
                              errno == ENOSPC || errno == EDQUOT ? kFreeSpace : "");
    if (got == 0) return {};
    copied += static_cast<std::uint64_t>(got);
    size_ += static_cast<std::uint64_t>(got);
  }
  std::string buffer(std::size_t{1} << 20U, '\0');
  for (;;) {
    const ssize_t got = ::read(in.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return error_from_errno(errno, "cannot read a part of an upload");
    if (got == 0) return {};
    CHALK_TRY(append({buffer.data(), static_cast<std::size_t>(got)}));
  }
}

Result<void> UploadFile::truncate(std::uint64_t size) {
  if (::ftruncate(fd_.get(), static_cast<off_t>(size)) != 0) return error_from_errno(errno, "cannot shorten an upload");
  size_ = size;
  written_out_ = std::min(written_out_, size);
  return {};
}

Result<void> UploadFile::make_durable() {
  if (::fdatasync(fd_.get()) != 0)
    return error_from_errno(errno, "cannot fsync an upload", errno == ENOSPC || errno == EDQUOT ? kFreeSpace : "");
  return fsync_path(path_.parent_path());
}

bool is_upload_id(std::string_view text) noexcept {
  return text.size() == 32 &&
         std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

}  // namespace chalkline::library
