// The version store of a mirror: what it has it gives, and what it has not it fetches once, checks, keeps and gives.
// Only versions that the signed list names are fetched, and no byte of them that is not what their index says.
//   DIR/mirrored/<version>/...       versions of which only some files are here; a whole one moves to DIR/versions/
//   DIR/mirrored/used/<version>      an empty file of each copy, whole or not: written when it was last asked for
// A file that turned out to be damaged on disk is fetched again in the same way, in either place.
#pragma once

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "core/index.hpp"
#include "library/growing_file.hpp"
#include "library/version_store.hpp"
#include "mirror/disk_budget.hpp"
#include "mirror/fetch_queue.hpp"
#include "mirror/transfers.hpp"
#include "mirror/turns.hpp"
#include "mirror/upstream.hpp"

namespace chalkline::mirror {

struct WaitOptions {
  std::chrono::milliseconds wait{60'000};  // for a file of the upstream's; then kBusy, and the file comes all the same
  std::size_t waiting = 200;               // calls that wait at a time; one more is kBusy
};

class PullThroughStore final : public library::VersionStore {
 public:
  // `root`: the library's folder. `transfers`: ended by end_transfers(), and what `upstream` was made with.
  PullThroughStore(std::unique_ptr<library::VersionStore> inner, std::filesystem::path root,
                   std::shared_ptr<Upstream> upstream, std::stop_source transfers, WaitOptions options);
  ~PullThroughStore() override;

  // From now on these versions, and no others, may be fetched.
  void want(std::set<std::string> versions);

  // Fetches what is missing of a version, `parallel` files at a time, and makes it a whole one of the library. Goes on
  // where it was cut. kCancelled at `stop`.
  Result<void> complete(const std::string& version, int parallel, const std::stop_token& stop);

  // The copies that are here, for disk_budget; `planned` of no one, and no bytes where they are not `weighed`, which
  // looks at every file.
  Result<std::vector<StoredCopy>> copies(bool weighed);
  // Whoever reads a file of it reads on; the next who asks has it fetched again.
  Result<void> give_up(const std::string& version);

  Result<std::filesystem::path> staging_for(std::int64_t job) override { return inner_->staging_for(job); }
  Result<void> adopt(const std::filesystem::path& folder, const std::string& id, library::Files files) override {
    return inner_->adopt(folder, id, files);
  }
  Result<library::StoredFile> open(std::string_view version, std::string_view path) override;
  Result<library::StoredFile> open_early(std::string_view version, std::string_view path) override;
  void end_transfers() override;
  Result<void> place(std::string_view version, std::string_view path, const std::filesystem::path& to) override {
    return inner_->place(version, path, to);
  }
  bool contains(std::string_view version) override { return inner_->contains(version); }
  void damaged(std::string_view version, std::string_view path) override;
  Result<std::vector<std::string>> list() override { return inner_->list(); }

 private:
  bool wanted(std::string_view version);
  // Of a whole version in versions/, else in mirrored/.
  [[nodiscard]] std::filesystem::path folder_of(std::string_view version) const;
  void note_use(std::string_view version);
  struct KeptIndex : VersionIndex {
    std::string text;  // of one that the disk had no room for; else it is there
  };
  using IndexPtr = std::shared_ptr<const KeptIndex>;
  Result<IndexPtr> index_of(const std::string& version);

  Result<void> fetch(const std::string& path, const std::string& version, const FileEntry& entry,
                     library::GrowingFile& growing);
  void carry_out(const std::string& path, const std::string& version, const FileEntry& entry,
                 library::GrowingFile& growing);
  Result<void> fetch_to_keep(const std::string& version, const FileEntry& file, const std::filesystem::path& to);
  // Carries it out, or waits for who does; whole.
  Result<void> bring(const std::string& version, const FileEntry& entry);
  // The same for a learner, in the order in which learners' files come; he waits by himself. Whole it is on disk, or
  // where that is full in what is returned alone.
  std::shared_ptr<library::GrowingFile> wish_for(const std::string& version, const FileEntry& entry);
  // `for_it`: GrowingFile's. kBusy where he may not wait, or no longer.
  using Waiting = Result<void> (library::GrowingFile::*)(std::chrono::steady_clock::time_point) const;
  Result<void> wait(const library::GrowingFile& growing, Waiting for_it);
  // The entry of a wanted file that is not here; a failure is the answer to whoever asked for it.
  Result<library::StoredFile> open_brought(std::string_view version, std::string_view path,
                                           const library::GrowingFile& brought);
  void fetch_for_learners(const std::stop_token& stop);

  std::unique_ptr<library::VersionStore> inner_;
  std::filesystem::path root_;
  std::shared_ptr<Upstream> upstream_;
  std::mutex mutex_;
  std::set<std::string, std::less<>> wanted_;
  std::map<std::string, std::chrono::steady_clock::time_point, std::less<>> noted_;  // uses that are on disk
  std::map<std::string, IndexPtr, std::less<>> indexes_;  // some: an index of hours takes long to parse
  Turns turns_;                                           // at versions' indexes
  Transfers transfers_;
  std::stop_source end_;  // of transfers
  const std::chrono::milliseconds wait_;
  Seats seats_;
  std::condition_variable_any asked_;
  FetchQueue wishes_;                  // of learners, until a thread is free
  std::vector<std::jthread> threads_;  // last: they end before what they use
};

}  // namespace chalkline::mirror
