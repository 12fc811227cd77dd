// One claimed job from its source to a published version: `chalkline transcode --json` as a child process under limits,
// its progress as renewals of the lease. A job that improves a lesson gives way to a recording that waits. Whatever
// happens to the child is an outcome here, never our own death. Called by the worker loop and by `add`, on a thread of
// their own; blocks until the job has ended.
#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string>

#include "cli/jobs/event.hpp"
#include "config/config.hpp"
#include "library/library.hpp"

namespace chalkline::cli {

struct RunnerOptions {
  config::WorkerConfig limits;
  std::optional<std::filesystem::path> config_file;  // handed on to the child
  std::string worker;                                // the name in the queue: own_worker_name()
  std::string program = "/proc/self/exe";
  bool improve = false;  // after a publication: queue the second stage (transcode.av1)
};

struct JobOutcome {
  enum class Kind {
    kPublished,
    kFailed,    // for good; `sentence` and `code` say why
    kRetrying,  // back in the queue, a try is left
    kReleased,  // we were asked to stop, or a recording waits; back in the queue
    kLost,      // cancelled, or another worker has it
  };
  Kind kind = Kind::kFailed;
  std::string version;
  std::string sentence;
  Errc code = Errc::kInternal;  // of a failure
};

// "host:pid:random".
std::string own_worker_name();

// What a worker of this configuration does with its jobs.
RunnerOptions runner_options(const config::Config& config, const std::optional<std::filesystem::path>& config_file);

// `job` must have been claimed by options.worker. An error is one of the library itself (its database, its disk): the
// job's state is then unknown and its lease will run out.
Result<JobOutcome> run_job(library::Library& library, const library::Job& job, const RunnerOptions& options,
                           const std::function<void(const ProgressEvent&)>& progress, std::stop_token stop);

}  // namespace chalkline::cli
