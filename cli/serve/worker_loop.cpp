// Polling: half a second of idle waiting costs one indexed read, and works across processes and machines alike.
#include "cli/serve/worker_loop.hpp"

#include <chrono>
#include <condition_variable>
#include <mutex>

#include "cli/jobs/transcode_child.hpp"
#include "core/log.hpp"
#include "library/incoming.hpp"

namespace chalkline::cli {

using namespace std::chrono_literals;

namespace {

// Waits that end at once when a stop is asked for.
class Pause {
 public:
  explicit Pause(std::stop_token stop) : stop_(std::move(stop)) {}
  void wait(std::chrono::milliseconds how_long) {
    std::unique_lock lock(mutex_);
    condition_.wait_for(lock, stop_, how_long, [] { return false; });
  }

 private:
  std::stop_token stop_;
  std::mutex mutex_;
  std::condition_variable_any condition_;
};

void log_outcome(const library::Job& job, const Result<JobOutcome>& outcome) {
  if (!outcome) {
    log_error("job interrupted",
              {{"job", job.id}, {"lesson", job.lesson_id}, {"error", outcome.error().to_sentence()}});
    return;
  }
  using Kind = JobOutcome::Kind;
  switch (outcome->kind) {
    case Kind::kPublished:
      log_info("lesson published", {{"job", job.id}, {"lesson", job.lesson_id}, {"version", outcome->version}});
      break;
    case Kind::kFailed:
      log_warn("job failed", {{"job", job.id}, {"lesson", job.lesson_id}, {"reason", outcome->sentence}});
      break;
    case Kind::kRetrying:
      log_warn("job will be tried again", {{"job", job.id}, {"try", job.tries}, {"reason", outcome->sentence}});
      break;
    case Kind::kReleased:
    case Kind::kLost:
      log_info("job given back", {{"job", job.id}, {"lesson", job.lesson_id}, {"reason", outcome->sentence}});
      break;
  }
}

}  // namespace

void run_worker(library::Library& library, const RunnerOptions& options, std::stop_token stop) {
  if (const auto swept = library::sweep(library, 24h); !swept)
    log_warn("cannot sweep the library", {{"error", swept.error().to_sentence()}});
  else if (*swept > 0)
    log_info("removed what interrupted work had left", {{"folders", *swept}});
  warn_of_gaps();
  Pause pause(stop);
  const auto lease = std::chrono::ceil<std::chrono::seconds>(options.limits.lease);
  while (!stop.stop_requested()) {
    const auto job = library.jobs->claim(options.worker, lease);
    if (!job) {
      log_error("cannot read the queue of jobs", {{"error", job.error().to_sentence()}});
      pause.wait(5s);
    } else if (!*job) {
      pause.wait(500ms);
    } else {
      log_info("job begins", {{"job", (*job)->id},
                              {"kind", library::name((*job)->kind)},
                              {"lesson", (*job)->lesson_id},
                              {"try", (*job)->tries}});
      const auto outcome = run_job(
          library, **job, options, [](const ProgressEvent&) {}, stop);
      log_outcome(**job, outcome);
      if (!outcome) pause.wait(5s);
    }
  }
}

}  // namespace chalkline::cli
