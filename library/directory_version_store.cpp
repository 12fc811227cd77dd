// Renames, fsync and openat. A lookup refuses "." and ".." and follows no symbolic link, so that nothing in a version
// can lead out of it: openat2(2) does that in one call, and where the kernel or a sandbox has none, one part after the
// other.
#include "library/directory_version_store.hpp"

#include <cerrno>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/kept_folder.hpp"
#include "core/link_or_copy.hpp"
#include "core/sha256.hpp"
#include "library/random_name.hpp"
#include "library/verified_files.hpp"

namespace chalkline::library {

namespace fs = std::filesystem;

static Result<void> remove_tree(const fs::path& path) {
  std::error_code failed;
  fs::remove_all(path, failed);
  if (failed) return error_from_errno(failed.value(), "cannot remove " + path.string());
  return {};
}

Result<std::unique_ptr<DirectoryVersionStore>> DirectoryVersionStore::open_at(const fs::path& root) {
  const fs::path versions = root / "versions";
  CHALK_TRY(make_directories(versions));
  CHALK_TRY(make_directories(root / "staging"));
  CHALK_TRY(make_directories(root / "verified"));
  UniqueFd folder(::open(versions.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder) return error_from_errno(errno, "cannot open " + versions.string(), "check its permissions");
  return std::unique_ptr<DirectoryVersionStore>(new DirectoryVersionStore(root, std::move(folder)));
}

Result<fs::path> DirectoryVersionStore::staging_for(std::int64_t job) {
  const std::string prefix = "job-" + std::to_string(job) + "-";
  // A name of its own: a worker that lost the job and does not know it yet must not write into its successor's folder.
  const fs::path folder = staging_ / (prefix + random_name());
  CHALK_TRY(make_directories(folder));
  std::error_code failed;
  for (fs::directory_iterator it(staging_, failed), end; !failed && it != end; it.increment(failed))
    if (it->path().filename().string().starts_with(prefix) && it->path() != folder)
      CHALK_TRY(remove_and_bequeath(it->path(), folder));
  if (failed) return error_from_errno(failed.value(), "cannot read " + staging_.string());
  return folder / "version";
}

Result<void> DirectoryVersionStore::adopt(const fs::path& folder, const std::string& id, Files files) {
  CHALK_TRY_ASSIGN(const std::string found, sha256_file(folder / "index.json"));
  if (found != id)
    return Error(Errc::kCorrupt, "cannot publish " + folder.string() + ": the sha256 of its index.json is " + found +
                                     ", not the version's name " + id);
  if (!contains(id)) {
    CHALK_TRY(fsync_tree(folder));
    const auto renamed = rename_durably(folder, versions_ / id);
    if (renamed && files == Files::kHashed) note_all_verified(id);
    if (renamed) return {};
    if (!contains(id)) return renamed.error();  // else another process was first with the same bytes
  }
  return remove_tree(folder);
}

// The next part of a path, or nothing where the rest of it may not be looked up.
static std::string next_part(std::string_view& rest) {
  const std::size_t slash = rest.find('/');
  std::string part(rest.substr(0, slash));
  rest = slash == std::string_view::npos ? std::string_view() : rest.substr(slash + 1);
  const bool trailing_slash = slash != std::string_view::npos && rest.empty();
  if (part == "." || part == ".." || trailing_slash || part.find('\0') != std::string::npos) return {};
  return part;
}

static Error not_found(std::string_view version, std::string_view path) {
  return Error(Errc::kNotFound, "there is no " + std::string(path) + " in version " + std::string(version));
}

static Error open_failure(int errnum, std::string_view version, std::string_view path) {
  if (errnum == ENOENT || errnum == ENOTDIR || errnum == ELOOP || errnum == ENAMETOOLONG || errnum == ENXIO)
    return not_found(version, path);
  return error_from_errno(errnum, "cannot open " + std::string(path) + " of version " + std::string(version));
}

static constexpr int kReadFlags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
// Nobody asks when a file was read last, and to write it down costs a look at each 64 kB and a write to the disk a day.
static constexpr int kUnrecorded = O_NOATIME;

static UniqueFd walk_beneath(int folder, std::string_view path) {
  UniqueFd at;
  while (!path.empty()) {
    const std::string part = next_part(path);
    const int flags = path.empty() ? kReadFlags : O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    UniqueFd next(::openat(at ? at.get() : folder, part.c_str(), flags));
    if (!next) return next;
    at = std::move(next);
  }
  return at;
}

// `path` has no parts that next_part() refuses. No descriptor on failure, and errno.
static UniqueFd open_beneath(int folder, const std::string& path) {
  open_how how{};
  how.flags = kReadFlags | kUnrecorded;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS;
  const auto open = [&] {
    return UniqueFd(static_cast<int>(::syscall(SYS_openat2, folder, path.c_str(), &how, sizeof how)));
  };
  UniqueFd file = open();
  if (!file && errno == EPERM) {  // the file is somebody else's (open(2)), or a sandbox does not know the call
    how.flags = kReadFlags;
    file = open();
  }
  if (file || (errno != ENOSYS && errno != EPERM)) return file;
  return walk_beneath(folder, path);
}

Result<StoredFile> DirectoryVersionStore::open(std::string_view version, std::string_view path) {
  if (!is_sha256_hex(version) || path.empty()) return not_found(version, path);
  for (std::string_view rest = path; !rest.empty();)
    if (next_part(rest).empty()) return not_found(version, path);
  UniqueFd at = open_beneath(folder_.get(), std::string(version).append("/").append(path));
  if (!at) return open_failure(errno, version, path);
  struct stat info {};
  if (::fstat(at.get(), &info) != 0) return open_failure(errno, version, path);
  if (!S_ISREG(info.st_mode)) return not_found(version, path);
  StoredFile found;
  found.fd = std::move(at);
  found.state = state_of(info);
  found.bytes = found.state.bytes;
  return found;
}

Result<void> DirectoryVersionStore::place(std::string_view version, std::string_view path, const fs::path& to) {
  CHALK_TRY_ASSIGN(const StoredFile there, open(version, path));  // refuses every path that is not a file of it
  return link_or_copy(versions_ / version / path, to);
}

bool DirectoryVersionStore::contains(std::string_view version) {
  struct stat info {};
  return is_sha256_hex(version) &&
         ::fstatat(folder_.get(), std::string(version).c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0 &&
         S_ISDIR(info.st_mode);
}

void DirectoryVersionStore::note_all_verified(const std::string& version) {
  std::string lines;
  const fs::path root = versions_ / version;
  std::error_code failed;
  for (fs::recursive_directory_iterator it(root, failed), end; !failed && it != end; it.increment(failed)) {
    struct stat info {};
    if (::lstat(it->path().c_str(), &info) == 0 && S_ISREG(info.st_mode))
      lines += verified_line(it->path().lexically_relative(root).string(), state_of(info));
  }
  (void)write_file(verified_ / version, lines);
}

VerifiedFiles DirectoryVersionStore::verified(std::string_view version) {
  if (!is_sha256_hex(version)) return {};
  const auto text = read_file(verified_ / version);
  if (!text) return {};
  VerifiedFiles found = parse_verified(*text);
  // Each change adds a line, and a backup that links every file changes them all. What another process adds just now
  // may be lost: it will be verified again.
  constexpr std::size_t kSpare = std::size_t{64} * 1024;
  std::string lines;
  for (const auto& [path, state] : found) lines += verified_line(path, state);
  if (text->size() > 2 * lines.size() + kSpare) (void)write_file_atomically(verified_ / version, lines);
  return found;
}

void DirectoryVersionStore::note_verified(std::string_view version, std::string_view path, const FileState& state) {
  const std::string line = verified_line(path, state);
  if (line.empty() || !contains(version)) return;
  const UniqueFd file(::open((verified_ / version).c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644));
  // One write, so that lines of several processes do not mix; a disk that is full takes part of it, which is not
  // believed.
  if (file) (void)!::write(file.get(), line.data(), line.size());
}

Result<std::vector<std::string>> DirectoryVersionStore::list() {
  std::vector<std::string> names;
  std::error_code failed;
  for (fs::directory_iterator it(versions_, failed), end; !failed && it != end; it.increment(failed)) {
    std::string found = it->path().filename().string();
    if (contains(found)) names.push_back(std::move(found));
  }
  if (failed) return error_from_errno(failed.value(), "cannot read " + versions_.string());
  return names;
}

}  // namespace chalkline::library
