// A drop is claimed by renames, copied into the library, entered with its job, and moved out of the way, in this order;
// the claim tells after a kill which of these are done.
#include "library/watched_folder.hpp"

#include <algorithm>
#include <cerrno>
#include <optional>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>

#include "library/claim.hpp"
#include "library/drop_facts.hpp"
#include "library/incoming.hpp"

namespace chalkline::library {

namespace fs = std::filesystem;

namespace {

constexpr const char* kTaking = ".taking";
constexpr const char* kTaken = "taken";
constexpr const char* kRefused = "refused";

// For the life of the descriptor; kBusy where another process has it.
Result<UniqueFd> lock_watched(const fs::path& folder) {
  const fs::path file = folder / kTaking / ".lock";
  UniqueFd fd(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
  if (!fd) return error_from_errno(errno, "cannot open " + file.string());
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) == 0) return fd;
  if (errno == EWOULDBLOCK)
    return Error(Errc::kBusy, "cannot watch " + folder.string() + ": another chalkline watches it");
  return error_from_errno(errno, "cannot lock " + file.string());
}

std::vector<fs::path> claims_in(const fs::path& folder) {
  std::vector<fs::path> found;
  std::error_code failed;
  for (fs::directory_iterator it(folder / kTaking, failed), end; !failed && it != end; it.increment(failed)) {
    std::error_code gone;
    if (it->is_directory(gone)) found.push_back(it->path());
  }
  std::ranges::sort(found);
  return found;
}

// A fault of what was dropped, which no later try mends.
bool is_for_good(Errc code) {
  return code == Errc::kUnusableInput || code == Errc::kInvalidArgument || code == Errc::kLimitExceeded;
}

class Taking {
 public:
  Taking(Library& library, const WatchOptions& options, fs::path claim, ClaimFacts facts)
      : library_(library), options_(options), claim_(std::move(claim)), facts_(std::move(facts)) {}

  // The lesson that the claim has become.
  Result<std::string> run(const std::stop_token& stop) {
    if (!facts_.source.empty()) {
      CHALK_TRY_ASSIGN(const std::optional<std::string> lesson, lesson_of(facts_.source));
      if (lesson) return *lesson;
      CHALK_TRY(let_go(library_.root, facts_.source));  // a copy that a kill left without a job
    }
    const Drop drop = drop_of_claim(claim_, facts_);
    CHALK_TRY_ASSIGN(const DropFacts said, facts_of(drop));
    CHALK_TRY(check_size(drop));
    std::vector<fs::path> files = {claim_ / drop.recording};
    for (const SideFile& side : drop.sides) files.push_back(claim_ / side.path);
    CHALK_TRY_ASSIGN(const std::vector<fs::path> inside, take_in(
                                                             library_.root, files, [](const CopyProgress&) {}, stop));
    facts_.source = inside[0];
    CHALK_TRY(write_claim(claim_, facts_));
    auto lesson = enter(drop, said, inside);
    if (!lesson) (void)let_go(library_.root, inside[0]);  // the first error is the one to tell
    return lesson;
  }

 private:
  Result<std::optional<std::string>> lesson_of(const fs::path& source) {
    CHALK_TRY_ASSIGN(const std::vector<Job> jobs, library_.jobs->list());
    const auto found = std::ranges::find(jobs, source, &Job::source);
    return found == jobs.end() ? std::nullopt : std::optional(found->lesson_id);
  }

  Result<DropFacts> facts_of(const Drop& drop) const {
    DropFacts facts;
    if (!drop.facts.empty()) {
      constexpr std::size_t kMost = 65'536;
      CHALK_TRY_ASSIGN(const std::string text, read_file(claim_ / drop.facts, kMost));
      CHALK_TRY_ASSIGN(facts, parse_drop_facts(text));
    }
    if (facts.title.empty()) facts.title = drop.recording.stem().string();
    if (facts.course.empty()) facts.course = facts_.recording.parent_path().string();
    return facts;
  }

  Result<void> check_size(const Drop& drop) const {
    std::error_code failed;
    const std::uintmax_t bytes = fs::file_size(claim_ / drop.recording, failed);
    if (failed) return error_from_errno(failed.value(), "cannot stat " + (claim_ / drop.recording).string());
    if (bytes <= options_.max_source_bytes) return {};
    return Error(Errc::kLimitExceeded, "the recording is larger than worker.max_source_bytes allows",
                 "raise that limit, or shorten the recording");
  }

  Result<std::string> enter(const Drop& drop, const DropFacts& said, const std::vector<fs::path>& inside) {
    NewLesson lesson;
    lesson.title = said.title;
    lesson.course = said.course;
    if (!said.language.empty()) lesson.language = said.language;
    NewJob job;
    job.source = inside[0];
    job.source_name = drop.recording.filename().string();
    for (std::size_t i = 0; i < drop.sides.size(); ++i) job.sides.emplace_back(inside[i + 1], drop.sides[i].language);
    job.max_tries = options_.max_tries;
    CHALK_TRY_ASSIGN(const Job queued, library_.jobs->enqueue_lesson(lesson, std::move(job)));
    return queued.lesson_id;
  }

  Library& library_;
  const WatchOptions& options_;
  fs::path claim_;
  ClaimFacts facts_;
};

}  // namespace

WatchedFolder::WatchedFolder(Library& library, WatchOptions options, UniqueFd lock)
    : library_(&library), options_(std::move(options)), lock_(std::move(lock)) {}

Result<WatchedFolder> WatchedFolder::open(Library& library, WatchOptions options) {
  for (const char* place : {kTaking, kTaken, kRefused}) CHALK_TRY(make_directories(options.folder / place));
  CHALK_TRY_ASSIGN(UniqueFd lock, lock_watched(options.folder));
  return WatchedFolder(library, std::move(options), std::move(lock));
}

Result<std::map<fs::path, WatchedFolder::Seen>> WatchedFolder::list(Clock::time_point now) const {
  std::map<fs::path, Seen> found;
  std::error_code failed;
  fs::recursive_directory_iterator it(options_.folder, fs::directory_options::skip_permission_denied, failed);
  for (const fs::recursive_directory_iterator end; !failed && it != end; it.increment(failed)) {
    const fs::path path = it->path().lexically_relative(options_.folder);
    std::error_code gone;  // whoever dropped a file may take it away again
    const fs::file_status status = it->symlink_status(gone);
    if (gone) continue;
    if (fs::is_directory(status)) {
      const bool ours = it.depth() == 0 && (path == kTaken || path == kRefused);
      if (ours || path.filename().string().starts_with('.')) it.disable_recursion_pending();
      continue;
    }
    if (!fs::is_regular_file(status) || is_ignored(path)) continue;
    Seen seen{fs::file_size(it->path(), gone), {}, now};
    if (gone) continue;
    seen.written = fs::last_write_time(it->path(), gone);
    if (gone) continue;
    const auto before = seen_.find(path);
    if (before != seen_.end() && before->second.bytes == seen.bytes && before->second.written == seen.written)
      seen.since = before->second.since;
    found.emplace(path, seen);
  }
  if (failed) return error_from_errno(failed.value(), "cannot read " + options_.folder.string());
  return found;
}

bool WatchedFolder::settled(const Drop& drop, Clock::time_point now) const {
  const auto files = drop.files();
  return std::ranges::all_of(files, [&](const fs::path& file) {
    const Seen& seen = seen_.at(file);
    return seen.bytes > 0 && now - seen.since >= options_.settle;
  });
}

void WatchedFolder::process(const fs::path& claim, const std::stop_token& stop, WatchReport& report) {
  const auto facts = read_claim(claim);
  if (!facts) {  // cut before anything was moved
    std::error_code ignored;
    if (facts.error().code == Errc::kNotFound)
      fs::remove_all(claim, ignored);
    else
      report.delayed.push_back({claim.filename(), facts.error()});
    return;
  }
  // A claim whose copy is in the library has its recording; one without it was cut short.
  if (facts->source.empty() && drop_of_claim(claim, *facts).recording.empty()) {
    if (const auto undone = undo_claim(options_.folder, claim, *facts); !undone)
      report.delayed.push_back({facts->recording, undone.error()});
    return;
  }
  const auto lesson = Taking(*library_, options_, claim, *facts).run(stop);
  if (lesson) {
    if (const auto ended = end_claim(options_.folder, claim, kTaken, *lesson); ended)
      report.taken.push_back({facts->recording, *lesson});
    else
      report.delayed.push_back({facts->recording, ended.error()});
    return;
  }
  if (!is_for_good(lesson.error().code)) {
    report.delayed.push_back({facts->recording, lesson.error()});
    return;
  }
  const auto home = end_claim(options_.folder, claim, kRefused, facts->recording.filename().string());
  if (!home) {
    report.delayed.push_back({facts->recording, home.error()});
    return;
  }
  const fs::path reason = home->string() + ".reason.txt";
  (void)write_file(reason, lesson.error().to_sentence() + "\n");  // the log has it too
  report.refused.push_back({facts->recording, lesson.error()});
}

Result<WatchReport> WatchedFolder::look(Clock::time_point now, const std::stop_token& stop) {
  WatchReport report;
  CHALK_TRY_ASSIGN(seen_, list(now));
  std::vector<fs::path> files;
  for (const auto& [path, seen] : seen_) files.push_back(path);
  for (const Drop& drop : group_drops(files)) {
    if (!settled(drop, now)) continue;
    if (const auto claimed = make_claim(options_.folder, drop); !claimed)
      report.delayed.push_back({drop.recording, claimed.error()});
  }
  for (const fs::path& claim : claims_in(options_.folder)) {
    if (stop.stop_requested()) return Error(Errc::kCancelled, "asked to stop");
    process(claim, stop, report);
  }
  return report;
}

}  // namespace chalkline::library
