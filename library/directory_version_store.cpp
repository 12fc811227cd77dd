// Renames, fsync and openat. A lookup walks its path one part at a time with O_NOFOLLOW, so neither ".." nor a symbolic
// link inside a version can lead out of it.
#include "library/directory_version_store.hpp"

#include <cerrno>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>

#include "core/kept_folder.hpp"
#include "core/link_or_copy.hpp"
#include "core/sha256.hpp"
#include "library/random_name.hpp"

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
  const fs::path staging = root / "staging";
  CHALK_TRY(make_directories(versions));
  CHALK_TRY(make_directories(staging));
  UniqueFd folder(::open(versions.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder) return error_from_errno(errno, "cannot open " + versions.string(), "check its permissions");
  return std::unique_ptr<DirectoryVersionStore>(new DirectoryVersionStore(versions, staging, std::move(folder)));
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

Result<void> DirectoryVersionStore::adopt(const fs::path& folder, const std::string& id) {
  CHALK_TRY_ASSIGN(const std::string found, sha256_file(folder / "index.json"));
  if (found != id)
    return Error(Errc::kCorrupt, "cannot publish " + folder.string() + ": the sha256 of its index.json is " + found +
                                     ", not the version's name " + id);
  if (!contains(id)) {
    CHALK_TRY(fsync_tree(folder));
    const auto renamed = rename_durably(folder, versions_ / id);
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

Result<StoredFile> DirectoryVersionStore::open(std::string_view version, std::string_view path) {
  if (!is_sha256_hex(version) || path.empty()) return not_found(version, path);
  constexpr int kFolder = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  UniqueFd at(::openat(folder_.get(), std::string(version).c_str(), kFolder));
  if (!at) return open_failure(errno, version, path);
  for (std::string_view rest = path; !rest.empty();) {
    const std::string part = next_part(rest);
    if (part.empty()) return not_found(version, path);
    const int flags = rest.empty() ? O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC : kFolder;
    UniqueFd next(::openat(at.get(), part.c_str(), flags));
    if (!next) return open_failure(errno, version, path);
    at = std::move(next);
  }
  struct stat info {};
  if (::fstat(at.get(), &info) != 0) return open_failure(errno, version, path);
  if (!S_ISREG(info.st_mode)) return not_found(version, path);
  return StoredFile{std::move(at), static_cast<std::uint64_t>(info.st_size)};
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
