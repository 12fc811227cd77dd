// One pass: the bytes that are written are the bytes that are hashed.
#include "mirror/checked_copy.hpp"

#include <array>
#include <cerrno>
#include <cstddef>
#include <span>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

#include "core/file.hpp"
#include "core/sha256.hpp"

namespace chalkline::mirror {

namespace fs = std::filesystem;

static Result<void> copy_and_hash(const fs::path& from, const FileEntry& entry, const fs::path& to) {
  CHALK_TRY_ASSIGN(const UniqueFd in, open_for_reading(from));
  const UniqueFd out(::open(to.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644));
  if (!out) return error_from_errno(errno, "cannot create " + to.string());
  Sha256 hash;
  std::uint64_t bytes = 0;
  std::array<std::byte, 128 * 1024> buffer{};
  for (;;) {
    const ssize_t got = ::read(in.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return error_from_errno(errno, "cannot read " + from.string());
    if (got == 0) break;
    bytes += static_cast<std::uint64_t>(got);
    if (bytes > entry.bytes) break;
    const std::span piece(buffer.data(), static_cast<std::size_t>(got));
    hash.update(piece);
    CHALK_TRY(write_all(out.get(), piece, to));
  }
  if (bytes != entry.bytes || hash.finish_hex() != entry.sha256)
    return Error(Errc::kCorrupt, entry.path + " has other bytes than the index says");
  return {};
}

Result<void> copy_checked(const fs::path& from, const FileEntry& entry, const fs::path& to) {
  CHALK_TRY(make_directories(to.parent_path()));
  const fs::path beside = to.parent_path() / ("." + to.filename().string() + ".part");
  auto copied = copy_and_hash(from, entry, beside);
  std::error_code failed;
  if (copied) {
    fs::rename(beside, to, failed);
    if (failed) copied = error_from_errno(failed.value(), "cannot rename " + beside.string());
  }
  if (!copied) fs::remove(beside, failed);
  return copied;
}

}  // namespace chalkline::mirror
