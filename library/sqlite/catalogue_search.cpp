// SQL of the index. The texts go in as library/search_text.hpp makes them, so that any script is found.
#include "library/sqlite/catalogue_search.hpp"

#include "library/search_text.hpp"

namespace chalkline::library::sqlite {

const char* const kFilterSql =
    "(?1 = '' OR lesson.state = ?1) AND (?2 = '' OR lesson.course_id = ?2) AND (?3 = '' OR EXISTS (SELECT 1 FROM "
    "lesson_tag WHERE lesson_tag.tag = ?3 AND lesson_tag.lesson = lesson.row)) AND (?4 = '' OR lesson.language = ?4) "
    "AND "
    "(?8 = '' OR lesson.course_id IN (WITH RECURSIVE below(id) AS (SELECT ?8 UNION SELECT node.id FROM curriculum_node "
    "AS node JOIN below ON node.parent = below.id) SELECT id FROM below))";

void bind_filter(Statement& statement, const LessonFilter& filter, std::int64_t fifth, std::int64_t sixth) {
  std::string state;
  if (!filter.hidden_too) state = name(LessonState::kPublished);
  if (filter.hidden_too && filter.state) state = name(*filter.state);
  statement.bind(state, filter.course_id, filter.tag, filter.language, fifth, sixth);
  statement.bind_one(8, filter.under);
}

Result<WordIndex> WordIndex::over(Database& database) {
  CHALK_TRY_ASSIGN(
      Statement look,
      database.prepare(
          "SELECT lesson.title || coalesce((SELECT group_concat(char(10) || text.title, '') FROM lesson_text AS text "
          "WHERE text.lesson = lesson.row), ''), lesson.description || char(10) || coalesce(node.title, lesson.course) "
          "|| "
          "coalesce((SELECT group_concat(char(10) || tag, '') FROM lesson_tag WHERE lesson_tag.lesson = lesson.row), "
          "'') || coalesce((SELECT group_concat(char(10) || text.description, '') FROM lesson_text AS text WHERE "
          "text.lesson = lesson.row), '') FROM lesson LEFT JOIN curriculum_node AS node ON node.id = lesson.course_id "
          "WHERE lesson.row = ?"));
  CHALK_TRY_ASSIGN(Statement remove, database.prepare("DELETE FROM lesson_words WHERE rowid = ?"));
  CHALK_TRY_ASSIGN(Statement insert,
                   database.prepare("INSERT INTO lesson_words (rowid, titles, rest) VALUES (?, ?, ?)"));
  CHALK_TRY_ASSIGN(Statement mark, database.prepare("UPDATE lesson SET indexed = 1 WHERE row = ?"));
  return WordIndex(std::move(look), std::move(remove), std::move(insert), std::move(mark));
}

Result<void> WordIndex::enter(std::int64_t row) {
  CHALK_TRY_ASSIGN(const Statement::Step step, look_.reset().bind(row).step());
  if (step == Statement::Step::kDone) return {};
  const std::string titles = search_text(look_.text(0));
  const std::string rest = search_text(look_.text(1));
  look_.reset();
  CHALK_TRY(remove_.reset().bind(row).run());
  CHALK_TRY(insert_.reset().bind(row, titles, rest).run());
  return mark_.reset().bind(row).run();
}

Result<void> index_lesson(Database& database, std::int64_t row) {
  CHALK_TRY_ASSIGN(WordIndex index, WordIndex::over(database));
  return index.enter(row);
}

Result<void> forget_lesson(Database& database, std::int64_t row) {
  CHALK_TRY_ASSIGN(Statement remove, database.prepare("DELETE FROM lesson_words WHERE rowid = ?"));
  return remove.bind(row).run();
}

Result<void> index_missing(Database& database) {
  CHALK_TRY_ASSIGN(Statement any, database.prepare("SELECT EXISTS (SELECT 1 FROM lesson WHERE indexed = 0)"));
  CHALK_TRY(any.step());
  if (any.integer(0) == 0) return {};
  any.reset();
  CHALK_TRY_ASSIGN(Transaction transaction, Transaction::begin(database));
  std::vector<std::int64_t> rows;
  {
    CHALK_TRY_ASSIGN(Statement missing, database.prepare("SELECT row FROM lesson WHERE indexed = 0"));
    for (;;) {
      CHALK_TRY_ASSIGN(const Statement::Step step, missing.step());
      if (step == Statement::Step::kDone) break;
      rows.push_back(missing.integer(0));
    }
  }
  {
    CHALK_TRY_ASSIGN(WordIndex index, WordIndex::over(database));
    for (const std::int64_t row : rows) CHALK_TRY(index.enter(row));
  }
  return transaction.commit();
}

Result<FoundRows> find_rows(Database& database, const std::string& text, const LessonFilter& filter, std::int64_t skip,
                            int limit) {
  FoundRows found;
  const std::string expression = search_expression(text);
  if (expression.empty()) return found;
  CHALK_TRY_ASSIGN(Statement rows,
                   database.prepare("SELECT lesson.row FROM lesson_words JOIN lesson ON lesson.row = "
                                    "lesson_words.rowid WHERE lesson_words MATCH ?7 AND " +
                                    std::string(kFilterSql) + " ORDER BY lesson_words.rank LIMIT ?5 OFFSET ?6"));
  bind_filter(rows, filter, limit + 1, skip);
  rows.bind_one(7, expression);
  for (;;) {
    CHALK_TRY_ASSIGN(const Statement::Step step, rows.step());
    if (step == Statement::Step::kDone) return found;
    if (static_cast<int>(found.rows.size()) == limit) {
      found.more = true;
      return found;
    }
    found.rows.push_back(rows.integer(0));
  }
}

}  // namespace chalkline::library::sqlite
