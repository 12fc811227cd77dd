// SQL of late captions. That a recording is on its way and that its captions are kept is one transaction, as it is at
// the other end that it was published with them: none falls between.
#include "library/sqlite/late_captions.hpp"

namespace chalkline::library::sqlite {

static Result<void> remove(Database& database, const std::string& lesson, const std::string& language) {
  CHALK_TRY_ASSIGN(Statement gone, database.prepare("DELETE FROM late_caption WHERE lesson_id = ? AND language = ?"));
  return gone.bind(lesson, language).run();
}

Result<bool> SqliteLateCaptions::keep(const std::string& lesson, const std::string& language,
                                      const std::string& webvtt) {
  const std::scoped_lock lock(mutex_);
  CHALK_TRY_ASSIGN(Transaction transaction, Transaction::begin(database_));
  {
    CHALK_TRY_ASSIGN(Statement look,
                     database_.prepare("SELECT EXISTS (SELECT 1 FROM job WHERE lesson_id = ? AND kind = "
                                       "'transcode' AND state IN ('queued', 'running'))"));
    CHALK_TRY(look.bind(lesson).step());
    if (look.integer(0) == 0) return false;
  }
  CHALK_TRY(remove(database_, lesson, language));
  CHALK_TRY_ASSIGN(Statement insert,
                   database_.prepare("INSERT INTO late_caption (lesson_id, language, webvtt) VALUES (?, ?, ?)"));
  CHALK_TRY(insert.bind(lesson, language, webvtt).run());
  CHALK_TRY(transaction.commit());
  return true;
}

Result<std::vector<LateCaption>> SqliteLateCaptions::of(const std::string& lesson) {
  const std::scoped_lock lock(mutex_);
  CHALK_TRY_ASSIGN(Statement rows,
                   database_.prepare("SELECT id, language, webvtt FROM late_caption WHERE lesson_id = ? ORDER BY id"));
  rows.bind(lesson);
  std::vector<LateCaption> found;
  for (;;) {
    CHALK_TRY_ASSIGN(const Statement::Step step, rows.step());
    if (step == Statement::Step::kDone) return found;
    found.push_back({rows.integer(0), rows.text(1), rows.text(2)});
  }
}

Result<bool> SqliteLateCaptions::forget(const std::string& lesson, const std::string& language) {
  const std::scoped_lock lock(mutex_);
  CHALK_TRY(remove(database_, lesson, language));
  return database_.changes() > 0;
}

Result<void> take_out(Database& database, std::int64_t job, const JoinedCaptions& joined, std::int64_t now) {
  CHALK_TRY_ASSIGN(Statement look,
                   database.prepare("SELECT EXISTS (SELECT 1 FROM late_caption JOIN job USING (lesson_id) WHERE "
                                    "job.id = ? AND late_caption.id > ?)"));
  CHALK_TRY(look.bind(job, joined.seen).step());
  if (look.integer(0) != 0) return Error(Errc::kBusy, "captions came while the version was made");
  for (const std::int64_t id : joined.ids) {
    CHALK_TRY_ASSIGN(Statement gone, database.prepare("DELETE FROM late_caption WHERE id = ?"));
    CHALK_TRY(gone.bind(id).run());
  }
  if (joined.without.empty()) return {};
  CHALK_TRY_ASSIGN(Statement keep,
                   database.prepare("INSERT INTO lesson_version (lesson, version, published_ms) SELECT lesson.row, ?1, "
                                    "?2 FROM lesson JOIN job ON job.lesson_id = lesson.id WHERE job.id = ?3"));
  return keep.bind(joined.without, now, job).run();
}

}  // namespace chalkline::library::sqlite
