// The index is healed first: it is known by its name, and everything else by it.
#include "mirror/verify.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "core/file.hpp"
#include "core/sha256.hpp"
#include "manifests/index_json.hpp"
#include "mirror/checked_copy.hpp"
#include "publish/compress.hpp"

namespace chalkline::mirror {

namespace fs = std::filesystem;

bool VerifyReport::sound() const { return std::ranges::all_of(faults, &VersionFault::healed); }

namespace {

class Healing {
 public:
  Healing(fs::path folder, std::string version, const std::vector<fs::path>& sources)
      : folder_(std::move(folder)), version_(std::move(version)) {
    for (const fs::path& source : sources)
      for (const char* place : {"v", "versions"}) {
        std::error_code failed;
        const fs::path there = source / place / version_;
        if (fs::is_directory(there, failed) && !fs::equivalent(there, folder_, failed)) places_.push_back(there);
      }
  }

  bool heal_index() const {
    for (const fs::path& place : places_) {
      const auto text = read_file(place / "index.json", manifests::kMaxIndexBytes);
      if (text && sha256_hex(*text) == version_ && write_file_atomically(folder_ / "index.json", *text)) return true;
    }
    return false;
  }

  bool heal(const VersionIndex& index, const std::string& path) const {
    if (path == "index.json.gz" || path == "index.json.br") return heal_sibling(path);
    const auto entry = std::ranges::find(index.files, path, &FileEntry::path);
    if (entry == index.files.end()) return false;
    return std::ranges::any_of(places_, [&](const fs::path& place) {
      return copy_checked(place / path, *entry, folder_ / path).has_value() && fsync_path(folder_ / path).has_value() &&
             fsync_path((folder_ / path).parent_path()).has_value();
    });
  }

 private:
  bool heal_sibling(const std::string& path) const {
    const auto text = read_file(folder_ / "index.json", manifests::kMaxIndexBytes);
    if (!text) return false;
    const bool is_gzip = path.ends_with(".gz");
    return write_file_atomically(folder_ / path, is_gzip ? publish::gzip(*text) : publish::brotli(*text)).has_value();
  }

  fs::path folder_;
  std::string version_;
  std::vector<fs::path> places_;
};

// What all versions together weigh, as far as their indexes can be read.
std::uint64_t weight(const fs::path& versions, const std::vector<std::string>& names) {
  std::uint64_t bytes = 0;
  for (const std::string& name : names)
    if (const auto index = read_version_index(versions / name, name))
      for (const FileEntry& file : index->files) bytes += file.bytes;
  return bytes;
}

Result<void> verify_version(const fs::path& folder, const std::string& version, const std::vector<fs::path>& sources,
                            const ByteListener& listener, const std::stop_token& stop, VerifyReport& report) {
  const Healing healing(folder, version, sources);
  CHALK_TRY_ASSIGN(std::vector<FileFault> faults, check_version(folder, version, listener, stop));
  if (!faults.empty() && faults.front().path == "index.json") {
    const bool healed = healing.heal_index();
    report.faults.push_back({version, faults.front(), healed});
    if (!healed) return {};
    CHALK_TRY_ASSIGN(faults, check_version(folder, version, listener, stop));
  }
  if (faults.empty()) return {};
  CHALK_TRY_ASSIGN(const VersionIndex index, read_version_index(folder, version));
  for (FileFault& fault : faults) {
    const bool healed = healing.heal(index, fault.path);
    report.faults.push_back({version, std::move(fault), healed});
  }
  return {};
}

}  // namespace

Result<VerifyReport> verify(library::Library& library, const std::vector<fs::path>& sources,
                            const CarryListener& listener, const std::stop_token& stop) {
  CHALK_TRY_ASSIGN(std::vector<std::string> names, library.versions->list());
  std::ranges::sort(names);
  const fs::path versions = library.root / "versions";
  VerifyReport report;
  CarryProgress progress{0, weight(versions, names)};
  const ByteListener count = [&](std::uint64_t bytes) {
    report.bytes += bytes;
    progress.done = std::min(progress.done + bytes, progress.total);
    listener(progress);
  };
  for (const std::string& name : names) {
    CHALK_TRY(verify_version(versions / name, name, sources, count, stop, report));
    ++report.versions;
  }
  return report;
}

}  // namespace chalkline::mirror
