// A write that failed in its middle is undone by the file's length.
#include "library/whole_lines.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <span>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/file.hpp"

namespace chalkline::library {

namespace fs = std::filesystem;

static Result<std::uint64_t> trim(int fd, const fs::path& path) {
  struct stat info {};
  if (::fstat(fd, &info) != 0) return error_from_errno(errno, "cannot look at " + path.string());
  const auto size = static_cast<std::uint64_t>(info.st_size);
  std::array<char, 4096> buffer{};
  for (std::uint64_t end = size; end > 0;) {
    const std::uint64_t from = end > buffer.size() ? end - buffer.size() : 0;
    const std::span<char> piece = std::span(buffer).first(static_cast<std::size_t>(end - from));
    if (::pread(fd, piece.data(), piece.size(), static_cast<off_t>(from)) != static_cast<ssize_t>(piece.size()))
      return error_from_errno(errno, "cannot read " + path.string());
    const auto last = std::find(piece.rbegin(), piece.rend(), '\n');
    end = from + static_cast<std::uint64_t>(piece.rend() - last);
    if (last == piece.rend() && end > 0) continue;
    if (end < size && ::ftruncate(fd, static_cast<off_t>(end)) != 0)
      return error_from_errno(errno, "cannot mend " + path.string());
    return end;
  }
  return std::uint64_t{0};
}

Result<std::uint64_t> size_of_lines(const fs::path& path) {
  const UniqueFd file(::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW));
  if (!file && errno == ENOENT) return std::uint64_t{0};
  if (!file) return error_from_errno(errno, "cannot open " + path.string());
  return trim(file.get(), path);
}

Result<void> add_lines(const fs::path& path, std::string_view lines, std::uint64_t most) {
  const UniqueFd file(::open(path.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640));
  if (!file) return error_from_errno(errno, "cannot keep lines in " + path.string());
  CHALK_TRY_ASSIGN(const std::uint64_t size, trim(file.get(), path));
  if (size + lines.size() > most) return Error(Errc::kDiskFull, path.string() + " has as much as is kept of a day");
  auto written = write_all(file.get(), std::as_bytes(std::span(lines)), path);
  if (!written) (void)!::ftruncate(file.get(), static_cast<off_t>(size));  // else the next call does it
  return written;
}

}  // namespace chalkline::library
