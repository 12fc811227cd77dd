// SQL of the job queue. The partial unique index job_open holds "one open job per lesson"; every change of a running
// job names its worker in the WHERE clause, so a worker whose lease went to another changes nothing.
#include "library/sqlite/job_queue.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "library/sqlite/late_captions.hpp"
#include "library/sqlite/new_lesson.hpp"

namespace chalkline::library {

static constexpr std::array<std::pair<JobState, std::string_view>, 5> kNames = {{
    {JobState::kQueued, "queued"},
    {JobState::kRunning, "running"},
    {JobState::kPublished, "published"},
    {JobState::kFailed, "failed"},
    {JobState::kCancelled, "cancelled"},
}};

std::string_view name(JobState state) noexcept {
  for (const auto& [value, text] : kNames)
    if (value == state) return text;
  return "failed";
}

std::optional<JobState> job_state_named(std::string_view text) noexcept {
  for (const auto& [value, state_name] : kNames)
    if (state_name == text) return value;
  return std::nullopt;
}

std::string_view name(JobKind kind) noexcept { return kind == JobKind::kImprove ? "improve" : "transcode"; }

namespace sqlite {

static constexpr std::string_view kSelectJob =
    "SELECT id, lesson_id, source, source_name, state, fraction, seconds_left, tries, max_tries, failure, created_ms, "
    "updated_ms, kind, base, priority, stage, rungs FROM job ";

// "720p=0.25;AV1 480p=1": names are heights and codecs, which hold neither.
static std::string text_of(const std::vector<JobRung>& rungs) {
  std::string text;
  for (const JobRung& rung : rungs)
    text += fmt::format("{}{}={:.3f}", text.empty() ? "" : ";", rung.name, rung.fraction);
  return text;
}

static std::vector<JobRung> rungs_of(std::string_view text) {
  std::vector<JobRung> rungs;
  while (!text.empty()) {
    const std::string_view one = text.substr(0, text.find(';'));
    text.remove_prefix(std::min(one.size() + 1, text.size()));
    const std::size_t equals = one.find('=');
    if (equals == std::string_view::npos) continue;
    rungs.push_back({std::string(one.substr(0, equals)), 0});
    (void)std::from_chars(one.data() + equals + 1, one.data() + one.size(), rungs.back().fraction);
  }
  return rungs;
}

static Job job_of(const Statement& row) {
  Job job;
  job.id = row.integer(0);
  job.lesson_id = row.text(1);
  job.source = row.text(2);
  job.source_name = row.text(3);
  job.state = job_state_named(row.text(4)).value_or(JobState::kFailed);
  job.fraction = row.real(5);
  job.seconds_left = row.real(6);
  job.tries = static_cast<int>(row.integer(7));
  job.max_tries = static_cast<int>(row.integer(8));
  job.failure = row.text(9);
  job.created_ms = row.integer(10);
  job.updated_ms = row.integer(11);
  job.kind = std::string_view(row.text(12)) == name(JobKind::kImprove) ? JobKind::kImprove : JobKind::kTranscode;
  job.base = row.text(13);
  job.priority = static_cast<int>(row.integer(14));
  job.stage = row.text(15);
  job.rungs = rungs_of(row.text(16));
  return job;
}

static Result<void> read_sides(Database& database, Job& job) {
  CHALK_TRY_ASSIGN(Statement rows,
                   database.prepare("SELECT path, language FROM job_caption WHERE job_id = ? ORDER BY position"));
  rows.bind(job.id);
  for (;;) {
    CHALK_TRY_ASSIGN(const Statement::Step step, rows.step());
    if (step == Statement::Step::kDone) return {};
    job.sides.emplace_back(rows.text(0), rows.text(1));
  }
}

Result<Job> SqliteJobQueue::read(std::int64_t id) {
  CHALK_TRY_ASSIGN(Statement row, database_.prepare(std::string(kSelectJob) + "WHERE id = ?"));
  CHALK_TRY_ASSIGN(const Statement::Step step, row.bind(id).step());
  if (step == Statement::Step::kDone) return Error(Errc::kNotFound, "there is no job " + std::to_string(id));
  Job job = job_of(row);
  CHALK_TRY(read_sides(database_, job));
  return job;
}

Result<void> SqliteJobQueue::require_change(std::int64_t job) const {
  if (database_.changes() > 0) return {};
  return Error(Errc::kCancelled, "job " + std::to_string(job) + " was cancelled or has gone to another worker");
}

Result<Job> SqliteJobQueue::enqueue(const NewJob& job) {
  const std::scoped_lock lock(mutex_);
  CHALK_TRY_ASSIGN(Transaction transaction, Transaction::begin(database_));
  CHALK_TRY_ASSIGN(const std::int64_t id, insert(job));
  CHALK_TRY(transaction.commit());
  return read(id);
}

Result<Job> SqliteJobQueue::enqueue_lesson(const NewLesson& lesson, NewJob job) {
  const std::scoped_lock lock(mutex_);
  CHALK_TRY_ASSIGN(Transaction transaction, Transaction::begin(database_));
  CHALK_TRY_ASSIGN(const Lesson made, insert_lesson(database_, lesson, clock_()));
  job.lesson_id = made.id;
  CHALK_TRY_ASSIGN(const std::int64_t id, insert(job));
  CHALK_TRY(transaction.commit());
  return read(id);
}

// Within the open transaction.
Result<std::int64_t> SqliteJobQueue::insert(const NewJob& job) {
  CHALK_TRY_ASSIGN(
      Statement outdo,
      database_.prepare("UPDATE job SET state = 'cancelled', worker = '', updated_ms = ? WHERE lesson_id = "
                        "? AND kind = 'improve' AND state IN ('queued', 'running')"));
  CHALK_TRY(outdo.bind(clock_(), job.lesson_id).run());
  CHALK_TRY_ASSIGN(Statement look,
                   database_.prepare("SELECT (SELECT count(*) FROM lesson WHERE id = ?1), (SELECT count(*) "
                                     "FROM job WHERE lesson_id = ?1 AND state IN ('queued', 'running'))"));
  CHALK_TRY(look.bind(job.lesson_id).step());
  if (look.integer(0) == 0) return Error(Errc::kNotFound, "there is no lesson " + job.lesson_id);
  if (look.integer(1) != 0)
    return Error(Errc::kBusy, "lesson " + job.lesson_id + " is already being transcoded",
                 "wait for that job or cancel it");
  const std::int64_t now = clock_();
  CHALK_TRY_ASSIGN(Statement insert,
                   database_.prepare("INSERT INTO job (lesson_id, source, source_name, state, max_tries, created_ms, "
                                     "updated_ms) VALUES (?, ?, ?, 'queued', ?, ?, ?)"));
  CHALK_TRY(insert.bind(job.lesson_id, job.source.string(), job.source_name, job.max_tries, now, now).run());
  const std::int64_t id = database_.last_row_id();
  int position = 0;
  for (const SideFile& side : job.sides) {
    CHALK_TRY_ASSIGN(Statement add, database_.prepare("INSERT INTO job_caption (job_id, position, path, language) "
                                                      "VALUES (?, ?, ?, ?)"));
    CHALK_TRY(add.bind(id, position++, side.path.string(), side.language).run());
  }
  return id;
}

Result<void> SqliteJobQueue::fail_abandoned(std::int64_t now) {
  CHALK_TRY_ASSIGN(
      Statement update,
      database_.prepare(
          "UPDATE job SET state = 'failed', worker = '', updated_ms = ?1, failure = 'the transcode did not "
          "finish: its worker stopped without a word in each of ' || max_tries || ' tries; see the "
          "worker''s log, then add the recording again' "
          "WHERE state = 'running' AND lease_until_ms <= ?1 AND tries >= max_tries"));
  return update.bind(now).run();
}

// Is there anything to claim? Read without the write lock, so that idle workers do not disturb the busy ones.
static Result<bool> has_work(Database& database, std::int64_t now) {
  CHALK_TRY_ASSIGN(Statement look,
                   database.prepare("SELECT EXISTS (SELECT 1 FROM job WHERE state = 'queued') OR EXISTS "
                                    "(SELECT 1 FROM job WHERE state = 'running' AND lease_until_ms <= ?)"));
  CHALK_TRY(look.bind(now).step());
  return look.integer(0) != 0;
}

Result<std::optional<Job>> SqliteJobQueue::claim(const std::string& worker, std::chrono::seconds lease,
                                                 std::optional<std::int64_t> only) {
  const std::scoped_lock lock(mutex_);
  CHALK_TRY_ASSIGN(const bool any, has_work(database_, clock_()));
  if (!any) return std::optional<Job>();
  CHALK_TRY_ASSIGN(Transaction transaction, Transaction::begin(database_));
  const std::int64_t now = clock_();
  CHALK_TRY(fail_abandoned(now));
  // The statements live in a block of their own: COMMIT wants no reader open.
  std::optional<std::int64_t> id;
  {
    CHALK_TRY_ASSIGN(
        Statement update,
        database_.prepare("UPDATE job SET state = 'running', worker = ?1, lease_until_ms = ?2, tries = tries + "
                          "1, fraction = 0, seconds_left = -1, stage = '', rungs = '', updated_ms = ?3 WHERE id = "
                          "(SELECT id FROM job "
                          "WHERE (state = 'queued' OR (state = 'running' AND lease_until_ms <= ?3)) AND "
                          "(?4 < 0 OR id = ?4) ORDER BY kind = 'improve', priority DESC, id LIMIT 1) RETURNING id"));
    const std::int64_t until = now + std::chrono::milliseconds(lease).count();
    update.bind(worker, until, now, only.value_or(-1));
    CHALK_TRY_ASSIGN(Statement::Step step, update.step());
    while (step == Statement::Step::kRow) {
      id = update.integer(0);
      CHALK_TRY_ASSIGN(step, update.step());
    }
  }
  CHALK_TRY(transaction.commit());
  if (!id) return std::optional<Job>();
  CHALK_TRY_ASSIGN(Job job, read(*id));
  return std::optional<Job>(std::move(job));
}

Result<void> SqliteJobQueue::renew(std::int64_t job, const std::string& worker, std::chrono::seconds lease,
                                   const JobProgress& progress) {
  const std::scoped_lock lock(mutex_);
  CHALK_TRY_ASSIGN(
      Statement update,
      database_.prepare("UPDATE job SET lease_until_ms = ?, fraction = ?, seconds_left = ?, stage = ?, rungs = ?, "
                        "updated_ms = ? "
                        "WHERE id = ? AND state = 'running' AND worker = ?"));
  const std::int64_t now = clock_();
  const std::int64_t until = now + std::chrono::milliseconds(lease).count();
  CHALK_TRY(update
                .bind(until, progress.fraction, progress.seconds_left, progress.stage, text_of(progress.rungs), now,
                      job, worker)
                .run());
  return require_change(job);
}

Result<void> SqliteJobQueue::publish(std::int64_t job, const std::string& worker, const std::string& version, Next next,
                                     const JoinedCaptions& joined) {
  const std::scoped_lock lock(mutex_);
  CHALK_TRY_ASSIGN(Transaction transaction, Transaction::begin(database_));
  const std::int64_t now = clock_();
  CHALK_TRY_ASSIGN(
      Statement update,
      database_.prepare("UPDATE job SET state = 'published', fraction = 1, seconds_left = 0, failure = '', "
                        "updated_ms = ? WHERE id = ? AND state = 'running' AND worker = ?"));
  CHALK_TRY(update.bind(now, job, worker).run());
  CHALK_TRY(require_change(job));
  CHALK_TRY(take_out(database_, job, joined, now));
  CHALK_TRY_ASSIGN(Statement point,
                   database_.prepare("UPDATE lesson SET version = ?1, updated_ms = ?2 FROM job WHERE job.id = ?3 AND "
                                     "lesson.id = job.lesson_id AND (job.kind = 'transcode' OR lesson.version = "
                                     "job.base)"));
  CHALK_TRY(point.bind(version, now, job).run());
  CHALK_TRY(require_change(job));
  if (next == Next::kImprove) {
    CHALK_TRY_ASSIGN(Statement insert,
                     database_.prepare("INSERT INTO job (lesson_id, source, source_name, state, max_tries, created_ms, "
                                       "updated_ms, kind, base) SELECT lesson_id, source, source_name, 'queued', "
                                       "max_tries, ?1, ?1, 'improve', ?2 FROM job WHERE id = ?3"));
    CHALK_TRY(insert.bind(now, version, job).run());
  }
  return transaction.commit();
}

Result<bool> SqliteJobQueue::transcode_waits(std::chrono::milliseconds time) {
  const std::scoped_lock lock(mutex_);
  CHALK_TRY_ASSIGN(
      Statement look,
      database_.prepare("SELECT EXISTS (SELECT 1 FROM job WHERE kind = 'transcode' AND state = 'queued' AND "
                        "updated_ms <= ?)"));
  CHALK_TRY(look.bind(clock_() - time.count()).step());
  return look.integer(0) != 0;
}

Result<JobState> SqliteJobQueue::fail(std::int64_t job, const std::string& worker, const std::string& sentence,
                                      Retry retry) {
  const std::scoped_lock lock(mutex_);
  CHALK_TRY_ASSIGN(Transaction transaction, Transaction::begin(database_));
  CHALK_TRY_ASSIGN(
      Statement update,
      database_.prepare("UPDATE job SET state = CASE WHEN ?1 AND tries < max_tries THEN 'queued' ELSE 'failed' "
                        "END, worker = '', failure = ?2, updated_ms = ?3 "
                        "WHERE id = ?4 AND state = 'running' AND worker = ?5"));
  const int again = retry == Retry::kWhileTriesAreLeft ? 1 : 0;
  CHALK_TRY(update.bind(again, sentence, clock_(), job, worker).run());
  CHALK_TRY(require_change(job));
  CHALK_TRY_ASSIGN(const Job after, read(job));
  CHALK_TRY(transaction.commit());
  return after.state;
}

Result<void> SqliteJobQueue::release(std::int64_t job, const std::string& worker) {
  const std::scoped_lock lock(mutex_);
  CHALK_TRY_ASSIGN(
      Statement update,
      database_.prepare("UPDATE job SET state = 'queued', worker = '', tries = max(tries - 1, 0), fraction = "
                        "0, seconds_left = -1, updated_ms = ? WHERE id = ? AND state = 'running' AND worker "
                        "= ?"));
  CHALK_TRY(update.bind(clock_(), job, worker).run());
  return require_change(job);
}

Result<void> SqliteJobQueue::cancel(std::int64_t job) {
  const std::scoped_lock lock(mutex_);
  CHALK_TRY_ASSIGN(Statement update,
                   database_.prepare("UPDATE job SET state = 'cancelled', worker = '', updated_ms = ? WHERE id = ? AND "
                                     "state IN ('queued', 'running')"));
  CHALK_TRY(update.bind(clock_(), job).run());
  if (database_.changes() > 0) return {};
  return Error(Errc::kNotFound, "there is no open job " + std::to_string(job));
}

Result<Job> SqliteJobQueue::queue_again(std::int64_t job) {
  const std::scoped_lock lock(mutex_);
  CHALK_TRY_ASSIGN(Transaction transaction, Transaction::begin(database_));
  CHALK_TRY_ASSIGN(const Job before, read(job));
  if (before.state != JobState::kFailed && before.state != JobState::kCancelled)
    return Error(Errc::kInvalidArgument,
                 "job " + std::to_string(job) + " is " + std::string(name(before.state)) + ", not failed or cancelled");
  {
    CHALK_TRY_ASSIGN(Statement look,
                     database_.prepare("SELECT EXISTS (SELECT 1 FROM job WHERE lesson_id = ?1 AND state IN ('queued', "
                                       "'running')), (SELECT coalesce(version, '') FROM lesson WHERE id = ?1)"));
    CHALK_TRY(look.bind(before.lesson_id).step());
    if (look.integer(0) != 0)
      return Error(Errc::kBusy, "lesson " + before.lesson_id + " has an open job", "wait for that job or cancel it");
    if (before.kind == JobKind::kImprove && look.text(1) != before.base)
      return Error(Errc::kUnusableInput, "lesson " + before.lesson_id + " has another version by now");
    CHALK_TRY_ASSIGN(
        Statement update,
        database_.prepare("UPDATE job SET state = 'queued', worker = '', tries = 0, fraction = 0, seconds_left = -1, "
                          "failure = '', updated_ms = ? WHERE id = ?"));
    CHALK_TRY(update.bind(clock_(), job).run());
  }
  CHALK_TRY_ASSIGN(Job after, read(job));
  CHALK_TRY(transaction.commit());
  return after;
}

Result<Job> SqliteJobQueue::set_priority(std::int64_t job, int priority) {
  if (priority < -kHighestPriority || priority > kHighestPriority)
    return Error(Errc::kInvalidArgument, "a job's priority must be a whole number from -100 to 100");
  const std::scoped_lock lock(mutex_);
  CHALK_TRY_ASSIGN(Statement update, database_.prepare("UPDATE job SET priority = ?, updated_ms = ? WHERE id = ?"));
  CHALK_TRY(update.bind(priority, clock_(), job).run());
  return read(job);
}

Result<JobPage> SqliteJobQueue::list(const JobFilter& filter, std::optional<std::int64_t> from, int limit) {
  const std::scoped_lock lock(mutex_);
  CHALK_TRY_ASSIGN(Statement rows,
                   database_.prepare(std::string(kSelectJob) +
                                     "WHERE (?1 = '' OR state = ?1) AND (?2 = '' OR lesson_id = ?2) AND (?3 < 0 OR id "
                                     "< ?3) ORDER BY id DESC LIMIT ?4"));
  const std::string state = filter.state ? std::string(name(*filter.state)) : std::string();
  rows.bind(state, filter.lesson_id, from.value_or(-1), limit + 1);
  JobPage page;
  for (;;) {
    CHALK_TRY_ASSIGN(const Statement::Step step, rows.step());
    if (step == Statement::Step::kDone) break;
    page.jobs.push_back(job_of(rows));
  }
  if (static_cast<int>(page.jobs.size()) > limit) {
    page.jobs.pop_back();
    page.next = page.jobs.back().id;
  }
  for (Job& job : page.jobs) CHALK_TRY(read_sides(database_, job));
  return page;
}

Result<Job> SqliteJobQueue::find(std::int64_t job) {
  const std::scoped_lock lock(mutex_);
  return read(job);
}

Result<std::vector<Job>> SqliteJobQueue::current(std::int64_t ended_since_ms, int most) {
  const std::scoped_lock lock(mutex_);
  CHALK_TRY_ASSIGN(Statement rows, database_.prepare(std::string(kSelectJob) +
                                                     "WHERE state IN ('queued', 'running') OR updated_ms >= ? ORDER BY "
                                                     "state = 'running' DESC, id DESC LIMIT ?"));
  rows.bind(ended_since_ms, most);
  std::vector<Job> jobs;
  for (;;) {
    CHALK_TRY_ASSIGN(const Statement::Step step, rows.step());
    if (step == Statement::Step::kDone) return jobs;
    jobs.push_back(job_of(rows));
  }
}

Result<std::vector<Job>> SqliteJobQueue::list() {
  const std::scoped_lock lock(mutex_);
  CHALK_TRY_ASSIGN(Statement rows, database_.prepare(std::string(kSelectJob) + "ORDER BY id DESC"));
  std::vector<Job> jobs;
  for (;;) {
    CHALK_TRY_ASSIGN(const Statement::Step step, rows.step());
    if (step == Statement::Step::kDone) break;
    jobs.push_back(job_of(rows));
  }
  for (Job& job : jobs) CHALK_TRY(read_sides(database_, job));
  return jobs;
}

}  // namespace sqlite
}  // namespace chalkline::library
