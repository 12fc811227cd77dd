// The worker: takes jobs from the queue, one at a time, until it is asked to stop. Runs on a thread of its own inside
// `serve`, or as the whole of `chalkline worker`.
#pragma once

#include <stop_token>

#include "cli/jobs/job_runner.hpp"
#include "library/library.hpp"

namespace chalkline::cli {

// Returns when `stop` was asked for; the job at hand then goes back to the queue. Everything that goes wrong is logged
// and, where it is a job's fault, recorded with the job.
void run_worker(library::Library& library, const RunnerOptions& options, std::stop_token stop);

}  // namespace chalkline::cli
