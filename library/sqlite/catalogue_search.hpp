// The full-text index of the catalogue, in SQLite's FTS5: lesson_words, a row for each lesson. Every writer of a lesson
// enters it in its own transaction.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "library/lesson_records.hpp"
#include "library/sqlite/database.hpp"

namespace chalkline::library::sqlite {

// Enters lessons, any number of them with the same statements.
class WordIndex {
 public:
  static Result<WordIndex> over(Database& database);
  // Reads what is said of the lesson and enters it anew.
  Result<void> enter(std::int64_t row);

 private:
  WordIndex(Statement look, Statement remove, Statement insert, Statement mark)
      : look_(std::move(look)), remove_(std::move(remove)), insert_(std::move(insert)), mark_(std::move(mark)) {}
  Statement look_, remove_, insert_, mark_;
};

// One of them.
Result<void> index_lesson(Database& database, std::int64_t row);

// Of a lesson that is going to be removed.
Result<void> forget_lesson(Database& database, std::int64_t row);

// Lessons that were never entered: those of a library that is older than the index. Called when a library is opened.
Result<void> index_missing(Database& database);

struct FoundRows {
  std::vector<std::int64_t> rows;  // best first
  bool more = false;
};
// As LessonRecords::search; `skip` are on the pages before.
Result<FoundRows> find_rows(Database& database, const std::string& text, const LessonFilter& filter, std::int64_t skip,
                            int limit);

// "state = 'published'" or what `filter` says, on table lesson, with values ?1 state, ?2 course, ?3 tag, ?4 language,
// ?8 a node above.
extern const char* const kFilterSql;
void bind_filter(Statement& statement, const LessonFilter& filter, std::int64_t fifth, std::int64_t sixth);

}  // namespace chalkline::library::sqlite
