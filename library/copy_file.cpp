// FICLONE, copy_file_range(2), read and write, in that order.
#include "library/copy_file.hpp"

#include <cerrno>
#include <cstddef>
#include <span>
#include <vector>

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/file.hpp"

namespace chalkline::library {

namespace fs = std::filesystem;

static constexpr std::size_t kPiece = 8U << 20U;

static Error write_failure(int errnum, const fs::path& to) {
  return error_from_errno(errnum, "cannot write " + to.string(),
                          errnum == ENOSPC || errnum == EDQUOT ? "free some disk space" : "");
}

namespace {
struct Copy {
  int in;
  int out;
  const fs::path& from;
  const fs::path& to;

  // Bytes copied by the kernel, 0 at the end of the file; kInvalidArgument where this pair of files cannot do it.
  Result<std::size_t> in_kernel() const {
    for (;;) {
      const ssize_t got = ::copy_file_range(in, nullptr, out, nullptr, kPiece, 0);
      if (got >= 0) return static_cast<std::size_t>(got);
      if (errno == EINTR) continue;
      if (errno == EXDEV || errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP || errno == EBADF ||
          errno == EPERM)
        return Error(Errc::kInvalidArgument, "copy_file_range is not possible here");
      if (errno == EIO) return error_from_errno(errno, "cannot read " + from.string());
      return write_failure(errno, to);
    }
  }

  Result<std::size_t> by_hand(std::vector<std::byte>& buffer) const {
    buffer.resize(1U << 20U);
    for (;;) {
      const ssize_t got = ::read(in, buffer.data(), buffer.size());
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return error_from_errno(errno, "cannot read " + from.string());
      CHALK_TRY(write_all(out, std::span(buffer).first(static_cast<std::size_t>(got)), to));
      return static_cast<std::size_t>(got);
    }
  }
};
}  // namespace

Result<void> copy_file(const fs::path& from, const fs::path& to, const std::function<void(std::uint64_t piece)>& copied,
                       std::stop_token stop) {
  CHALK_TRY_ASSIGN(const UniqueFd in, open_for_reading(from));
  struct stat info {};
  if (::fstat(in.get(), &info) != 0) return error_from_errno(errno, "cannot stat " + from.string());
  const UniqueFd out(::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
  if (!out) return write_failure(errno, to);
  if (::ioctl(out.get(), FICLONE, in.get()) == 0) {
    copied(static_cast<std::uint64_t>(info.st_size));
    return {};
  }
  const Copy copy{in.get(), out.get(), from, to};
  std::vector<std::byte> buffer;
  bool kernel_can = true;
  std::uint64_t total = 0;
  for (;;) {
    if (stop.stop_requested()) return Error(Errc::kCancelled, "stopped while copying " + from.string());
    auto piece = kernel_can ? copy.in_kernel() : copy.by_hand(buffer);
    // Some file systems (procfs, some FUSE) answer 0 at once although there is more: let read(2) have the last word.
    const bool doubtful = piece && *piece == 0 && total < static_cast<std::uint64_t>(info.st_size);
    if (kernel_can && ((!piece && piece.error().code == Errc::kInvalidArgument) || doubtful)) {
      kernel_can = false;
      continue;
    }
    if (!piece) return piece.error();
    if (*piece == 0) return {};
    total += *piece;
    copied(*piece);
  }
}

}  // namespace chalkline::library
