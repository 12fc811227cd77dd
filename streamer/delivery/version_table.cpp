// Loading an index: read, hash, parse, and a map over its files.
#include "streamer/delivery/version_table.hpp"

#include <algorithm>
#include <cerrno>
#include <span>
#include <vector>

#include <fmt/format.h>
#include <unistd.h>

#include "core/sha256.hpp"
#include "manifests/index_json.hpp"
#include "manifests/version_path.hpp"

namespace chalkline::streamer {

Result<std::string> read_stored(const library::StoredFile& file, std::string_view named) {
  std::string bytes(file.bytes, '\0');
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t got = ::pread(file.fd.get(), bytes.data() + done, bytes.size() - done, static_cast<off_t>(done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return error_from_errno(errno, fmt::format("cannot read {}", named));
    if (got == 0) return Error(Errc::kCorrupt, fmt::format("{} became shorter while it was read", named));
    done += static_cast<std::size_t>(got);
  }
  return bytes;
}

Result<std::string> sha256_of_stored(const library::StoredFile& file, std::string_view named) {
  constexpr std::size_t kStep = 128 * 1024;  // stays in the core's own cache between the read and the hash
  thread_local std::vector<std::byte> buffer(kStep);
  Sha256 sum;
  std::uint64_t done = 0;
  while (done < file.bytes) {
    const std::size_t ask = static_cast<std::size_t>(std::min<std::uint64_t>(kStep, file.bytes - done));
    const ssize_t got = ::pread(file.fd.get(), buffer.data(), ask, static_cast<off_t>(done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return error_from_errno(errno, fmt::format("cannot read {}", named));
    if (got == 0) return Error(Errc::kCorrupt, fmt::format("{} became shorter while it was read", named));
    sum.update(std::span(buffer.data(), static_cast<std::size_t>(got)));
    done += static_cast<std::uint64_t>(got);
  }
  return sum.finish_hex();
}

bool IndexedVersion::verified(const FileEntry& entry, const library::FileState& state) const {
  const std::lock_guard lock(verified_mutex_);
  const auto at = verified_.find(&entry);
  return at != verified_.end() && at->second == state;
}

void IndexedVersion::note_verified(const FileEntry& entry, const library::FileState& state) const {
  const std::lock_guard lock(verified_mutex_);
  verified_[&entry] = state;
}

static Result<std::shared_ptr<const IndexedVersion>> load(library::VersionStore& store, std::string_view version) {
  CHALK_TRY_ASSIGN(const library::StoredFile file, store.open(version, manifests::kIndexName));
  if (file.bytes > manifests::kMaxIndexBytes)
    return Error(Errc::kLimitExceeded, fmt::format("the index of version {} is larger than any should be", version));
  auto indexed = std::make_shared<IndexedVersion>();
  CHALK_TRY_ASSIGN(indexed->text, read_stored(file, fmt::format("index.json of version {}", version)));
  if (sha256_hex(indexed->text) != version) {
    store.damaged(version, manifests::kIndexName);
    return Error(Errc::kCorrupt, fmt::format("index.json of version {} is not what was published", version),
                 "restore it from a copy with chalkline verify --from, or publish the lesson again");
  }
  CHALK_TRY_ASSIGN(indexed->index, manifests::parse_index(indexed->text));
  indexed->files.reserve(indexed->index.files.size());
  for (const FileEntry& entry : indexed->index.files) indexed->files.emplace(entry.path, &entry);
  for (const auto& [path, state] : store.verified(version))
    if (const FileEntry* entry = indexed->find(path)) indexed->note_verified(*entry, state);
  return std::shared_ptr<const IndexedVersion>(std::move(indexed));
}

Result<std::shared_ptr<const IndexedVersion>> VersionTable::find(std::string_view version) {
  if (!is_sha256_hex(version)) return Error(Errc::kNotFound, "that is not the name of a version");
  {
    const std::lock_guard lock(mutex_);
    if (auto* known = known_.find(version); known != nullptr) return *known;
  }
  // Two threads may load the same index at once; both get the same thing.
  auto loaded = load(store_, version);
  if (!loaded) return loaded;
  const auto& entry = *loaded;
  const std::uint64_t weight = entry->text.size() * 2 + entry->index.files.size() * 420 + 1000;
  const std::lock_guard lock(mutex_);
  known_.insert(version, entry, weight);
  return entry;
}

}  // namespace chalkline::streamer
