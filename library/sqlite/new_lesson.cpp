// The first id of its title's that is free.
#include "library/sqlite/new_lesson.hpp"

#include "library/sqlite/catalogue_rows.hpp"

namespace chalkline::library::sqlite {

Result<Lesson> insert_lesson(Database& database, const NewLesson& lesson, std::int64_t now_ms) {
  if (lesson.title.empty())
    return Error(Errc::kInvalidArgument, "cannot create a lesson without a title", "give it one");
  Lesson made;
  CHALK_TRY_ASSIGN(made.id, free_id(database, "lesson", lesson.title));
  LessonDetails details;
  details.title = made.title = lesson.title;
  details.course = made.course = lesson.course;
  details.language = made.language = lesson.language;
  details.state = made.state = lesson.state;
  made.created_ms = made.updated_ms = now_ms;
  CHALK_TRY_ASSIGN(LessonWriter writer, LessonWriter::over(database));
  CHALK_TRY(writer.insert(made.id, details, now_ms));
  return made;
}

}  // namespace chalkline::library::sqlite
