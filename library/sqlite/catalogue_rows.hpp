// A lesson between its tables and a LessonRecord: reading some, writing any number with the same statements. Used by
// the catalogue's parts inside their transactions; whoever calls holds the store's lock.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "library/lesson_records.hpp"
#include "library/sqlite/catalogue_search.hpp"
#include "library/sqlite/database.hpp"

namespace chalkline::library::sqlite {

// "SELECT ... FROM lesson LEFT JOIN ... ", to which a WHERE on table lesson is added.
extern const char* const kSelectRecords;

// All rows of a statement that began with kSelectRecords, with what stands in the other tables.
Result<std::vector<LessonRecord>> read_records(Database& database, Statement& rows);

Result<LessonRecord> read_record(Database& database, const std::string& id);  // kNotFound

// The first id made of `title` that no row of `table` (lesson, curriculum_node) has.
Result<std::string> free_id(Database& database, std::string_view table, std::string_view title);
Result<bool> is_id_taken(Database& database, std::string_view table, const std::string& id);

class LessonWriter {
 public:
  static Result<LessonWriter> over(Database& database);
  // The row. The id is free and the details are checked; kInvalidArgument where the course is none.
  Result<std::int64_t> insert(const std::string& id, const LessonDetails& details, std::int64_t now);
  // Moves the revision on.
  Result<void> update(std::int64_t row, const LessonDetails& details, std::int64_t now);

 private:
  struct Statements {
    Statement course, insert, update, forget_texts, add_text, forget_tags, add_tag, forget_attachments, add_attachment;
  };
  LessonWriter(Database& database, Statements statements, WordIndex index)
      : database_(&database), statements_(std::move(statements)), index_(std::move(index)) {}
  Result<void> check_course(const std::string& course_id);
  Result<void> write_sides(std::int64_t row, const LessonDetails& details);

  Database* database_;
  Statements statements_;
  WordIndex index_;
};

}  // namespace chalkline::library::sqlite
