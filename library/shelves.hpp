// The catalogue as learners walk through it: the courses in which there is something to see, their lessons in order, a
// page at a time, and what comes after a lesson. Drafts and withdrawn lessons are not there. An interface; SQLite
// stands behind it (library/sqlite/catalogue_shelves.hpp). Thread-safe; blocks (milliseconds).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "library/lesson_records.hpp"

namespace chalkline::library {

// A course outside the curriculum: the lessons whose free text names it. "": those that name none.
struct LooseCourse {
  std::string name;
  std::int64_t lessons = 0;
};

struct ShelfPart {
  std::vector<LessonRecord> lessons;
  std::int64_t total = 0;  // of all pages together
};

class Shelves {
 public:
  Shelves() = default;
  Shelves(const Shelves&) = delete;
  Shelves& operator=(const Shelves&) = delete;
  virtual ~Shelves() = default;
  // How many lessons each course of the curriculum has; those without any are left out.
  virtual Result<std::map<std::string, std::int64_t>> lesson_counts() = 0;
  virtual Result<std::vector<LooseCourse>> loose_courses() = 0;  // that of the newest lesson first
  // In the course's order; nothing for a course that is not there.
  virtual Result<ShelfPart> of_course(const std::string& course_id, std::int64_t skip, int limit) = 0;
  // In the order in which they came; of no course ("") the newest first.
  virtual Result<ShelfPart> of_loose_course(const std::string& name, std::int64_t skip, int limit) = 0;
  // The lessons of the course that a lesson is of, as of_course() and of_loose_course() have them, `limit` at most;
  // nothing for a lesson outside courses and for one that is not there.
  virtual Result<ShelfPart> beside(const std::string& lesson_id, int limit) = 0;
  // The next lesson of the same course that can be watched; none at its end, outside courses, and for a lesson that is
  // not there.
  virtual Result<std::optional<LessonRecord>> after(const std::string& lesson_id) = 0;
};

}  // namespace chalkline::library
