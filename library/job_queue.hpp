// The queue of transcode jobs: first every recording is made into a lesson, then lessons are improved. At most one job
// is open (queued or running) per lesson. A claim is a lease: a worker
// that dies stops renewing it and the job is claimed again, until its tries are used up. Every change is one
// transaction. Thread-safe; blocks (milliseconds). A worker's name must be its own: host, process and a random part.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "core/side_file.hpp"
#include "library/catalogue.hpp"

namespace chalkline::library {

enum class JobState { kQueued, kRunning, kPublished, kFailed, kCancelled };
std::string_view name(JobState state) noexcept;
std::optional<JobState> job_state_named(std::string_view text) noexcept;

enum class JobKind {
  kTranscode,  // a recording becomes a version
  kImprove,    // a published version becomes one with a saver ladder too; waits for all transcodes
};
std::string_view name(JobKind kind) noexcept;

// One of the pictures' renditions while it is encoded.
struct JobRung {
  std::string name;     // "720p", "AV1 720p"
  double fraction = 0;  // 0..1
  friend bool operator==(const JobRung&, const JobRung&) = default;
};

// What a worker says of a job that it runs.
struct JobProgress {
  double fraction = 0;       // 0..1 of the whole
  double seconds_left = -1;  // < 0 while unknown
  std::string stage{};       // "probing", "analysing", "encoding", "publishing"
  std::vector<JobRung> rungs{};
};

struct Job {
  std::int64_t id = 0;
  JobKind kind = JobKind::kTranscode;
  std::string lesson_id;
  std::filesystem::path
      source;  // relative to the library's root (library/incoming.hpp); removed when no job needs it any more
  std::string source_name;      // as the uploader called it
  std::vector<SideFile> sides;  // their paths as that of the source
  std::string base;             // of kImprove: the version to improve
  JobState state = JobState::kQueued;
  double fraction = 0;       // 0..1
  double seconds_left = -1;  // < 0 while unknown
  std::string stage;         // of the last progress, as the rungs
  std::vector<JobRung> rungs;
  int tries = 0;  // claims so far
  int max_tries = 0;
  int priority = 0;     // higher goes first among jobs of its kind; -100..100
  std::string failure;  // sentence: what, why, what to do; also the last try's while a job waits for its next
  std::int64_t created_ms = 0;
  std::int64_t updated_ms = 0;
};

struct NewJob {
  std::string lesson_id;
  std::filesystem::path source;
  std::string source_name;
  std::vector<SideFile> sides;
  int max_tries = 3;
};

struct JobFilter {
  std::optional<JobState> state;
  std::string lesson_id;  // "": any
};

struct JobPage {
  std::vector<Job> jobs;             // newest first
  std::optional<std::int64_t> next;  // for the page after; none at the end
};

inline constexpr int kHighestPriority = 100;  // and the lowest is its negative

enum class Retry { kNever, kWhileTriesAreLeft };

// What comes after a publication: nothing, or a job of kind kImprove for the same source, which then stays.
enum class Next { kNothing, kImprove };

// What a version that is published has of the late captions of its lesson (library/late_captions.hpp).
struct JoinedCaptions {
  std::string without;  // the version that the recording became, which is kept as an older one; "" where none joined
  std::vector<std::int64_t> ids;
  // The newest that whoever made it knew of. Where another has come since, it is not published.
  std::int64_t seen = std::numeric_limits<std::int64_t>::max();
};

class JobQueue {
 public:
  JobQueue() = default;
  JobQueue(const JobQueue&) = delete;
  JobQueue& operator=(const JobQueue&) = delete;
  virtual ~JobQueue() = default;
  // kBusy: the lesson has an open job; kNotFound: there is no such lesson. A job that would only have improved what the
  // lesson was is cancelled.
  virtual Result<Job> enqueue(const NewJob& job) = 0;
  // A new lesson and its first job, whose lesson_id is filled in: both are there afterwards, or neither.
  virtual Result<Job> enqueue_lesson(const NewLesson& lesson, NewJob job) = 0;
  // The queued job of the highest priority, the oldest of several, transcodes before improvements, or a running one
  // whose lease ran out, for `worker` and `lease` long; none when idle. `only` restricts to that job. Jobs whose last
  // try's lease ran out become failed on the way.
  virtual Result<std::optional<Job>> claim(const std::string& worker, std::chrono::seconds lease,
                                           std::optional<std::int64_t> only = std::nullopt) = 0;
  // Progress, and the lease renewed. kCancelled when the job was cancelled or the lease lost: the worker must stop.
  virtual Result<void> renew(std::int64_t job, const std::string& worker, std::chrono::seconds lease,
                             const JobProgress& progress) = 0;
  // The job is published, the lesson points at `version` and what comes next is queued: one transaction. kCancelled as
  // renew, and for an improvement of a version that is not the lesson's any more. kBusy, and nothing is changed: there
  // are later captions than those that `joined` knows of; join them too.
  virtual Result<void> publish(std::int64_t job, const std::string& worker, const std::string& version,
                               Next next = Next::kNothing, const JoinedCaptions& joined = {}) = 0;
  // Has a transcode been waiting for a worker for `time` or longer?
  virtual Result<bool> transcode_waits(std::chrono::milliseconds time) = 0;
  // Failed for good, or queued again where `retry` says so and a try is left; the state it went to. kCancelled as
  // renew.
  virtual Result<JobState> fail(std::int64_t job, const std::string& worker, const std::string& sentence,
                                Retry retry) = 0;
  // Back to queued, the try not counted: for a worker that shuts down.
  virtual Result<void> release(std::int64_t job, const std::string& worker) = 0;
  // An open job is not wanted any more; its worker learns of it at its next renew. kNotFound: no such open job.
  virtual Result<void> cancel(std::int64_t job) = 0;
  // A failed or cancelled job is queued again with all its tries. kNotFound; kInvalidArgument: it is neither;
  // kBusy: its lesson has an open job; kUnusableInput: an improvement of a version that is not the lesson's any more.
  virtual Result<Job> queue_again(std::int64_t job) = 0;
  // kNotFound; kInvalidArgument: outside -kHighestPriority..kHighestPriority.
  virtual Result<Job> set_priority(std::int64_t job, int priority) = 0;
  // `from` is the `next` of the page before.
  virtual Result<JobPage> list(const JobFilter& filter, std::optional<std::int64_t> from, int limit) = 0;
  virtual Result<Job> find(std::int64_t job) = 0;
  // What people look at: open jobs, running ones first, and those that ended since (Unix ms); at most `most`.
  virtual Result<std::vector<Job>> current(std::int64_t ended_since_ms, int most) = 0;
  virtual Result<std::vector<Job>> list() = 0;  // newest first
};

}  // namespace chalkline::library
