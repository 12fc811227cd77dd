// A file appears by a rename after its hash was found right, so whatever stands in a partial version may be given.
#include "mirror/pull_through_store.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <sys/stat.h>

#include "core/file.hpp"
#include "core/folder_size.hpp"
#include "core/sha256.hpp"
#include "library/verified_files.hpp"
#include "manifests/index_json.hpp"
#include "mirror/memory_file.hpp"
#include "mirror/version_check.hpp"
#include "publish/compress.hpp"

namespace chalkline::mirror {

namespace fs = std::filesystem;

namespace {

Error too_many() { return Error(Errc::kBusy, "as many wait for the upstream as may"); }

bool is_there(const fs::path& file, std::uint64_t bytes) {
  std::error_code failed;
  return fs::is_regular_file(fs::symlink_status(file, failed)) && fs::file_size(file, failed) == bytes && !failed;
}

// What lies here since an earlier run need not be what was written: the power went, or the disk rots.
void remove_if_spoilt(const fs::path& path, const FileEntry& entry) {
  if (!is_there(path, entry.bytes)) return;
  const auto fault = check_file(path, entry);
  std::error_code ignored;
  if (fault && !fault->empty()) fs::remove(path, ignored);
}

Result<library::StoredFile> stored(UniqueFd fd, const std::string& named) {
  library::StoredFile found;
  found.fd = std::move(fd);
  struct stat info {};
  if (::fstat(found.fd.get(), &info) != 0) return error_from_errno(errno, "cannot stat " + named);
  found.state = library::state_of(info);
  found.bytes = found.state.bytes;
  return found;
}

Result<library::StoredFile> open_file(const fs::path& file) {
  CHALK_TRY_ASSIGN(UniqueFd fd, open_for_reading(file));
  return stored(std::move(fd), file.string());
}

}  // namespace

PullThroughStore::PullThroughStore(std::unique_ptr<library::VersionStore> inner, fs::path root,
                                   std::shared_ptr<Upstream> upstream, std::stop_source transfers, WaitOptions options)
    : inner_(std::move(inner)),
      root_(std::move(root)),
      upstream_(std::move(upstream)),
      end_(std::move(transfers)),
      wait_(options.wait),
      seats_(options.waiting) {
  constexpr int kThreads = 16;  // they wait for the line and do nothing else
  for (int i = 0; i < kThreads; ++i)
    threads_.emplace_back([this](const std::stop_token& stop) { fetch_for_learners(stop); });
}

PullThroughStore::~PullThroughStore() { end_transfers(); }

void PullThroughStore::fetch_for_learners(const std::stop_token& stop) {
  for (;;) {
    std::function<void()> wish;
    {
      std::unique_lock lock(mutex_);
      if (!asked_.wait(lock, stop, [&] { return !wishes_.empty(); })) return;
      wish = wishes_.take();
    }
    wish();
  }
}

// What waits for a thread finds at once that it is over.
void PullThroughStore::end_transfers() {
  end_.request_stop();
  transfers_.wait_for_all();
}

fs::path PullThroughStore::folder_of(std::string_view version) const {
  return root_ / (inner_->contains(version) ? "versions" : "mirrored") / version;
}

void PullThroughStore::want(std::set<std::string> versions) {
  const std::lock_guard lock(mutex_);
  wanted_.clear();
  wanted_.insert(versions.begin(), versions.end());
}

bool PullThroughStore::wanted(std::string_view version) {
  const std::lock_guard lock(mutex_);
  return wanted_.contains(version);
}

static Result<void> keep_index(const fs::path& file, const std::string& text) {
  CHALK_TRY(make_directories(file.parent_path()));
  return write_file_atomically(file, text);
}

Result<PullThroughStore::IndexPtr> PullThroughStore::index_of(const std::string& version) {
  constexpr std::size_t kSome = 16;
  const fs::path file = folder_of(version) / "index.json";
  const auto in_memory = [&]() -> IndexPtr {
    const std::lock_guard lock(mutex_);
    const auto found = indexes_.find(version);
    return found == indexes_.end() ? nullptr : found->second;
  };
  IndexPtr known = in_memory();
  std::error_code failed;
  if (known && fs::exists(file, failed)) return known;
  Turns::Turn turn(turns_, version);
  if (!turn.take(std::chrono::milliseconds(0))) {
    const Seats::Seat seat(seats_);
    if (!seat.taken()) return too_many();
    if (!turn.take(wait_)) return Error(Errc::kBusy, "the index of version " + version + " does not come");
    known = in_memory();
    if (known && fs::exists(file, failed)) return known;
  }
  if (known && !known->text.empty()) {
    (void)keep_index(file, known->text);  // the disk may have room again; where it has none, memory will do
    return known;
  }
  std::string text;  // where it cannot be kept
  auto index = read_version_index(file.parent_path(), version);
  if (!index && index.error().code != Errc::kNotFound && index.error().code != Errc::kCorrupt) return index.error();
  if (!index) {
    const Seats::Seat seat(seats_);
    if (!seat.taken()) return too_many();
    CHALK_TRY_ASSIGN(const Fetched fetched,
                     upstream_->read("/v/" + version + "/index.json", {}, manifests::kMaxIndexBytes));
    if (sha256_hex(fetched.text) != version)
      return Error(Errc::kCorrupt, "the upstream's index.json of version " + version + " is not the one of that name");
    const auto kept = keep_index(file, fetched.text);
    if (!kept && kept.error().code != Errc::kDiskFull) return kept.error();
    if (!kept) text = fetched.text;
    index = manifests::parse_index(fetched.text);
    if (!index) return index.error();
  }
  auto shared = std::make_shared<const KeptIndex>(KeptIndex{std::move(*index), std::move(text)});
  const std::lock_guard lock(mutex_);
  if (indexes_.size() >= kSome) indexes_.clear();
  indexes_.insert_or_assign(version, shared);
  return shared;
}

// A line that breaks in the middle is taken up again at once, as long as each try brings something: the learners who
// have a part of the file need not know.
Result<void> PullThroughStore::fetch(const std::string& path, const std::string& version, const FileEntry& entry,
                                     library::GrowingFile& growing) {
  constexpr int kTries = 8;
  const fs::path to = folder_of(version) / entry.path;
  if (is_there(to, entry.bytes)) return {};
  PartFile part(to, entry, growing);
  for (int tries = 1;; ++tries) {
    if (end_.stop_requested()) return Error(Errc::kCancelled, "asked to stop");
    const std::uint64_t before = growing.seen().there;
    auto fetched = upstream_->fetch(path, entry, part);
    const library::GrowingFile::Seen seen = growing.seen();
    const bool cut = !fetched && fetched.error().code == Errc::kBusy && seen.there > before && !seen.failed;
    if (!cut || tries == kTries) return fetched;
  }
}

void PullThroughStore::carry_out(const std::string& path, const std::string& version, const FileEntry& entry,
                                 library::GrowingFile& growing) {
  transfers_.over(path, growing, fetch(path, version, entry, growing));
}

static std::string address_of(const std::string& version, const FileEntry& entry) {
  return "/v/" + version + "/" + entry.path;
}

Result<void> PullThroughStore::bring(const std::string& version, const FileEntry& entry) {
  const std::string path = address_of(version, entry);
  const Transfers::Transfer transfer = transfers_.join(path);
  if (transfer.first) carry_out(path, version, entry, *transfer.growing);
  return transfer.growing->wait_for_end();
}

std::shared_ptr<library::GrowingFile> PullThroughStore::wish_for(const std::string& version, const FileEntry& entry) {
  const std::string path = address_of(version, entry);
  const Transfers::Transfer transfer = transfers_.join(path);
  if (!transfer.first) return transfer.growing;
  const std::lock_guard lock(mutex_);
  wishes_.add(entry.path, std::chrono::steady_clock::now(),
              [this, path, version, entry, growing = transfer.growing] { carry_out(path, version, entry, *growing); });
  asked_.notify_one();
  return transfer.growing;
}

Result<void> PullThroughStore::wait(const library::GrowingFile& growing, Waiting for_it) {
  const Seats::Seat seat(seats_);
  if (!seat.taken()) return too_many();
  auto waited = (growing.*for_it)(std::chrono::steady_clock::now() + wait_);
  if (!waited && waited.error().code == Errc::kTimeout)
    return Error(Errc::kBusy, "the line to the upstream is full: " + waited.error().message);
  return waited;
}

// On disk once a minute at most, so that it outlives the process and costs nothing.
void PullThroughStore::note_use(std::string_view version) {
  constexpr std::chrono::minutes kOften{1};
  const auto now = std::chrono::steady_clock::now();
  {
    const std::lock_guard lock(mutex_);
    auto& noted = noted_[std::string(version)];
    if (noted != std::chrono::steady_clock::time_point() && now - noted < kOften) return;
    noted = now;
  }
  const fs::path used = root_ / "mirrored" / "used";
  if (make_directories(used)) (void)write_file(used / version, {});  // without it the copy is merely older
}

Result<library::StoredFile> PullThroughStore::open(std::string_view version, std::string_view path) {
  if (wanted(version)) note_use(version);
  auto there = inner_->open(version, path);
  if (there || there.error().code != Errc::kNotFound || !wanted(version)) return there;
  const std::string name(version);
  CHALK_TRY_ASSIGN(const IndexPtr index, index_of(name));
  if (path == "index.json") {
    if (index->text.empty()) return open_file(folder_of(version) / "index.json");
    CHALK_TRY_ASSIGN(UniqueFd memory, open_memory_file(index->text));
    return stored(std::move(memory), "index.json");
  }
  const auto entry = std::ranges::find(index->files, path, &FileEntry::path);
  if (entry == index->files.end()) return there;
  if (is_there(folder_of(version) / path, entry->bytes)) return open_file(folder_of(version) / path);
  const auto growing = wish_for(name, *entry);
  CHALK_TRY(wait(*growing, &library::GrowingFile::wait_for_end));
  return open_brought(version, path, *growing);
}

Result<library::StoredFile> PullThroughStore::open_brought(std::string_view version, std::string_view path,
                                                           const library::GrowingFile& brought) {
  auto file = open_file(folder_of(version) / path);
  if (!file && file.error().code == Errc::kNotFound) file = inner_->open(version, path);  // whole meanwhile, and moved
  if (file || file.error().code != Errc::kNotFound) return file;
  CHALK_TRY_ASSIGN(UniqueFd memory, brought.reader());
  return stored(std::move(memory), std::string(path));
}

Result<library::StoredFile> PullThroughStore::open_early(std::string_view version, std::string_view path) {
  const std::string name(version);
  std::error_code failed;
  const std::string from = "/v/" + name + "/" + std::string(path);
  if (!wanted(version) || fs::exists(folder_of(version) / path, failed)) {
    auto file = open(version, path);
    if (file) file->begun_badly = transfers_.begun_badly(from);
    return file;
  }
  CHALK_TRY_ASSIGN(const IndexPtr index, index_of(name));
  const auto entry = std::ranges::find(index->files, path, &FileEntry::path);
  if (entry == index->files.end() || entry->bytes == 0) return open(version, path);
  note_use(version);
  const auto growing = wish_for(name, *entry);
  CHALK_TRY(wait(*growing, &library::GrowingFile::wait_for_some));
  if (growing->seen().whole) {
    auto file = open_brought(version, path, *growing);
    if (file) file->begun_badly = transfers_.begun_badly(from);
    return file;
  }
  CHALK_TRY_ASSIGN(UniqueFd reader, growing->reader());
  library::StoredFile file;
  file.fd = std::move(reader);
  file.bytes = entry->bytes;
  file.growing = growing;
  file.begun_badly = transfers_.begun_badly(from);
  return file;
}

void PullThroughStore::damaged(std::string_view version, std::string_view path) {
  if (!wanted(version)) return;  // nobody has it but we: bad bytes are better than none for whoever mends it
  std::error_code ignored;
  fs::remove(folder_of(version) / path, ignored);
}

Result<std::vector<StoredCopy>> PullThroughStore::copies(bool weighed) {
  std::vector<StoredCopy> found;
  std::error_code failed;
  const fs::path used = root_ / "mirrored" / "used";
  for (fs::directory_iterator it(used, failed), end; !failed && it != end; it.increment(failed)) {
    std::string version = it->path().filename().string();
    std::error_code gone;
    const auto at = fs::last_write_time(it->path(), gone);
    if (gone || !is_sha256_hex(version)) continue;
    const auto since_epoch = std::chrono::file_clock::to_sys(at).time_since_epoch();
    found.push_back({version, weighed ? folder_size(folder_of(version)) : 0,
                     std::chrono::duration_cast<std::chrono::seconds>(since_epoch).count(), wanted(version), false});
  }
  if (failed && failed != std::errc::no_such_file_or_directory)
    return error_from_errno(failed.value(), "cannot read " + used.string());
  return found;
}

Result<void> PullThroughStore::give_up(const std::string& version) {
  {
    const std::lock_guard lock(mutex_);
    noted_.erase(version);
  }
  // Renamed first: a copy is there or not, never half.
  const fs::path away = root_ / "staging" / ("given-up-" + version);
  std::error_code failed;
  fs::rename(folder_of(version), away, failed);
  if (failed && failed != std::errc::no_such_file_or_directory)
    return error_from_errno(failed.value(), "cannot move " + folder_of(version).string());
  fs::remove_all(away, failed);
  if (failed) return error_from_errno(failed.value(), "cannot remove " + away.string());
  fs::remove(root_ / "mirrored" / "used" / version, failed);
  return {};
}

// What there is no room for is not fetched: memory is for learners who wait.
Result<void> PullThroughStore::fetch_to_keep(const std::string& version, const FileEntry& file, const fs::path& to) {
  if (is_there(to, file.bytes)) return {};
  if (PartFile::has_room(to, file)) {
    if (const auto brought = bring(version, file); !brought) return brought.error();
    if (is_there(to, file.bytes)) return {};
  }
  return Error(Errc::kDiskFull, "there is no room for version " + version);
}

Result<void> PullThroughStore::complete(const std::string& version, int parallel, const std::stop_token& stop) {
  if (inner_->contains(version)) return {};
  note_use(version);
  CHALK_TRY_ASSIGN(const IndexPtr index, index_of(version));
  std::atomic<std::size_t> next{0};
  std::mutex fault_mutex;
  std::optional<Error> fault;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < parallel; ++i)
      threads.emplace_back([&] {
        for (;;) {
          const std::size_t at = next.fetch_add(1);
          if (at >= index->files.size() || stop.stop_requested()) return;
          const FileEntry& file = index->files[at];
          const fs::path to = folder_of(version) / file.path;
          remove_if_spoilt(to, file);  // whole means read
          auto fetched = fetch_to_keep(version, file, to);
          if (fetched) continue;
          next = index->files.size();
          const std::lock_guard lock(fault_mutex);
          if (!fault) fault = std::move(fetched).error();
        }
      });
  }
  if (fault) return *fault;
  if (stop.stop_requested()) return Error(Errc::kCancelled, "asked to stop");
  CHALK_TRY_ASSIGN(const std::string text, read_file(folder_of(version) / "index.json", manifests::kMaxIndexBytes));
  CHALK_TRY(write_file(folder_of(version) / "index.json.gz", publish::gzip(text)));
  CHALK_TRY(write_file(folder_of(version) / "index.json.br", publish::brotli(text)));
  return inner_->adopt(folder_of(version), version, library::Files::kUnknown);
}

}  // namespace chalkline::mirror
