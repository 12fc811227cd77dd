// While the child works, the lease is renewed and the stop token asked.
#include "cli/jobs/job_runner.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "cli/exit_code.hpp"
#include "cli/jobs/told_failure.hpp"
#include "cli/jobs/transcode_child.hpp"
#include "core/file.hpp"
#include "core/kept_folder.hpp"
#include "core/log.hpp"
#include "library/incoming.hpp"
#include "library/random_name.hpp"
#include "manifests/index_json.hpp"
#include "manifests/version_path.hpp"
#include "publish/joined_captions.hpp"
#include "publish/saver_version.hpp"

namespace chalkline::cli {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

std::string own_worker_name() {
  std::array<char, 256> host{};
  if (::gethostname(host.data(), host.size() - 1) != 0) std::strcpy(host.data(), "host");
  return fmt::format("{}:{}:{}", host.data(), ::getpid(), library::random_name());
}

RunnerOptions runner_options(const config::Config& config, const std::optional<fs::path>& config_file) {
  RunnerOptions options;
  options.limits = config.worker;
  options.config_file = config_file;
  options.worker = own_worker_name();
  options.improve = config.transcode.av1 != "off" && !config.transcode.fixed_ladder;
  return options;
}

namespace {

// So long a recording may wait for an improvement to end by itself: whoever adds one may be about to take it.
constexpr auto kPatience = 3s;

class Runner {
 public:
  Runner(library::Library& library, const library::Job& job, const RunnerOptions& options,
         const std::function<void(const ProgressEvent&)>& progress, std::stop_token stop)
      : library_(library), job_(job), options_(options), progress_(progress), stop_(std::move(stop)) {}

  Result<JobOutcome> run() {
    CHALK_TRY_ASSIGN(const fs::path staged, library_.versions->staging_for(job_.id));
    auto outcome = run_in(staged);
    const auto kind = outcome ? outcome->kind : JobOutcome::Kind::kFailed;
    if (kind == JobOutcome::Kind::kReleased || kind == JobOutcome::Kind::kRetrying ||
        (kind == JobOutcome::Kind::kLost && is_queued_again())) {
      if (auto cleared = remove_but_kept(staged.parent_path()); !cleared)
        log_warn("cannot clear what a job left", {{"job", job_.id}, {"error", cleared.error().to_sentence()}});
    } else {
      std::error_code ignored;
      fs::remove_all(staged.parent_path(), ignored);  // empty after an adoption
    }
    return outcome;
  }

 private:
  // Its lesson has other captions by now, and it begins again with them.
  [[nodiscard]] bool is_queued_again() const {
    const auto now = library_.jobs->find(job_.id);
    return now && now->state == library::JobState::kQueued;
  }

  enum class Stop { kNo, kAsked, kGivesWay, kLeaseLost };

  Result<JobOutcome> run_in(const fs::path& staged) {
    if (auto refused = refuse_source(); !refused) return fail(refused.error(), library::Retry::kNever);
    CHALK_TRY_ASSIGN(TranscodeOrder order, order_for(staged));
    if (improves()) {
      if (auto read = read_base(staged.parent_path() / "base"); !read)
        return fail(read.error(), library::Retry::kNever);
      order = {order.input, order.out, "", "", {}, order.config_file, fs::absolute(staged.parent_path() / "base")};
    }
    ChildOptions child_options;
    child_options.limits = limits_for(options_.limits);
    child_options.niceness = options_.limits.niceness;
    auto child = ChildProcess::start(options_.program, arguments_for(order), child_options);
    if (!child) return fail(child.error(), library::Retry::kWhileTriesAreLeft);
    renewed_ = Clock::now();
    const Watch watch{options_.limits.stall_timeout, progress_, [this](const ProgressEvent& latest) {
                        stopped_ = reason_to_stop(latest);
                        return stopped_ != Stop::kNo;
                      }};
    return conclude(watch_child(*child, watch), staged);
  }

  Result<void> refuse_source() const {
    std::error_code failed;
    const std::uintmax_t size = fs::file_size(library_.root / job_.source, failed);
    if (failed)
      return Error(Errc::kUnusableInput, fmt::format("the recording {} is no longer in the library", job_.source_name),
                   "add it again");
    if (size > options_.limits.max_source_bytes)
      return Error(Errc::kUnusableInput,
                   fmt::format("the recording {} is larger than worker.max_source_bytes allows", job_.source_name),
                   "raise that limit, or shorten the recording");
    return {};
  }

  Result<TranscodeOrder> order_for(const fs::path& staged) const {
    CHALK_TRY_ASSIGN(const library::Lesson lesson, library_.catalogue->find(job_.lesson_id));
    const fs::path root = fs::absolute(library_.root);
    TranscodeOrder order;
    order.input = root / job_.source;
    order.out = fs::absolute(staged);
    order.title = lesson.title;
    if (lesson.language != "und") order.language = lesson.language;
    for (const SideFile& side : job_.sides) order.sides.emplace_back(root / side.path, side.language);
    if (options_.config_file) order.config_file = fs::absolute(*options_.config_file);
    return order;
  }

  [[nodiscard]] bool improves() const { return job_.kind == library::JobKind::kImprove; }

  // The index of the version to improve: all of it that the child may see.
  Result<void> read_base(const fs::path& folder) {
    const std::string name(manifests::kIndexName);
    CHALK_TRY_ASSIGN(const library::StoredFile stored, library_.versions->open(job_.base, name));
    CHALK_TRY_ASSIGN(const std::string text,
                     read_file(fmt::format("/proc/self/fd/{}", stored.fd.get()), manifests::kMaxIndexBytes));
    CHALK_TRY_ASSIGN(base_, manifests::parse_index(text));
    CHALK_TRY(make_directories(folder));
    return write_file(folder / name, text);
  }

  // The rest of an improved version, from the one that it is made of.
  Result<void> complete(const fs::path& staged) {
    CHALK_TRY_ASSIGN(const std::string text, read_file(staged / manifests::kIndexName, manifests::kMaxIndexBytes));
    CHALK_TRY_ASSIGN(const VersionIndex made, manifests::parse_index(text));
    const auto place = [this](const std::string& path, const fs::path& to) {
      return library_.versions->place(job_.base, path, to);
    };
    return publish::complete_version(staged, made, base_, place);
  }

  Stop reason_to_stop(const ProgressEvent& latest) {
    if (stop_.stop_requested()) return Stop::kAsked;
    const auto now = Clock::now();
    const Clock::duration lease = options_.limits.lease;
    if (now - renewed_ < std::min<Clock::duration>(1s, lease / 3)) return Stop::kNo;
    const auto renewed = library_.jobs->renew(job_.id, options_.worker, lease_seconds(),
                                              {latest.fraction, latest.seconds_left, latest.stage, latest.rungs});
    if (renewed) {
      renewed_ = now;
      const auto waits = improves() ? library_.jobs->transcode_waits(kPatience) : Result<bool>(false);
      return waits && *waits ? Stop::kGivesWay : Stop::kNo;
    }
    if (renewed.error().code == Errc::kCancelled) return Stop::kLeaseLost;
    log_warn("cannot renew a lease", {{"job", job_.id}, {"error", renewed.error().to_sentence()}});
    return now - renewed_ > lease ? Stop::kLeaseLost : Stop::kNo;
  }

  [[nodiscard]] std::chrono::seconds lease_seconds() const {
    return std::chrono::ceil<std::chrono::seconds>(options_.limits.lease);
  }

  Result<JobOutcome> conclude(const ChildReport& report, const fs::path& staged) {
    // A child that finished just as it was asked to stop has still done the work.
    if (report.end.exit_code == 0 && !report.version.empty() && stopped_ != Stop::kLeaseLost)
      return publish(staged, report.version);
    if (stopped_ == Stop::kAsked || stopped_ == Stop::kGivesWay) return release();
    if (stopped_ == Stop::kLeaseLost)
      return JobOutcome{JobOutcome::Kind::kLost, "", "the job was cancelled or taken over", Errc::kCancelled};
    return fail(failure_of(report, job_.source_name), retry_after(report));
  }

  // Once more where another try might end otherwise: not after a verdict on the recording, the disk or a limit.
  library::Retry retry_after(const ChildReport& report) const {
    if (report.error && report.end.exit_code)
      return report.end.exit_code == static_cast<int>(ExitCode::kFailed) ? library::Retry::kWhileTriesAreLeft
                                                                         : library::Retry::kNever;
    const Errc code = failure_of(report, job_.source_name).code;
    return code == Errc::kLimitExceeded || code == Errc::kUnusableInput ? library::Retry::kNever
                                                                        : library::Retry::kWhileTriesAreLeft;
  }

  Result<JobOutcome> publish(const fs::path& staged, const std::string& version) {
    const bool stays_as_it_is = improves() && version == job_.base;  // it would not have become smaller
    if (improves() && !stays_as_it_is)
      if (auto whole = complete(staged); !whole) return fail(whole.error(), library::Retry::kWhileTriesAreLeft);
    // An improvement's older files were hashed when the version before it was made.
    const auto files = improves() ? library::Files::kUnknown : library::Files::kHashed;
    if (stays_as_it_is) {
      // nothing was made
    } else if (auto adopted = library_.versions->adopt(staged, version, files); !adopted)
      return fail(adopted.error().within("cannot take the version into the library"),
                  library::Retry::kWhileTriesAreLeft);
    const bool improve = options_.improve && !improves();
    const auto next = improve ? library::Next::kImprove : library::Next::kNothing;
    const auto published = announce(version, next, staged.parent_path());
    if (!published && published.error().code == Errc::kCancelled)
      return JobOutcome{JobOutcome::Kind::kLost, "", published.error().message, Errc::kCancelled};
    if (!published) return published.error();
    if (!improve) let_go();  // else the next job needs it
    return JobOutcome{JobOutcome::Kind::kPublished, *published, "", Errc::kInternal};
  }

  // What is published then: the version, or it with the captions that came while it was made.
  Result<std::string> announce(const std::string& version, library::Next next, const fs::path& beside) {
    if (improves()) {
      CHALK_TRY(library_.jobs->publish(job_.id, options_.worker, version, next));
      return version;
    }
    for (int round = 1;; ++round) {  // again for each that comes in the moment between
      const fs::path out = beside / fmt::format("captioned-{}", round);
      CHALK_TRY_ASSIGN(const publish::JoinedVersion made,
                       publish::join_late_captions(library_, job_.lesson_id, version, out, library::Files::kHashed));
      const auto published = library_.jobs->publish(job_.id, options_.worker, made.version, next, made.joined);
      if (published) return made.version;
      if (published.error().code != Errc::kBusy) return published.error();
    }
  }

  void let_go() {
    if (auto gone = library::let_go(library_.root, job_.source); !gone)
      log_warn("cannot remove a source that is no longer needed", {{"error", gone.error().to_sentence()}});
  }

  Result<JobOutcome> release() {
    const auto released = library_.jobs->release(job_.id, options_.worker);
    if (!released && released.error().code != Errc::kCancelled) return released.error();
    return JobOutcome{JobOutcome::Kind::kReleased, "", "stopped before its end", Errc::kCancelled};
  }

  // The wall between what happened here, which the outcome has whole for the log, and what strangers may read of it.
  Result<JobOutcome> fail(const Error& error, library::Retry retry) {
    const std::string told = told_failure(error.to_sentence(), job_, library_.root, options_.config_file);
    const auto state = library_.jobs->fail(job_.id, options_.worker, told, retry);
    if (!state && state.error().code == Errc::kCancelled)
      return JobOutcome{JobOutcome::Kind::kLost, "", state.error().message, Errc::kCancelled};
    if (!state) return state.error();
    const bool again = *state == library::JobState::kQueued;
    if (!again && improves()) let_go();  // the lesson is published: nobody will want it
    return JobOutcome{again ? JobOutcome::Kind::kRetrying : JobOutcome::Kind::kFailed, "", error.to_sentence(),
                      error.code};
  }

  library::Library& library_;
  const library::Job& job_;
  const RunnerOptions& options_;
  const std::function<void(const ProgressEvent&)>& progress_;
  std::stop_token stop_;

  VersionIndex base_;  // of an improvement
  Stop stopped_ = Stop::kNo;
  Clock::time_point renewed_;  // of the lease
};

}  // namespace

Result<JobOutcome> run_job(library::Library& library, const library::Job& job, const RunnerOptions& options,
                           const std::function<void(const ProgressEvent&)>& progress, std::stop_token stop) {
  return Runner(library, job, options, progress, std::move(stop)).run();
}

}  // namespace chalkline::cli
