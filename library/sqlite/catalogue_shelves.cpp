// SQL of the shelves. Every query says itself that learners see published lessons only.
#include "library/sqlite/catalogue_shelves.hpp"

#include "library/sqlite/catalogue_rows.hpp"

namespace chalkline::library::sqlite {

namespace {

constexpr const char* kOfCourse = "lesson.state = 'published' AND lesson.course_id = ?1";
constexpr const char* kOfLooseCourse = "lesson.state = 'published' AND lesson.course_id IS NULL AND lesson.course = ?1";

Result<ShelfPart> part_of(Store& store, const std::string& where, const std::string& order, const std::string& key,
                          std::int64_t skip, int limit) {
  const std::scoped_lock lock(store.mutex);
  ShelfPart part;
  CHALK_TRY_ASSIGN(Statement count, store.database.prepare("SELECT count(*) FROM lesson WHERE " + where));
  CHALK_TRY(count.bind(key).step());
  part.total = count.integer(0);
  CHALK_TRY_ASSIGN(Statement rows, store.database.prepare(std::string(kSelectRecords) + "WHERE " + where +
                                                          " ORDER BY " + order + " LIMIT ?2 OFFSET ?3"));
  rows.bind(key, limit, skip);
  CHALK_TRY_ASSIGN(part.lessons, read_records(store.database, rows));
  return part;
}

}  // namespace

Result<std::map<std::string, std::int64_t>> SqliteShelves::lesson_counts() {
  const std::scoped_lock lock(store_->mutex);
  CHALK_TRY_ASSIGN(Statement rows,
                   store_->database.prepare("SELECT course_id, count(*) FROM lesson WHERE state = 'published' AND "
                                            "course_id IS NOT NULL GROUP BY course_id"));
  std::map<std::string, std::int64_t> counts;
  for (;;) {
    CHALK_TRY_ASSIGN(const Statement::Step step, rows.step());
    if (step == Statement::Step::kDone) return counts;
    counts.emplace(rows.text(0), rows.integer(1));
  }
}

Result<std::vector<LooseCourse>> SqliteShelves::loose_courses() {
  const std::scoped_lock lock(store_->mutex);
  CHALK_TRY_ASSIGN(Statement rows,
                   store_->database.prepare("SELECT course, count(*) FROM lesson WHERE state = 'published' AND "
                                            "course_id IS NULL GROUP BY course ORDER BY max(row) DESC"));
  std::vector<LooseCourse> courses;
  for (;;) {
    CHALK_TRY_ASSIGN(const Statement::Step step, rows.step());
    if (step == Statement::Step::kDone) return courses;
    courses.push_back({rows.text(0), rows.integer(1)});
  }
}

Result<ShelfPart> SqliteShelves::of_course(const std::string& course_id, std::int64_t skip, int limit) {
  return part_of(*store_, kOfCourse, "lesson.position, lesson.row", course_id, skip, limit);
}

Result<ShelfPart> SqliteShelves::of_loose_course(const std::string& name, std::int64_t skip, int limit) {
  return part_of(*store_, kOfLooseCourse, name.empty() ? "lesson.row DESC" : "lesson.row", name, skip, limit);
}

Result<ShelfPart> SqliteShelves::beside(const std::string& lesson_id, int limit) {
  const std::scoped_lock lock(store_->mutex);
  const auto here = read_record(store_->database, lesson_id);
  if (!here && here.error().code != Errc::kNotFound) return here.error();
  if (!here || (here->details.course_id.empty() && here->details.course.empty())) return ShelfPart();
  if (here->details.course_id.empty()) return of_loose_course(here->details.course, 0, limit);
  return of_course(here->details.course_id, 0, limit);
}

Result<std::optional<LessonRecord>> SqliteShelves::after(const std::string& lesson_id) {
  const std::scoped_lock lock(store_->mutex);
  const auto here = read_record(store_->database, lesson_id);
  if (!here && here.error().code == Errc::kNotFound) return std::optional<LessonRecord>();
  if (!here) return here.error();
  const LessonDetails& details = here->details;
  const bool loose = details.course_id.empty();
  if (loose && details.course.empty()) return std::optional<LessonRecord>();
  CHALK_TRY_ASSIGN(
      Statement rows,
      store_->database.prepare(std::string(kSelectRecords) + "WHERE " + (loose ? kOfLooseCourse : kOfCourse) +
                               " AND lesson.version IS NOT NULL AND (?2, ?3) < (" + (loose ? "0" : "lesson.position") +
                               ", lesson.row) ORDER BY " + (loose ? "" : "lesson.position, ") + "lesson.row LIMIT 1"));
  rows.bind(loose ? details.course : details.course_id, loose ? std::int64_t{0} : details.position, here->row);
  CHALK_TRY_ASSIGN(std::vector<LessonRecord> found, read_records(store_->database, rows));
  if (found.empty()) return std::optional<LessonRecord>();
  return std::optional<LessonRecord>(std::move(found.front()));
}

}  // namespace chalkline::library::sqlite
