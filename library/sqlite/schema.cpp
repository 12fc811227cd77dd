// Migrations, oldest first. A step that was released is never edited: a change is a new step at the end.
#include "library/sqlite/schema.hpp"

#include <array>
#include <string>

namespace chalkline::library::sqlite {

static constexpr std::array kSteps = {
    R"sql(
CREATE TABLE lesson (
  row INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE CHECK (length(id) BETWEEN 1 AND 64),
  title TEXT NOT NULL,
  course TEXT NOT NULL,
  language TEXT NOT NULL,
  version TEXT CHECK (version IS NULL OR length(version) = 64),
  created_ms INTEGER NOT NULL,
  updated_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE job (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  lesson_id TEXT NOT NULL REFERENCES lesson(id) ON DELETE CASCADE,
  source TEXT NOT NULL,
  source_name TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'published', 'failed', 'cancelled')),
  fraction REAL NOT NULL DEFAULT 0,
  seconds_left REAL NOT NULL DEFAULT -1,
  tries INTEGER NOT NULL DEFAULT 0,
  max_tries INTEGER NOT NULL CHECK (max_tries >= 1),
  worker TEXT NOT NULL DEFAULT '',
  lease_until_ms INTEGER NOT NULL DEFAULT 0,
  failure TEXT NOT NULL DEFAULT '',
  created_ms INTEGER NOT NULL,
  updated_ms INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX job_open ON job(lesson_id) WHERE state IN ('queued', 'running');
CREATE INDEX job_by_state ON job(state, id);

CREATE TABLE job_caption (
  job_id INTEGER NOT NULL REFERENCES job(id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  path TEXT NOT NULL,
  language TEXT NOT NULL,
  PRIMARY KEY (job_id, position)
) STRICT, WITHOUT ROWID;
)sql",
    R"sql(
ALTER TABLE job ADD COLUMN kind TEXT NOT NULL DEFAULT 'transcode' CHECK (kind IN ('transcode', 'improve'));
ALTER TABLE job ADD COLUMN base TEXT NOT NULL DEFAULT '';
)sql",
    R"sql(
ALTER TABLE lesson ADD COLUMN origin TEXT NOT NULL DEFAULT '';
)sql",
};

int schema_version() { return static_cast<int>(kSteps.size()); }

static Result<int> version_of(Database& database) {
  CHALK_TRY_ASSIGN(Statement statement, database.prepare("PRAGMA user_version"));
  CHALK_TRY(statement.step());
  return static_cast<int>(statement.integer(0));
}

Result<void> migrate(Database& database) {
  CHALK_TRY_ASSIGN(const int found, version_of(database));
  if (found > schema_version())
    return Error(Errc::kBadConfig,
                 "cannot use this library: its schema is version " + std::to_string(found) +
                     " and this chalkline knows " + std::to_string(schema_version()),
                 "upgrade chalkline");
  for (int step = found; step < schema_version(); ++step) {
    CHALK_TRY_ASSIGN(Transaction transaction, Transaction::begin(database));
    CHALK_TRY(database.execute(kSteps[static_cast<std::size_t>(step)]));
    CHALK_TRY(database.execute("PRAGMA user_version=" + std::to_string(step + 1)));
    CHALK_TRY(transaction.commit());
  }
  return {};
}

}  // namespace chalkline::library::sqlite
