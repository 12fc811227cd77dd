// The queue of transcode jobs. At most one job is open per lesson. A claim is a lease: a worker that dies stops renewing
// it and the job is claimed again, until its tries are used up. Every change is one transaction. Thread-safe; blocks.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "library/catalogue.hpp"

namespace chalkline::library {

enum class JobState { kQueued, kRunning, kPublished, kFailed, kCancelled };
std::string_view name(JobState state) noexcept;

struct JobCaption {
  std::filesystem::path path;
  std::string language;
};

struct Job {
  std::int64_t id = 0;
  std::string lesson_id;
  std::filesystem::path source;  // inside the library; removed when the job ends well
  std::string source_name;       // as the uploader called it
  std::vector<JobCaption> captions;
  JobState state = JobState::kQueued;
  double fraction = 0;  // 0..1
  double seconds_left = -1;
  int tries = 0;
  std::string failure;  // sentence: what, why, what to do; empty unless failed
  std::int64_t created_ms = 0;
  std::int64_t updated_ms = 0;
};

struct NewJob {
  std::string lesson_id;
  std::filesystem::path source;
  std::string source_name;
  std::vector<JobCaption> captions;
};

class JobQueue {
 public:
  JobQueue() = default;
  JobQueue(const JobQueue&) = delete;
  JobQueue& operator=(const JobQueue&) = delete;
  virtual ~JobQueue() = default;
  virtual Result<Job> enqueue(const NewJob& job) = 0;  // kBusy: the lesson has an open job
  // The oldest queued job, or a running one whose lease ran out, for `worker` and `lease` long; none when idle. `only`
  // restricts to that job.
  virtual Result<std::optional<Job>> claim(const std::string& worker, std::chrono::seconds lease,
                                           std::optional<std::int64_t> only = std::nullopt) = 0;
  // Progress, and the lease renewed. kCancelled when the job was cancelled or the lease lost: the worker must stop.
  virtual Result<void> renew(std::int64_t job, const std::string& worker, std::chrono::seconds lease, double fraction,
                             double seconds_left) = 0;
  // The job is published and the lesson points at `version`: one transaction.
  virtual Result<void> publish(std::int64_t job, const std::string& worker, const std::string& version) = 0;
  virtual Result<void> fail(std::int64_t job, const std::string& worker, const std::string& sentence) = 0;
  // Back to queued without a used-up try being forgiven: for a worker that shuts down.
  virtual Result<void> release(std::int64_t job, const std::string& worker) = 0;
  virtual Result<Job> find(std::int64_t job) = 0;
  virtual Result<std::vector<Job>> list() = 0;  // newest first
};

}  // namespace chalkline::library
