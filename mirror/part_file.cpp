// Which errors mean a full disk is core/error's to know: ENOSPC, a quota (EDQUOT), a limit (EFBIG).
#include "mirror/part_file.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <span>
#include <string>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/sha256.hpp"
#include "mirror/memory_file.hpp"

namespace chalkline::mirror {

namespace fs = std::filesystem;

static constexpr std::uint64_t kSpare = 1'000'000;  // for the catalogue, and for others who write just now

static fs::path beside(const fs::path& to) { return to.parent_path() / ("." + to.filename().string() + ".part"); }

// What the file takes of the disk already; more than its size where room was taken beforehand.
static std::uint64_t taken_by(const struct stat& info) {
  return std::max(static_cast<std::uint64_t>(info.st_size), static_cast<std::uint64_t>(info.st_blocks) * 512);
}

static bool is_free(const fs::path& folder, std::uint64_t bytes) {
  std::error_code failed;
  const fs::space_info space = fs::space(folder, failed);
  return failed || space.available >= bytes + kSpare;  // who cannot tell may try
}

static std::uint64_t missing(std::uint64_t all, std::uint64_t taken) { return all > taken ? all - taken : 0; }

PartFile::PartFile(fs::path to, FileEntry entry, library::GrowingFile& growing)
    : to_(std::move(to)), beside_(beside(to_)), entry_(std::move(entry)), growing_(growing) {}

PartFile::~PartFile() {
  if (!file_ || !on_disk_) return;
  std::error_code ignored;
  if (there_ == 0 || ::ftruncate(file_.get(), static_cast<off_t>(there_)) != 0) fs::remove(beside_, ignored);
}

bool PartFile::has_room(const fs::path& to, const FileEntry& entry) {
  if (const auto made = make_directories(to.parent_path()); !made) return made.error().code != Errc::kDiskFull;
  struct stat info {};
  const std::uint64_t taken = ::lstat(beside(to).c_str(), &info) == 0 ? taken_by(info) : 0;
  return is_free(to.parent_path(), missing(entry.bytes, taken));
}

// By its descriptor: its folder may be given up meanwhile.
fs::path PartFile::named() const { return "/proc/self/fd/" + std::to_string(file_.get()); }

// Takes the room for all of the file; a file system that cannot do that, or lies, runs out in add().
static Result<void> take_room(int fd, std::uint64_t bytes, const fs::path& named) {
  while (::fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, static_cast<off_t>(bytes)) != 0) {
    if (errno == EINTR) continue;
    Error error = error_from_errno(errno, "cannot take room for " + named.string());
    if (error.code == Errc::kDiskFull) return error;
    break;
  }
  return {};
}

Result<bool> PartFile::open_on_disk() {
  const auto full = [](const Error& error) -> Result<bool> {
    if (error.code == Errc::kDiskFull) return false;
    return error;
  };
  if (const auto made = make_directories(to_.parent_path()); !made) return full(made.error());
  file_ = UniqueFd(::open(beside_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0644));
  if (!file_) return full(error_from_errno(errno, "cannot create " + beside_.string()));
  on_disk_ = true;
  struct stat info {};
  if (::fstat(file_.get(), &info) != 0) return error_from_errno(errno, "cannot look at " + beside_.string());
  there_ = static_cast<std::uint64_t>(info.st_size);
  if (there_ >= entry_.bytes) {  // of another file
    if (::ftruncate(file_.get(), 0) != 0) return error_from_errno(errno, "cannot empty " + beside_.string());
    there_ = 0;
  }
  if (!is_free(to_.parent_path(), missing(entry_.bytes, there_ == 0 ? 0 : taken_by(info)))) return false;
  if (const auto taken = take_room(file_.get(), entry_.bytes, beside_); !taken) return full(taken.error());
  return is_free(to_.parent_path(), 0);  // others took some meanwhile
}

Result<void> PartFile::tell_growing() {
  UniqueFd reader(::fcntl(file_.get(), F_DUPFD_CLOEXEC, 0));
  if (!reader) return error_from_errno(errno, "cannot open a file that is coming");
  growing_.opened(std::move(reader));
  return {};
}

// What is on the disk stays there, for a day on which it has room again.
Result<void> PartFile::move_to_memory() {
  CHALK_TRY_ASSIGN(UniqueFd memory, open_memory_file());
  std::array<char, 65'536> buffer{};
  for (std::uint64_t done = 0; done < there_;) {
    const std::size_t most = static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), there_ - done));
    const ssize_t got = ::pread(file_.get(), buffer.data(), most, static_cast<off_t>(done));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return error_from_errno(got < 0 ? errno : EIO, "cannot read " + beside_.string());
    const std::span<const char> piece(buffer.data(), static_cast<std::size_t>(got));
    CHALK_TRY(write_all(memory.get(), std::as_bytes(piece), "memory"));
    done += static_cast<std::uint64_t>(got);
  }
  std::error_code ignored;
  if (file_ && (there_ == 0 || ::ftruncate(file_.get(), static_cast<off_t>(there_)) != 0)) fs::remove(beside_, ignored);
  file_ = std::move(memory);
  on_disk_ = false;
  return tell_growing();
}

Result<void> PartFile::open() {
  if (!file_) {
    CHALK_TRY_ASSIGN(const bool room, open_on_disk());
    CHALK_TRY(room ? tell_growing() : move_to_memory());
  }
  if (growing_.seen().there > there_) return Error(Errc::kCorrupt, "what had come of " + entry_.path + " is gone");
  return {};
}

Result<void> PartFile::add(std::string_view piece) {
  if (piece.size() > entry_.bytes - there_) return Error(Errc::kCorrupt, "it sends more than the index says");
  const auto bytes = std::as_bytes(std::span(piece));
  auto written = write_all(file_.get(), bytes, beside_);
  if (!written && on_disk_ && written.error().code == Errc::kDiskFull) {
    CHALK_TRY(move_to_memory());
    written = write_all(file_.get(), bytes, "memory");
  }
  CHALK_TRY(std::move(written));
  there_ += piece.size();
  growing_.grew(there_);
  return {};
}

// Removed, not emptied: whoever was told of these bytes and reads just now must find them, and be told that they are
// bad; a read that fails says nothing, and would break off an answer before its head.
void PartFile::spoil() {
  there_ = 0;
  std::error_code ignored;
  fs::remove(beside_, ignored);  // also where it went on in memory: its beginning was the same
  file_.reset();                 // the next try opens another
  if (growing_.seen().there > 0) growing_.ended(Error(Errc::kCorrupt, "what had come of " + entry_.path + " is bad"));
}

Result<void> PartFile::settle() {
  CHALK_TRY_ASSIGN(const std::string hash, sha256_file(named()));
  if (there_ != entry_.bytes || hash != entry_.sha256) {
    spoil();
    return Error(Errc::kCorrupt, "its bytes are not those that the index says");
  }
  if (!on_disk_) return {};
  std::error_code failed;
  fs::rename(beside_, to_, failed);
  file_.reset();
  // Its folder was given up meanwhile: whoever waits for it has it all the same.
  if (failed && failed != std::errc::no_such_file_or_directory)
    return error_from_errno(failed.value(), "cannot rename " + beside_.string());
  return {};
}

}  // namespace chalkline::mirror
