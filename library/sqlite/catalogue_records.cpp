// SQL of the lesson records; import and export are in catalogue_import.cpp.
#include "library/sqlite/catalogue_records.hpp"

#include <algorithm>

#include "library/catalogue_checks.hpp"
#include "library/catalogue_fingerprint.hpp"
#include "library/lesson_id.hpp"
#include "library/sqlite/catalogue_rows.hpp"

namespace chalkline::library::sqlite {

static Result<void> check_details(const LessonDetails& details) {
  if (const auto fault = fault_of(details))
    return Error(Errc::kInvalidArgument, fault->field.substr(1) + " " + fault->why);
  return {};
}

static std::string subject_of(const std::string& id) { return "lesson/" + id; }

Result<LessonRecord> SqliteLessonRecords::create(const std::string& id, const LessonDetails& given,
                                                 const Author& author) {
  CHALK_TRY(check_details(given));
  if (!id.empty() && !is_lesson_id(id))
    return Error(Errc::kInvalidArgument, "id must be of a-z, 0-9 and hyphens, 64 at most");
  LessonDetails details = given;
  put_in_order(details);
  CHALK_TRY_ASSIGN(Unit unit, Unit::begin(*store_));
  LessonRecord made;
  {
    std::string chosen = id;
    if (chosen.empty()) {
      CHALK_TRY_ASSIGN(chosen, free_id(store_->database, "lesson", details.title));
    } else {
      CHALK_TRY_ASSIGN(const bool taken, is_id_taken(store_->database, "lesson", id));
      if (taken) return Error(Errc::kAlreadyExists, "there is a lesson " + id + " already", "choose another id");
    }
    CHALK_TRY_ASSIGN(LessonWriter writer, LessonWriter::over(store_->database));
    CHALK_TRY(writer.insert(chosen, details, store_->clock()));
    CHALK_TRY_ASSIGN(made, read_record(store_->database, chosen));
    CHALK_TRY(enter_in_log(*store_, author, "lesson.create", subject_of(chosen), "", fingerprint(made)));
  }
  CHALK_TRY(unit.commit());
  return made;
}

Result<LessonRecord> SqliteLessonRecords::find(const std::string& id) {
  const std::scoped_lock lock(store_->mutex);
  return read_record(store_->database, id);
}

Result<std::optional<LessonRecord>> SqliteLessonRecords::replace(const std::string& id, const LessonDetails& given,
                                                                 std::int64_t revision, const Author& author) {
  CHALK_TRY(check_details(given));
  LessonDetails details = given;
  put_in_order(details);
  CHALK_TRY_ASSIGN(Unit unit, Unit::begin(*store_));
  LessonRecord made;
  {
    CHALK_TRY_ASSIGN(const LessonRecord before, read_record(store_->database, id));
    if (before.revision != revision) return std::optional<LessonRecord>();
    CHALK_TRY_ASSIGN(LessonWriter writer, LessonWriter::over(store_->database));
    CHALK_TRY(writer.update(before.row, details, store_->clock()));
    CHALK_TRY_ASSIGN(made, read_record(store_->database, id));
    CHALK_TRY(enter_in_log(*store_, author, "lesson.change", subject_of(id), fingerprint(before), fingerprint(made)));
  }
  CHALK_TRY(unit.commit());
  return std::optional<LessonRecord>(std::move(made));
}

static Result<void> remove_lesson(Database& database, const LessonRecord& lesson) {
  CHALK_TRY_ASSIGN(Statement running, database.prepare("SELECT 1 FROM job WHERE lesson_id = ? AND state = 'running'"));
  CHALK_TRY_ASSIGN(const Statement::Step step, running.bind(lesson.id).step());
  if (step == Statement::Step::kRow)
    return Error(Errc::kBusy, "lesson " + lesson.id + " is being transcoded", "cancel its job first");
  CHALK_TRY(forget_lesson(database, lesson.row));
  CHALK_TRY_ASSIGN(Statement remove, database.prepare("DELETE FROM lesson WHERE row = ?"));
  return remove.bind(lesson.row).run();
}

Result<bool> SqliteLessonRecords::withdraw(const std::string& id, std::int64_t revision, const Author& author) {
  CHALK_TRY_ASSIGN(Unit unit, Unit::begin(*store_));
  {
    CHALK_TRY_ASSIGN(const LessonRecord before, read_record(store_->database, id));
    if (before.revision != revision) return false;
    if (!before.version) {
      CHALK_TRY(remove_lesson(store_->database, before));
      CHALK_TRY(enter_in_log(*store_, author, "lesson.remove", subject_of(id), fingerprint(before), ""));
    } else {
      LessonRecord after = before;
      after.details.state = LessonState::kWithdrawn;
      CHALK_TRY_ASSIGN(Statement update,
                       store_->database.prepare("UPDATE lesson SET state = 'withdrawn', updated_ms = ?, revision = "
                                                "revision + 1 WHERE row = ?"));
      CHALK_TRY(update.bind(store_->clock(), before.row).run());
      CHALK_TRY(
          enter_in_log(*store_, author, "lesson.withdraw", subject_of(id), fingerprint(before), fingerprint(after)));
    }
  }
  CHALK_TRY(unit.commit());
  return true;
}

Result<LessonPage> SqliteLessonRecords::list(const LessonFilter& filter, std::optional<std::int64_t> from, int limit) {
  const std::scoped_lock lock(store_->mutex);
  CHALK_TRY_ASSIGN(Statement rows,
                   store_->database.prepare(std::string(kSelectRecords) + "WHERE " + kFilterSql +
                                            " AND (?5 < 0 OR lesson.row < ?5) ORDER BY lesson.row DESC LIMIT ?6"));
  bind_filter(rows, filter, from.value_or(-1), limit + 1);
  LessonPage page;
  CHALK_TRY_ASSIGN(page.lessons, read_records(store_->database, rows));
  if (static_cast<int>(page.lessons.size()) > limit) {
    page.lessons.pop_back();
    page.next = page.lessons.back().row;
  }
  return page;
}

Result<std::vector<LessonRecord>> SqliteLessonRecords::of_course(const std::string& course_id, bool hidden_too) {
  const std::scoped_lock lock(store_->mutex);
  CHALK_TRY_ASSIGN(Statement rows,
                   store_->database.prepare(std::string(kSelectRecords) +
                                            "WHERE lesson.course_id = ?1 AND (?2 OR lesson.state = 'published') ORDER "
                                            "BY lesson.position, lesson.row"));
  rows.bind(course_id, hidden_too ? 1 : 0);
  return read_records(store_->database, rows);
}

// All of them at once: one at a time each would want four statements made for it.
static Result<std::vector<LessonRecord>> read_in_order(Database& database, const std::vector<std::int64_t>& order) {
  std::string list = "[";
  for (const std::int64_t row : order) list += (list.size() > 1 ? "," : "") + std::to_string(row);
  CHALK_TRY_ASSIGN(Statement rows, database.prepare(std::string(kSelectRecords) +
                                                    "WHERE lesson.row IN (SELECT value FROM json_each(?))"));
  rows.bind(list + "]");
  CHALK_TRY_ASSIGN(std::vector<LessonRecord> records, read_records(database, rows));
  const auto place = [&order](const LessonRecord& record) { return std::find(order.begin(), order.end(), record.row); };
  std::sort(records.begin(), records.end(),
            [&](const LessonRecord& a, const LessonRecord& b) { return place(a) < place(b); });
  return records;
}

Result<LessonPage> SqliteLessonRecords::search(const std::string& text, const LessonFilter& filter,
                                               std::optional<std::int64_t> from, int limit) {
  const std::scoped_lock lock(store_->mutex);
  const std::int64_t skip = from.value_or(0);
  CHALK_TRY_ASSIGN(const FoundRows found, find_rows(store_->database, text, filter, skip, limit));
  LessonPage page;
  CHALK_TRY_ASSIGN(page.lessons, read_in_order(store_->database, found.rows));
  if (found.more) page.next = skip + limit;
  return page;
}

Result<std::vector<KeptVersion>> SqliteLessonRecords::versions(const std::string& id) {
  const std::scoped_lock lock(store_->mutex);
  CHALK_TRY_ASSIGN(const LessonRecord lesson, read_record(store_->database, id));
  CHALK_TRY_ASSIGN(Statement rows, store_->database.prepare("SELECT version, published_ms FROM lesson_version WHERE "
                                                            "lesson = ? ORDER BY row"));
  rows.bind(lesson.row);
  std::vector<KeptVersion> versions;
  for (;;) {
    CHALK_TRY_ASSIGN(const Statement::Step step, rows.step());
    if (step == Statement::Step::kDone) break;
    versions.push_back({static_cast<std::int64_t>(versions.size()) + 1, rows.text(0), rows.integer(1)});
  }
  return std::vector<KeptVersion>(versions.rbegin(), versions.rend());
}

Result<std::optional<LessonRecord>> SqliteLessonRecords::roll_back(const std::string& id, const std::string& version,
                                                                   std::int64_t revision, const Author& author) {
  return change_version(id, version, revision, author, Which::kHad);
}

Result<std::optional<LessonRecord>> SqliteLessonRecords::point_at(const std::string& id, const std::string& version,
                                                                  std::int64_t revision, const Author& author) {
  return change_version(id, version, revision, author, Which::kAny);
}

// What was improving the version before improves this one: it is queued again, whoever was at it stops at its next
// renewal, and what is finished of it is kept (cli/jobs/job_runner.cpp).
static Result<void> move_improvement(Database& database, const std::string& lesson, const std::string& from,
                                     const std::string& to, std::int64_t now) {
  CHALK_TRY_ASSIGN(
      Statement move,
      database.prepare(
          "UPDATE job SET base = ?3, tries = max(tries - (state = 'running'), 0), state = 'queued', worker "
          "= '', fraction = 0, seconds_left = -1, updated_ms = ?4 WHERE lesson_id = ?1 AND kind = 'improve' "
          "AND state IN ('queued', 'running') AND base = ?2"));
  return move.bind(lesson, from, to, now).run();
}

Result<std::optional<LessonRecord>> SqliteLessonRecords::change_version(const std::string& id,
                                                                        const std::string& version,
                                                                        std::int64_t revision, const Author& author,
                                                                        Which which) {
  CHALK_TRY_ASSIGN(Unit unit, Unit::begin(*store_));
  LessonRecord made;
  {
    CHALK_TRY_ASSIGN(const LessonRecord before, read_record(store_->database, id));
    if (before.revision != revision) return std::optional<LessonRecord>();
    if (which == Which::kHad) {
      CHALK_TRY_ASSIGN(Statement had,
                       store_->database.prepare("SELECT 1 FROM lesson_version WHERE lesson = ? AND version = ?"));
      CHALK_TRY_ASSIGN(const Statement::Step step, had.bind(before.row, version).step());
      if (step == Statement::Step::kDone)
        return Error(Errc::kNotFound, "lesson " + id + " never had the version " + version, "see its versions");
    }
    // The trigger enters it in the history and moves the revision on.
    CHALK_TRY_ASSIGN(Statement point,
                     store_->database.prepare("UPDATE lesson SET version = ?, updated_ms = ? WHERE row = ?"));
    CHALK_TRY(point.bind(version, store_->clock(), before.row).run());
    if (which == Which::kAny)
      CHALK_TRY(move_improvement(store_->database, id, before.version.value_or(""), version, store_->clock()));
    CHALK_TRY_ASSIGN(made, read_record(store_->database, id));
    CHALK_TRY(enter_in_log(*store_, author, which == Which::kHad ? "lesson.rollback" : "lesson.version", subject_of(id),
                           fingerprint(before), fingerprint(made)));
  }
  CHALK_TRY(unit.commit());
  return std::optional<LessonRecord>(std::move(made));
}

Result<void> SqliteLessonRecords::with_attached(
    const std::function<Result<void>(const std::set<std::string>& hashes)>& work) {
  CHALK_TRY_ASSIGN(Unit unit, Unit::begin(*store_));
  std::set<std::string> hashes;
  {
    CHALK_TRY_ASSIGN(Statement rows, store_->database.prepare("SELECT DISTINCT sha256 FROM lesson_attachment"));
    for (;;) {
      CHALK_TRY_ASSIGN(const Statement::Step step, rows.step());
      if (step == Statement::Step::kDone) break;
      hashes.insert(rows.text(0));
    }
  }
  CHALK_TRY(work(hashes));
  return unit.commit();
}

}  // namespace chalkline::library::sqlite
