// The job queue in SQLite. Thread-safe through its mutex; several processes through SQLite's own locks.
#pragma once

#include <mutex>

#include "library/job_queue.hpp"
#include "library/library.hpp"
#include "library/sqlite/database.hpp"

namespace chalkline::library::sqlite {

class SqliteJobQueue final : public JobQueue {
 public:
  SqliteJobQueue(Database database, WallClock clock) : database_(std::move(database)), clock_(std::move(clock)) {}
  Result<Job> enqueue(const NewJob& job) override;
  Result<Job> enqueue_lesson(const NewLesson& lesson, NewJob job) override;
  Result<std::optional<Job>> claim(const std::string& worker, std::chrono::seconds lease,
                                   std::optional<std::int64_t> only) override;
  Result<void> renew(std::int64_t job, const std::string& worker, std::chrono::seconds lease,
                     const JobProgress& progress) override;
  Result<void> publish(std::int64_t job, const std::string& worker, const std::string& version, Next next,
                       const JoinedCaptions& joined) override;
  Result<bool> transcode_waits(std::chrono::milliseconds time) override;
  Result<JobState> fail(std::int64_t job, const std::string& worker, const std::string& sentence, Retry retry) override;
  Result<void> release(std::int64_t job, const std::string& worker) override;
  Result<void> cancel(std::int64_t job) override;
  Result<Job> queue_again(std::int64_t job) override;
  Result<Job> set_priority(std::int64_t job, int priority) override;
  Result<JobPage> list(const JobFilter& filter, std::optional<std::int64_t> from, int limit) override;
  Result<Job> find(std::int64_t job) override;
  Result<std::vector<Job>> current(std::int64_t ended_since_ms, int most) override;
  Result<std::vector<Job>> list() override;

 private:
  Result<std::int64_t> insert(const NewJob& job);
  Result<void> fail_abandoned(std::int64_t now);
  Result<Job> read(std::int64_t job);
  Result<void> require_change(std::int64_t job) const;

  std::mutex mutex_;
  Database database_;
  WallClock clock_;
};

}  // namespace chalkline::library::sqlite
