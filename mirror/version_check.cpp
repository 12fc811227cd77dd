// Sizes first: they cost nothing and find most of what a full disk or a torn cable leaves.
#include "mirror/version_check.hpp"

#include <algorithm>
#include <optional>
#include <system_error>

#include "core/file.hpp"
#include "core/sha256.hpp"
#include "manifests/index_json.hpp"
#include "publish/compress.hpp"

namespace chalkline::mirror {

namespace fs = std::filesystem;

Result<VersionIndex> read_version_index(const fs::path& folder, const std::string& version) {
  CHALK_TRY_ASSIGN(const std::string text, read_file(folder / "index.json", manifests::kMaxIndexBytes));
  if (sha256_hex(text) != version)
    return Error(Errc::kCorrupt, "index.json of version " + version + " has other bytes than the version's name says");
  return manifests::parse_index(text);
}

Result<std::string> check_file(const fs::path& file, const FileEntry& entry) {
  std::error_code failed;
  const fs::file_status status = fs::symlink_status(file, failed);
  if (status.type() == fs::file_type::not_found) return std::string("is missing");
  if (failed) return error_from_errno(failed.value(), "cannot stat " + file.string());
  if (!fs::is_regular_file(status)) return std::string("is not a file");
  const std::uintmax_t bytes = fs::file_size(file, failed);
  if (failed) return error_from_errno(failed.value(), "cannot stat " + file.string());
  if (bytes != entry.bytes) return "has " + std::to_string(bytes) + " bytes of " + std::to_string(entry.bytes);
  auto hash = sha256_file(file);
  // A bad sector is a fault of this file, and the others are still to be looked at.
  if (!hash && hash.error().code == Errc::kIo) return std::string("cannot be read: " + hash.error().message);
  if (!hash) return hash.error();
  return *hash == entry.sha256 ? std::string() : std::string("has other bytes than the index says");
}

// The two that no index lists: they are index.json itself, compressed.
static Result<void> check_siblings(const fs::path& folder, std::vector<FileFault>& faults) {
  CHALK_TRY_ASSIGN(const std::string text, read_file(folder / "index.json", manifests::kMaxIndexBytes));
  for (const char* name : {"index.json.br", "index.json.gz"}) {
    const auto compressed = read_file(folder / name, manifests::kMaxIndexBytes);
    if (!compressed && compressed.error().code == Errc::kNotFound) continue;
    if (!compressed) return compressed.error();
    const bool is_gzip = std::string_view(name).ends_with(".gz");
    const std::optional<std::string> inside =
        is_gzip ? publish::gunzip(*compressed, text.size()) : publish::unbrotli(*compressed, text.size());
    if (inside != text) faults.push_back({name, "is not index.json compressed"});
  }
  return {};
}

Result<std::vector<FileFault>> check_version(const fs::path& folder, const std::string& version,
                                             const ByteListener& listener, const std::stop_token& stop) {
  std::vector<FileFault> faults;
  const auto index = read_version_index(folder, version);
  if (!index) {
    if (index.error().code == Errc::kNotFound)
      faults.push_back({"index.json", "is missing"});
    else if (index.error().code == Errc::kCorrupt)
      faults.push_back({"index.json", "has other bytes than the version's name says"});
    else
      return index.error();
    return faults;
  }
  CHALK_TRY(check_siblings(folder, faults));
  for (const FileEntry& entry : index->files) {
    if (stop.stop_requested()) return Error(Errc::kCancelled, "stopped before everything was checked");
    CHALK_TRY_ASSIGN(std::string what, check_file(folder / entry.path, entry));
    if (!what.empty()) faults.push_back({entry.path, std::move(what)});
    listener(entry.bytes);
  }
  std::ranges::sort(faults, {}, &FileFault::path);
  return faults;
}

}  // namespace chalkline::mirror
