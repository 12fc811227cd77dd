// The runner watches three things at once: what the child says, whether the lease still holds, whether we shall stop.
#include "cli/job_runner.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <utility>

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "cli/child_process.hpp"
#include "cli/exit_code.hpp"
#include "core/log.hpp"
#include "library/incoming.hpp"
#include "library/random_name.hpp"

namespace chalkline::cli {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

std::string own_worker_name() {
  std::array<char, 256> host{};
  if (::gethostname(host.data(), host.size() - 1) != 0) std::strcpy(host.data(), "host");
  return fmt::format("{}:{}:{}", host.data(), ::getpid(), library::random_name());
}

Error explain_end(std::optional<int> exit_code, int signal, const std::string& last_words) {
  const std::string words = last_words.empty() ? "" : "; its last words: " + last_words;
  if (exit_code)
    return Error(Errc::kInternal, fmt::format("the transcode ended with exit code {}{}", *exit_code, words));
  if (signal == SIGXCPU)
    return Error(Errc::kLimitExceeded, "the transcode used more CPU time than it may",
                 "raise worker.cpu_limit, or shorten the recording");
  if (signal == SIGXFSZ)
    return Error(Errc::kLimitExceeded, "the transcode wrote a larger file than it may",
                 "raise worker.max_source_bytes");
  if (signal == SIGKILL)
    return Error(Errc::kInternal,
                 "the transcode was killed from outside, most likely because the machine ran out of memory" + words,
                 "give the machine more memory, or lower transcode.threads");
  return Error(Errc::kInternal,
               fmt::format("the transcode crashed with signal {} ({}){}", signal, ::strsignal(signal), words),
               "please report it with the recording");
}

namespace {

// Reads a pipe without blocking and hands on whole lines; keeps a bounded rest.
class LineReader {
 public:
  // False at the end of the pipe.
  template <class OnLine>
  bool read(int fd, OnLine on_line) {
    std::array<char, 8192> buffer;
    for (;;) {
      const ssize_t got = ::read(fd, buffer.data(), buffer.size());
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return errno == EAGAIN || errno == EWOULDBLOCK;
      if (got == 0) return false;
      rest_.append(buffer.data(), static_cast<std::size_t>(got));
      for (std::size_t end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n')) {
        on_line(std::string_view(rest_).substr(0, end));
        rest_.erase(0, end + 1);
      }
      if (rest_.size() > kLongest) rest_.clear();  // no line of ours is that long
    }
  }

 private:
  static constexpr std::size_t kLongest = 1U << 20U;
  std::string rest_;
};

class Runner {
 public:
  Runner(library::Library& library, const library::Job& job, const RunnerOptions& options,
         const std::function<void(const ProgressEvent&)>& progress, std::stop_token stop)
      : library_(library), job_(job), options_(options), progress_(progress), stop_(std::move(stop)) {}

  Result<JobOutcome> run() {
    CHALK_TRY_ASSIGN(const fs::path staged, library_.versions->staging_for(job_.id));
    auto outcome = run_in(staged);
    std::error_code ignored;
    fs::remove_all(staged.parent_path(), ignored);  // empty after an adoption
    return outcome;
  }

 private:
  enum class Stop { kNo, kAsked, kLeaseLost, kStalled };

  Result<JobOutcome> run_in(const fs::path& staged) {
    if (auto refused = refuse_source(); !refused) return fail(refused.error(), library::Retry::kNever);
    CHALK_TRY_ASSIGN(std::vector<std::string> arguments, child_arguments(staged));
    ChildLimits limits;
    limits.memory = options_.limits.memory_limit;
    limits.file_size = options_.limits.max_source_bytes;
    limits.cpu = std::chrono::duration_cast<std::chrono::seconds>(options_.limits.cpu_limit);
    auto child = ChildProcess::start(options_.program, arguments, limits);
    if (!child) return fail(child.error(), library::Retry::kWhileTriesAreLeft);
    changed_ = renewed_ = Clock::now();
    const ChildEnd end = watch(*child);
    return conclude(end, staged);
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

  Result<std::vector<std::string>> child_arguments(const fs::path& staged) const {
    CHALK_TRY_ASSIGN(const library::Lesson lesson, library_.catalogue->find(job_.lesson_id));
    const fs::path root = fs::absolute(library_.root);
    std::vector<std::string> arguments = {"transcode", "--json", "--out=" + fs::absolute(staged).string(),
                                          "--title=" + lesson.title};
    if (lesson.language != "und" && !lesson.language.empty()) arguments.push_back("--language=" + lesson.language);
    for (const library::JobCaption& caption : job_.captions)
      arguments.push_back("--captions=" + (root / caption.path).string() + ":" + caption.language);
    if (options_.config_file) arguments.push_back("--config=" + fs::absolute(*options_.config_file).string());
    arguments.push_back((root / job_.source).string());
    return arguments;
  }

  // Until the child has ended, by itself or because we ended it.
  ChildEnd watch(ChildProcess& child) {
    std::optional<Clock::time_point> asked_at;
    bool output_open = true;
    bool errors_open = true;
    for (;;) {
      pollfd watched[2] = {{output_open ? child.output() : -1, POLLIN, 0},
                           {errors_open ? child.errors() : -1, POLLIN, 0}};
      if (output_open || errors_open) ::poll(watched, 2, 200);
      const auto listen = [&] {
        if (output_open) output_open = output_.read(child.output(), [&](std::string_view line) { take_event(line); });
        if (errors_open) errors_open = errors_.read(child.errors(), [&](std::string_view line) { take_words(line); });
      };
      listen();
      if (const auto end = child.wait(output_open || errors_open ? 0ms : 200ms)) {
        listen();  // what it said last
        return *end;
      }
      if (!asked_at) {
        stopped_ = reason_to_stop();
        if (stopped_ != Stop::kNo) {
          child.signal(SIGTERM);
          asked_at = Clock::now();
        }
      } else if (Clock::now() - *asked_at > 5s) {
        child.signal(SIGKILL);
      }
    }
  }

  void take_event(std::string_view line) {
    const auto event = parse_event(line);
    if (!event) return;
    if (const auto* progress = std::get_if<ProgressEvent>(&*event)) {
      if (progress->fraction != latest_.fraction || progress->stage != latest_.stage) changed_ = Clock::now();
      latest_ = *progress;
      progress_(latest_);
    } else if (const auto* done = std::get_if<DoneEvent>(&*event)) {
      version_ = done->version;
    } else {
      error_ = std::get<ErrorEvent>(*event);
    }
  }

  void take_words(std::string_view line) {
    last_words_ = std::string(line.substr(0, 500));
    log_debug("transcode says", {{"job", job_.id}, {"line", last_words_}});
  }

  Stop reason_to_stop() {
    if (stop_.stop_requested()) return Stop::kAsked;
    const auto now = Clock::now();
    if (now - changed_ > options_.limits.stall_timeout) return Stop::kStalled;
    const Clock::duration lease = options_.limits.lease;
    if (now - renewed_ < std::min<Clock::duration>(1s, lease / 3)) return Stop::kNo;
    const auto renewed =
        library_.jobs->renew(job_.id, options_.worker, lease_seconds(), latest_.fraction, latest_.seconds_left);
    if (renewed) {
      renewed_ = now;
      return Stop::kNo;
    }
    if (renewed.error().code == Errc::kCancelled) return Stop::kLeaseLost;
    log_warn("cannot renew a lease", {{"job", job_.id}, {"error", renewed.error().to_sentence()}});
    return now - renewed_ > lease ? Stop::kLeaseLost : Stop::kNo;
  }

  [[nodiscard]] std::chrono::seconds lease_seconds() const {
    return std::chrono::ceil<std::chrono::seconds>(options_.limits.lease);
  }

  Result<JobOutcome> conclude(const ChildEnd& end, const fs::path& staged) {
    // A child that finished just as it was asked to stop has still done the work.
    if (end.exit_code == 0 && !version_.empty() && stopped_ != Stop::kLeaseLost) return publish(staged);
    switch (stopped_) {
      case Stop::kAsked: return release();
      case Stop::kLeaseLost:
        return JobOutcome{JobOutcome::Kind::kLost, "", "the job was cancelled or taken over", Errc::kCancelled};
      case Stop::kStalled:
        return fail(
            Error(Errc::kTimeout, "the transcode made no progress for longer than worker.stall_timeout and was stopped",
                  "please report it with the recording"),
            library::Retry::kWhileTriesAreLeft);
      case Stop::kNo: break;
    }
    if (error_ && end.exit_code) {
      const Error error(code_of_exit(*end.exit_code), error_->message, error_->hint);
      return fail(error, end.exit_code == static_cast<int>(ExitCode::kFailed) ? library::Retry::kWhileTriesAreLeft
                                                                              : library::Retry::kNever);
    }
    const Error error = explain_end(end.exit_code, end.signal, last_words_);
    return fail(error,
                error.code == Errc::kLimitExceeded ? library::Retry::kNever : library::Retry::kWhileTriesAreLeft);
  }

  static Errc code_of_exit(int exit_code) {
    switch (static_cast<ExitCode>(exit_code)) {
      case ExitCode::kUnusableInput: return Errc::kUnusableInput;
      case ExitCode::kDiskFull: return Errc::kDiskFull;
      case ExitCode::kBadConfig: return Errc::kBadConfig;
      case ExitCode::kUsage: return Errc::kInvalidArgument;
      default: return Errc::kIo;
    }
  }

  Result<JobOutcome> publish(const fs::path& staged) {
    if (auto adopted = library_.versions->adopt(staged, version_); !adopted)
      return fail(adopted.error().within("cannot take the version into the library"),
                  library::Retry::kWhileTriesAreLeft);
    const auto published = library_.jobs->publish(job_.id, options_.worker, version_);
    if (!published && published.error().code == Errc::kCancelled)
      return JobOutcome{JobOutcome::Kind::kLost, "", published.error().message, Errc::kCancelled};
    if (!published) return published.error();
    if (auto gone = library::let_go(library_.root, job_.source); !gone)
      log_warn("cannot remove a source that is no longer needed", {{"error", gone.error().to_sentence()}});
    return JobOutcome{JobOutcome::Kind::kPublished, version_, "", Errc::kInternal};
  }

  Result<JobOutcome> release() {
    const auto released = library_.jobs->release(job_.id, options_.worker);
    if (!released && released.error().code != Errc::kCancelled) return released.error();
    return JobOutcome{JobOutcome::Kind::kReleased, "", "stopped before the lesson was ready", Errc::kCancelled};
  }

  Result<JobOutcome> fail(const Error& error, library::Retry retry) {
    const auto state = library_.jobs->fail(job_.id, options_.worker, error.to_sentence(), retry);
    if (!state && state.error().code == Errc::kCancelled)
      return JobOutcome{JobOutcome::Kind::kLost, "", state.error().message, Errc::kCancelled};
    if (!state) return state.error();
    const bool again = *state == library::JobState::kQueued;
    return JobOutcome{again ? JobOutcome::Kind::kRetrying : JobOutcome::Kind::kFailed, "", error.to_sentence(),
                      error.code};
  }

  library::Library& library_;
  const library::Job& job_;
  const RunnerOptions& options_;
  const std::function<void(const ProgressEvent&)>& progress_;
  std::stop_token stop_;

  LineReader output_;
  LineReader errors_;
  ProgressEvent latest_;
  std::string version_;              // from the child's "done"
  std::optional<ErrorEvent> error_;  // from the child's "error"
  std::string last_words_;           // the last line of its standard error
  Stop stopped_ = Stop::kNo;
  Clock::time_point changed_;  // of progress
  Clock::time_point renewed_;  // of the lease
};

}  // namespace

Result<JobOutcome> run_job(library::Library& library, const library::Job& job, const RunnerOptions& options,
                           const std::function<void(const ProgressEvent&)>& progress, std::stop_token stop) {
  return Runner(library, job, options, progress, std::move(stop)).run();
}

}  // namespace chalkline::cli
