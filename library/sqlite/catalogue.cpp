// SQL of the catalogue.
#include "library/sqlite/catalogue.hpp"

#include <memory>
#include <utility>

#include "library/sqlite/catalogue_received.hpp"
#include "library/sqlite/catalogue_rows.hpp"
#include "library/sqlite/catalogue_search.hpp"
#include "library/sqlite/new_lesson.hpp"

namespace chalkline::library::sqlite {

static constexpr std::string_view kSelectLesson =
    "SELECT lesson.id, lesson.title, coalesce(node.title, lesson.course), lesson.language, lesson.version, "
    "lesson.created_ms, lesson.updated_ms, lesson.state FROM lesson LEFT JOIN curriculum_node AS node ON node.id = "
    "lesson.course_id ";

static Lesson lesson_of(const Statement& row) {
  Lesson lesson;
  lesson.id = row.text(0);
  lesson.title = row.text(1);
  lesson.course = row.text(2);
  lesson.language = row.text(3);
  lesson.version = row.optional_text(4);
  lesson.created_ms = row.integer(5);
  lesson.updated_ms = row.integer(6);
  lesson.state = lesson_state_named(row.text(7)).value_or(LessonState::kDraft);
  return lesson;
}

Result<Lesson> SqliteCatalogue::create(const NewLesson& lesson) {
  const std::scoped_lock lock(mutex_);
  CHALK_TRY_ASSIGN(Transaction transaction, Transaction::begin(database_));
  CHALK_TRY_ASSIGN(Lesson made, insert_lesson(database_, lesson, clock_()));
  CHALK_TRY(transaction.commit());
  return made;
}

Result<Lesson> SqliteCatalogue::find(const std::string& id) {
  const std::scoped_lock lock(mutex_);
  CHALK_TRY_ASSIGN(Statement statement, database_.prepare(std::string(kSelectLesson) + "WHERE lesson.id = ?"));
  CHALK_TRY_ASSIGN(const Statement::Step step, statement.bind(id).step());
  if (step == Statement::Step::kDone)
    return Error(Errc::kNotFound, "there is no lesson " + id, "check its id in the list of lessons");
  return lesson_of(statement);
}

Result<void> SqliteCatalogue::remove_unpublished(const std::string& id) {
  const std::scoped_lock lock(mutex_);
  CHALK_TRY_ASSIGN(Transaction transaction, Transaction::begin(database_));
  std::optional<std::int64_t> row;
  {
    CHALK_TRY_ASSIGN(
        Statement remove,
        database_.prepare("DELETE FROM lesson WHERE id = ?1 AND version IS NULL AND NOT EXISTS (SELECT 1 FROM "
                          "job WHERE lesson_id = ?1 AND state = 'running') RETURNING row"));
    CHALK_TRY_ASSIGN(Statement::Step step, remove.bind(id).step());
    while (step == Statement::Step::kRow) {
      row = remove.integer(0);
      CHALK_TRY_ASSIGN(step, remove.step());
    }
  }
  if (row) {
    CHALK_TRY(forget_lesson(database_, *row));
    return transaction.commit();
  }
  CHALK_TRY_ASSIGN(const bool exists, is_id_taken(database_, "lesson", id));
  if (!exists) return Error(Errc::kNotFound, "there is no lesson " + id);
  return Error(Errc::kBusy, "lesson " + id + " is published or being transcoded");
}

Result<Received> SqliteCatalogue::receive(const Lesson& lesson, const std::string& origin) {
  const std::scoped_lock lock(mutex_);
  CHALK_TRY_ASSIGN(Transaction transaction, Transaction::begin(database_));
  CHALK_TRY_ASSIGN(
      Statement look,
      database_.prepare("SELECT origin, version, updated_ms, title, course, language FROM lesson WHERE id = ?"));
  CHALK_TRY_ASSIGN(const Statement::Step step, look.bind(lesson.id).step());
  if (step == Statement::Step::kRow) {
    const bool same_words =
        look.text(3) == lesson.title && look.text(4) == lesson.course && look.text(5) == lesson.language;
    const bool ours = look.text(0).empty();
    if (look.optional_text(1) == lesson.version && (ours || same_words)) return Received::kSame;
    if (ours)
      return Error(Errc::kAlreadyExists, "a lesson " + lesson.id + " was made here, and stays",
                   "unpack into another library");
    if (look.integer(2) > lesson.updated_ms) return Received::kOlder;
  }
  CHALK_TRY_ASSIGN(
      Statement insert,
      database_.prepare(
          "INSERT INTO lesson (id, title, course, language, version, origin, created_ms, updated_ms, heard_ms) VALUES "
          "(?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET title = excluded.title, course = "
          "excluded.course, language = excluded.language, version = excluded.version, origin = excluded.origin, "
          "updated_ms = excluded.updated_ms, heard_ms = excluded.heard_ms + (excluded.heard_ms = lesson.heard_ms)"));
  CHALK_TRY(insert
                .bind(lesson.id, lesson.title, lesson.course, lesson.language, lesson.version.value_or(""), origin,
                      lesson.created_ms, lesson.updated_ms, clock_())
                .run());
  CHALK_TRY_ASSIGN(Statement row, database_.prepare("SELECT row FROM lesson WHERE id = ?"));
  CHALK_TRY(row.bind(lesson.id).step());
  CHALK_TRY(index_lesson(database_, row.integer(0)));
  CHALK_TRY(transaction.commit());
  return Received::kTaken;
}

// By a connection of its own: it takes long, and the pages are asked for meanwhile.
Result<ReceivedList> SqliteCatalogue::receive_list(const LessonList& list, const std::string& origin) {
  CHALK_TRY_ASSIGN(Database own, Database::open(database_.path()));
  return sqlite::receive_list(std::make_shared<Store>(std::move(own), clock_), list, origin);
}

Result<std::vector<Lesson>> SqliteCatalogue::list() {
  const std::scoped_lock lock(mutex_);
  CHALK_TRY_ASSIGN(Statement statement, database_.prepare(std::string(kSelectLesson) + "ORDER BY lesson.row DESC"));
  std::vector<Lesson> lessons;
  for (;;) {
    CHALK_TRY_ASSIGN(const Statement::Step step, statement.step());
    if (step == Statement::Step::kDone) return lessons;
    lessons.push_back(lesson_of(statement));
  }
}

}  // namespace chalkline::library::sqlite
