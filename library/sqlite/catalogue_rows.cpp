// SQL of one lesson. Side tables are written anew as a whole: they are short, and what is left is what was given.
#include "library/sqlite/catalogue_rows.hpp"

#include "library/lesson_id.hpp"

namespace chalkline::library::sqlite {

const char* const kSelectRecords =
    "SELECT lesson.row, lesson.id, lesson.title, lesson.description, lesson.language, lesson.course, lesson.course_id, "
    "lesson.position, lesson.state, lesson.licence, lesson.version, lesson.revision, lesson.created_ms, "
    "lesson.updated_ms, node.title FROM lesson LEFT JOIN curriculum_node AS node ON node.id = lesson.course_id ";

static LessonRecord record_of(const Statement& row) {
  LessonRecord record;
  record.row = row.integer(0);
  record.id = row.text(1);
  record.details.title = row.text(2);
  record.details.description = row.text(3);
  record.details.language = row.text(4);
  record.details.course = row.text(5);
  record.details.course_id = row.text(6);
  record.details.position = row.integer(7);
  record.details.state = lesson_state_named(row.text(8)).value_or(LessonState::kDraft);
  record.details.licence = row.text(9);
  record.version = row.optional_text(10);
  record.revision = row.integer(11);
  record.created_ms = row.integer(12);
  record.updated_ms = row.integer(13);
  record.course_title = row.text(14);
  return record;
}

// Calls `take` for each row of `statement` for the lesson.
template <class Take>
static Result<void> each_row(Statement& statement, std::int64_t lesson, const Take& take) {
  statement.reset().bind(lesson);
  for (;;) {
    CHALK_TRY_ASSIGN(const Statement::Step step, statement.step());
    if (step == Statement::Step::kDone) return {};
    take(statement);
  }
}

static Result<void> read_sides(Database& database, std::vector<LessonRecord>& records) {
  CHALK_TRY_ASSIGN(
      Statement texts,
      database.prepare("SELECT language, title, description FROM lesson_text WHERE lesson = ? ORDER BY language"));
  CHALK_TRY_ASSIGN(Statement tags, database.prepare("SELECT tag FROM lesson_tag WHERE lesson = ? ORDER BY tag"));
  CHALK_TRY_ASSIGN(Statement attachments,
                   database.prepare("SELECT name, media_type, sha256, bytes FROM lesson_attachment WHERE lesson = ? "
                                    "ORDER BY place"));
  for (LessonRecord& record : records) {
    LessonDetails& details = record.details;
    CHALK_TRY(each_row(texts, record.row, [&details](const Statement& row) {
      details.texts.push_back({row.text(0), row.text(1), row.text(2)});
    }));
    CHALK_TRY(each_row(tags, record.row, [&details](const Statement& row) { details.tags.push_back(row.text(0)); }));
    CHALK_TRY(each_row(attachments, record.row, [&details](const Statement& row) {
      details.attachments.push_back({row.text(0), row.text(1), row.text(2), row.integer(3)});
    }));
  }
  return {};
}

Result<std::vector<LessonRecord>> read_records(Database& database, Statement& rows) {
  std::vector<LessonRecord> records;
  for (;;) {
    CHALK_TRY_ASSIGN(const Statement::Step step, rows.step());
    if (step == Statement::Step::kDone) break;
    records.push_back(record_of(rows));
  }
  CHALK_TRY(read_sides(database, records));
  return records;
}

Result<LessonRecord> read_record(Database& database, const std::string& id) {
  CHALK_TRY_ASSIGN(Statement rows, database.prepare(std::string(kSelectRecords) + "WHERE lesson.id = ?"));
  rows.bind(id);
  CHALK_TRY_ASSIGN(std::vector<LessonRecord> found, read_records(database, rows));
  if (found.empty()) return Error(Errc::kNotFound, "there is no lesson " + id, "check its id in the list of lessons");
  return std::move(found.front());
}

Result<bool> is_id_taken(Database& database, std::string_view table, const std::string& id) {
  CHALK_TRY_ASSIGN(Statement look, database.prepare("SELECT 1 FROM " + std::string(table) + " WHERE id = ?"));
  CHALK_TRY_ASSIGN(const Statement::Step step, look.bind(id).step());
  return step == Statement::Step::kRow;
}

Result<std::string> free_id(Database& database, std::string_view table, std::string_view title) {
  CHALK_TRY_ASSIGN(Statement look, database.prepare("SELECT 1 FROM " + std::string(table) + " WHERE id = ?"));
  const std::string wanted = lesson_id_from_title(title);
  for (int n = 1;; ++n) {
    std::string id = numbered_lesson_id(wanted, n);
    CHALK_TRY_ASSIGN(const Statement::Step step, look.reset().bind(id).step());
    if (step == Statement::Step::kDone) return id;
  }
}

Result<LessonWriter> LessonWriter::over(Database& database) {
  CHALK_TRY_ASSIGN(Statement course,
                   database.prepare("SELECT 1 FROM curriculum_node WHERE id = ? AND kind = 'course'"));
  CHALK_TRY_ASSIGN(
      Statement insert,
      database.prepare("INSERT INTO lesson (id, title, description, language, course, course_id, position, state, "
                       "licence, created_ms, updated_ms) VALUES (?1, ?2, ?3, ?4, ?5, nullif(?6, ''), ?7, ?8, ?9, ?10, "
                       "?10)"));
  CHALK_TRY_ASSIGN(
      Statement update,
      database.prepare("UPDATE lesson SET title = ?2, description = ?3, language = ?4, course = ?5, course_id = "
                       "nullif(?6, ''), position = ?7, state = ?8, licence = ?9, updated_ms = ?10, revision = revision "
                       "+ 1 WHERE row = ?1"));
  CHALK_TRY_ASSIGN(Statement forget_texts, database.prepare("DELETE FROM lesson_text WHERE lesson = ?"));
  CHALK_TRY_ASSIGN(Statement add_text, database.prepare("INSERT INTO lesson_text (lesson, language, title, "
                                                        "description) VALUES (?, ?, ?, ?)"));
  CHALK_TRY_ASSIGN(Statement forget_tags, database.prepare("DELETE FROM lesson_tag WHERE lesson = ?"));
  CHALK_TRY_ASSIGN(Statement add_tag, database.prepare("INSERT INTO lesson_tag (lesson, tag) VALUES (?, ?)"));
  CHALK_TRY_ASSIGN(Statement forget_attachments, database.prepare("DELETE FROM lesson_attachment WHERE lesson = ?"));
  CHALK_TRY_ASSIGN(Statement add_attachment,
                   database.prepare("INSERT INTO lesson_attachment (lesson, place, name, media_type, sha256, bytes) "
                                    "VALUES (?, ?, ?, ?, ?, ?)"));
  CHALK_TRY_ASSIGN(WordIndex index, WordIndex::over(database));
  Statements statements{
      std::move(course),        std::move(insert),      std::move(update),  std::move(forget_texts),
      std::move(add_text),      std::move(forget_tags), std::move(add_tag), std::move(forget_attachments),
      std::move(add_attachment)};
  return LessonWriter(database, std::move(statements), std::move(index));
}

Result<void> LessonWriter::check_course(const std::string& course_id) {
  if (course_id.empty()) return {};
  CHALK_TRY_ASSIGN(const Statement::Step step, statements_.course.reset().bind(course_id).step());
  if (step == Statement::Step::kRow) return {};
  return Error(Errc::kInvalidArgument, "there is no course " + course_id, "make it in the curriculum first");
}

Result<std::int64_t> LessonWriter::insert(const std::string& id, const LessonDetails& details, std::int64_t now) {
  CHALK_TRY(check_course(details.course_id));
  CHALK_TRY(statements_.insert.reset()
                .bind(id, details.title, details.description, details.language, details.course, details.course_id,
                      details.position, name(details.state), details.licence, now)
                .run());
  const std::int64_t row = database_->last_row_id();
  CHALK_TRY(write_sides(row, details));
  return row;
}

Result<void> LessonWriter::update(std::int64_t row, const LessonDetails& details, std::int64_t now) {
  CHALK_TRY(check_course(details.course_id));
  CHALK_TRY(statements_.update.reset()
                .bind(row, details.title, details.description, details.language, details.course, details.course_id,
                      details.position, name(details.state), details.licence, now)
                .run());
  CHALK_TRY(statements_.forget_texts.reset().bind(row).run());
  CHALK_TRY(statements_.forget_tags.reset().bind(row).run());
  CHALK_TRY(statements_.forget_attachments.reset().bind(row).run());
  return write_sides(row, details);
}

Result<void> LessonWriter::write_sides(std::int64_t row, const LessonDetails& details) {
  for (const Translation& text : details.texts)
    CHALK_TRY(statements_.add_text.reset().bind(row, text.language, text.title, text.description).run());
  for (const std::string& tag : details.tags) CHALK_TRY(statements_.add_tag.reset().bind(row, tag).run());
  int place = 0;
  for (const Attachment& one : details.attachments)
    CHALK_TRY(
        statements_.add_attachment.reset().bind(row, place++, one.name, one.media_type, one.sha256, one.bytes).run());
  return index_.enter(row);
}

}  // namespace chalkline::library::sqlite
