// SQL of late captions. That a recording is on its way and that its captions are kept is one transaction, as it is at
// the other end that it was published with them: none falls between.
#include "library/sqlite/late_captions.hpp"

#include "core/sha256.hpp"
#include "library/sqlite/catalogue_rows.hpp"

namespace chalkline::library::sqlite {

namespace {

// What waits in the language; "" where nothing does.
Result<std::string> waiting_in(Database& database, const std::string& lesson, const std::string& language) {
  CHALK_TRY_ASSIGN(Statement row,
                   database.prepare("SELECT webvtt FROM late_caption WHERE lesson_id = ? AND language = ?"));
  CHALK_TRY_ASSIGN(const Statement::Step step, row.bind(lesson, language).step());
  return step == Statement::Step::kRow ? row.text(0) : std::string();
}

Result<void> remove(Database& database, const std::string& lesson, const std::string& language) {
  CHALK_TRY_ASSIGN(Statement gone, database.prepare("DELETE FROM late_caption WHERE lesson_id = ? AND language = ?"));
  return gone.bind(lesson, language).run();
}

Result<bool> is_recording_on_its_way(Database& database, const std::string& lesson) {
  CHALK_TRY_ASSIGN(Statement look,
                   database.prepare("SELECT EXISTS (SELECT 1 FROM job WHERE lesson_id = ? AND kind = 'transcode' AND "
                                    "state IN ('queued', 'running'))"));
  CHALK_TRY(look.bind(lesson).step());
  return look.integer(0) != 0;
}

// The lesson is what its captions are too: who changes it next must have seen these.
Result<void> note_change(Store& store, const std::string& lesson) {
  CHALK_TRY_ASSIGN(Statement update, store.database.prepare("UPDATE lesson SET revision = revision + 1, updated_ms = ? "
                                                            "WHERE id = ?"));
  return update.bind(store.clock(), lesson).run();
}

std::string subject_of(const std::string& lesson, const std::string& language) {
  return "lesson/" + lesson + "/captions/" + language;
}

std::string fingerprint_of(const std::string& webvtt) { return webvtt.empty() ? std::string() : sha256_hex(webvtt); }

}  // namespace

Result<LateChange> SqliteLateCaptions::keep(const std::string& lesson, const std::string& language,
                                            const std::string& webvtt, std::int64_t revision, const Author& author) {
  CHALK_TRY_ASSIGN(Unit unit, Unit::begin(*store_));
  {
    CHALK_TRY_ASSIGN(const LessonRecord before, read_record(store_->database, lesson));
    CHALK_TRY_ASSIGN(const bool coming, is_recording_on_its_way(store_->database, lesson));
    if (!coming) return LateChange::kNothing;
    if (before.revision != revision) return LateChange::kChanged;
    CHALK_TRY_ASSIGN(const std::string waited, waiting_in(store_->database, lesson, language));
    CHALK_TRY(remove(store_->database, lesson, language));
    CHALK_TRY_ASSIGN(Statement insert, store_->database.prepare(
                                           "INSERT INTO late_caption (lesson_id, language, webvtt) VALUES (?, ?, ?)"));
    CHALK_TRY(insert.bind(lesson, language, webvtt).run());
    CHALK_TRY(note_change(*store_, lesson));
    CHALK_TRY(enter_in_log(*store_, author, "captions.keep", subject_of(lesson, language), fingerprint_of(waited),
                           fingerprint_of(webvtt)));
  }
  CHALK_TRY(unit.commit());
  return LateChange::kDone;
}

Result<LateChange> SqliteLateCaptions::forget(const std::string& lesson, const std::string& language,
                                              std::int64_t revision, const Author& author) {
  CHALK_TRY_ASSIGN(Unit unit, Unit::begin(*store_));
  {
    CHALK_TRY_ASSIGN(const LessonRecord before, read_record(store_->database, lesson));
    CHALK_TRY_ASSIGN(const std::string waited, waiting_in(store_->database, lesson, language));
    if (waited.empty()) return LateChange::kNothing;
    if (before.revision != revision) return LateChange::kChanged;
    CHALK_TRY(remove(store_->database, lesson, language));
    CHALK_TRY(note_change(*store_, lesson));
    CHALK_TRY(
        enter_in_log(*store_, author, "captions.forget", subject_of(lesson, language), fingerprint_of(waited), ""));
  }
  CHALK_TRY(unit.commit());
  return LateChange::kDone;
}

Result<std::vector<LateCaption>> SqliteLateCaptions::of(const std::string& lesson) {
  const std::scoped_lock lock(store_->mutex);
  CHALK_TRY_ASSIGN(
      Statement rows,
      store_->database.prepare("SELECT id, language, webvtt FROM late_caption WHERE lesson_id = ? ORDER BY id"));
  rows.bind(lesson);
  std::vector<LateCaption> found;
  for (;;) {
    CHALK_TRY_ASSIGN(const Statement::Step step, rows.step());
    if (step == Statement::Step::kDone) return found;
    found.push_back({rows.integer(0), rows.text(1), rows.text(2)});
  }
}

static Result<std::vector<std::string>> texts_of(Statement& rows) {
  std::vector<std::string> found;
  for (;;) {
    CHALK_TRY_ASSIGN(const Statement::Step step, rows.step());
    if (step == Statement::Step::kDone) return found;
    found.push_back(rows.text(0));
  }
}

Result<std::vector<std::string>> SqliteLateCaptions::languages(const std::string& lesson) {
  const std::scoped_lock lock(store_->mutex);
  CHALK_TRY_ASSIGN(Statement rows,
                   store_->database.prepare("SELECT language FROM late_caption WHERE lesson_id = ? ORDER BY id"));
  rows.bind(lesson);
  return texts_of(rows);
}

Result<std::vector<std::string>> SqliteLateCaptions::overdue() {
  const std::scoped_lock lock(store_->mutex);
  CHALK_TRY_ASSIGN(
      Statement rows,
      store_->database.prepare(
          "SELECT DISTINCT late.lesson_id FROM late_caption AS late JOIN lesson ON lesson.id = late.lesson_id WHERE "
          "lesson.version IS NOT NULL AND NOT EXISTS (SELECT 1 FROM job WHERE job.lesson_id = late.lesson_id AND "
          "job.kind = 'transcode' AND job.state IN ('queued', 'running')) AND coalesce((SELECT job.state FROM job "
          "WHERE job.lesson_id = late.lesson_id AND job.kind = 'transcode' ORDER BY job.updated_ms DESC, job.id DESC "
          "LIMIT 1), 'published') = 'published'"));
  return texts_of(rows);
}

static Result<void> remove_each(Database& database, std::span<const std::int64_t> ids) {
  for (const std::int64_t id : ids) {
    CHALK_TRY_ASSIGN(Statement gone, database.prepare("DELETE FROM late_caption WHERE id = ?"));
    CHALK_TRY(gone.bind(id).run());
  }
  return {};
}

Result<void> SqliteLateCaptions::settle(std::span<const std::int64_t> ids) {
  CHALK_TRY_ASSIGN(Unit unit, Unit::begin(*store_));
  CHALK_TRY(remove_each(store_->database, ids));
  return unit.commit();
}

Result<void> take_out(Database& database, std::int64_t job, const JoinedCaptions& joined, std::int64_t now) {
  CHALK_TRY_ASSIGN(Statement look,
                   database.prepare("SELECT EXISTS (SELECT 1 FROM late_caption JOIN job USING (lesson_id) WHERE "
                                    "job.id = ? AND late_caption.id > ?)"));
  CHALK_TRY(look.bind(job, joined.seen).step());
  if (look.integer(0) != 0) return Error(Errc::kBusy, "captions came while the version was made");
  CHALK_TRY(remove_each(database, joined.ids));
  if (joined.without.empty()) return {};
  CHALK_TRY_ASSIGN(Statement keep,
                   database.prepare("INSERT INTO lesson_version (lesson, version, published_ms) SELECT lesson.row, ?1, "
                                    "?2 FROM lesson JOIN job ON job.lesson_id = lesson.id WHERE job.id = ?3"));
  return keep.bind(joined.without, now, job).run();
}

}  // namespace chalkline::library::sqlite
