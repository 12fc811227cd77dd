// Migrations, oldest first. A step that was released is never edited: a change is a new step at the end, so that this
// is over 400 lines.
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
    R"sql(
CREATE TABLE access_token (
  row INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  label TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('reader', 'editor', 'operator', 'admin')),
  hash TEXT NOT NULL UNIQUE CHECK (length(hash) = 64),
  created_ms INTEGER NOT NULL,
  expires_ms INTEGER NOT NULL,
  last_used_ms INTEGER NOT NULL DEFAULT 0
) STRICT;
)sql",
    R"sql(
CREATE TABLE curriculum_node (
  row INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE CHECK (length(id) BETWEEN 1 AND 64),
  kind TEXT NOT NULL CHECK (kind IN ('country', 'grade', 'subject', 'course')),
  parent TEXT REFERENCES curriculum_node(id),
  title TEXT NOT NULL,
  description TEXT NOT NULL,
  language TEXT NOT NULL,
  position INTEGER NOT NULL,
  revision INTEGER NOT NULL DEFAULT 1,
  created_ms INTEGER NOT NULL,
  updated_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX curriculum_node_by_parent ON curriculum_node(parent, position, row);

CREATE TABLE curriculum_text (
  node INTEGER NOT NULL REFERENCES curriculum_node(row) ON DELETE CASCADE,
  language TEXT NOT NULL,
  title TEXT NOT NULL,
  description TEXT NOT NULL,
  PRIMARY KEY (node, language)
) STRICT, WITHOUT ROWID;

ALTER TABLE lesson ADD COLUMN state TEXT NOT NULL DEFAULT 'published'
  CHECK (state IN ('draft', 'published', 'withdrawn'));
ALTER TABLE lesson ADD COLUMN description TEXT NOT NULL DEFAULT '';
ALTER TABLE lesson ADD COLUMN licence TEXT NOT NULL DEFAULT '';
ALTER TABLE lesson ADD COLUMN course_id TEXT REFERENCES curriculum_node(id);
ALTER TABLE lesson ADD COLUMN position INTEGER NOT NULL DEFAULT 0;
ALTER TABLE lesson ADD COLUMN revision INTEGER NOT NULL DEFAULT 1;
ALTER TABLE lesson ADD COLUMN indexed INTEGER NOT NULL DEFAULT 0;
CREATE INDEX lesson_by_course ON lesson(course_id, position, row) WHERE course_id IS NOT NULL;
CREATE INDEX lesson_by_state ON lesson(state, row);
CREATE INDEX lesson_not_indexed ON lesson(row) WHERE indexed = 0;

CREATE TABLE lesson_text (
  lesson INTEGER NOT NULL REFERENCES lesson(row) ON DELETE CASCADE,
  language TEXT NOT NULL,
  title TEXT NOT NULL,
  description TEXT NOT NULL,
  PRIMARY KEY (lesson, language)
) STRICT, WITHOUT ROWID;

CREATE TABLE lesson_tag (
  lesson INTEGER NOT NULL REFERENCES lesson(row) ON DELETE CASCADE,
  tag TEXT NOT NULL,
  PRIMARY KEY (lesson, tag)
) STRICT, WITHOUT ROWID;
CREATE INDEX lesson_by_tag ON lesson_tag(tag, lesson);

CREATE TABLE lesson_attachment (
  lesson INTEGER NOT NULL REFERENCES lesson(row) ON DELETE CASCADE,
  place INTEGER NOT NULL,
  name TEXT NOT NULL,
  media_type TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  PRIMARY KEY (lesson, place),
  UNIQUE (lesson, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE lesson_version (
  row INTEGER PRIMARY KEY AUTOINCREMENT,
  lesson INTEGER NOT NULL REFERENCES lesson(row) ON DELETE CASCADE,
  version TEXT NOT NULL CHECK (length(version) = 64),
  published_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX lesson_version_by_lesson ON lesson_version(lesson, row);
INSERT INTO lesson_version (lesson, version, published_ms)
  SELECT row, version, updated_ms FROM lesson WHERE version IS NOT NULL ORDER BY updated_ms;

-- Whoever points a lesson at another version, the history has it.
CREATE TRIGGER lesson_version_kept AFTER UPDATE OF version ON lesson
WHEN NEW.version IS NOT NULL AND NEW.version IS NOT OLD.version
BEGIN
  INSERT INTO lesson_version (lesson, version, published_ms) VALUES (NEW.row, NEW.version, NEW.updated_ms);
  UPDATE lesson SET revision = revision + 1 WHERE row = NEW.row;
END;

CREATE TRIGGER lesson_version_came AFTER INSERT ON lesson WHEN NEW.version IS NOT NULL
BEGIN
  INSERT INTO lesson_version (lesson, version, published_ms) VALUES (NEW.row, NEW.version, NEW.updated_ms);
END;

CREATE VIRTUAL TABLE lesson_words USING fts5(
  titles, rest, prefix = '2 3', tokenize = "unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'");
INSERT INTO lesson_words (lesson_words, rank) VALUES ('rank', 'bm25(8.0, 1.0)');

CREATE TABLE audit (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at_ms INTEGER NOT NULL,
  who TEXT NOT NULL,
  remote TEXT NOT NULL,
  action TEXT NOT NULL,
  subject TEXT NOT NULL,
  before TEXT NOT NULL,
  after TEXT NOT NULL
) STRICT;

CREATE TABLE kept_reply (
  scope TEXT NOT NULL,
  key TEXT NOT NULL,
  request TEXT NOT NULL,
  status INTEGER NOT NULL,
  content_type TEXT NOT NULL,
  fields TEXT NOT NULL,
  body TEXT NOT NULL,
  created_ms INTEGER NOT NULL,
  PRIMARY KEY (scope, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX kept_reply_by_age ON kept_reply(created_ms);

ALTER TABLE job ADD COLUMN priority INTEGER NOT NULL DEFAULT 0 CHECK (priority BETWEEN -100 AND 100);
)sql",
    R"sql(
CREATE TABLE upload (
  id TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 32),
  kind TEXT NOT NULL CHECK (kind IN ('whole', 'partial', 'joined', 'direct')),
  state TEXT NOT NULL CHECK (state IN ('open', 'finishing', 'done', 'expired')),
  length INTEGER NOT NULL CHECK (length >= -1),
  vouched INTEGER NOT NULL CHECK (vouched >= -1),
  metadata TEXT NOT NULL,
  parts TEXT NOT NULL,
  owner TEXT NOT NULL,
  sha256 TEXT NOT NULL DEFAULT '',
  lesson_id TEXT NOT NULL DEFAULT '',
  duplicate INTEGER NOT NULL DEFAULT 0,
  created_ms INTEGER NOT NULL,
  updated_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX upload_unfinished ON upload(created_ms) WHERE state IN ('open', 'finishing');
CREATE INDEX upload_by_sha256 ON upload(sha256) WHERE sha256 <> '';
CREATE INDEX upload_by_parts ON upload(parts) WHERE parts <> '';
)sql",
    R"sql(
CREATE TABLE user (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE,
  role TEXT NOT NULL CHECK (role IN ('reader', 'editor', 'operator', 'admin')),
  password TEXT NOT NULL,
  created_ms INTEGER NOT NULL,
  signed_in_ms INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE browser_session (
  hash TEXT NOT NULL PRIMARY KEY CHECK (length(hash) = 64),
  user INTEGER NOT NULL REFERENCES user(id) ON DELETE CASCADE,
  created_ms INTEGER NOT NULL,
  used_ms INTEGER NOT NULL,
  expires_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX browser_session_by_user ON browser_session(user);

CREATE INDEX job_by_update ON job(updated_ms);
ALTER TABLE job ADD COLUMN stage TEXT NOT NULL DEFAULT '';
ALTER TABLE job ADD COLUMN rungs TEXT NOT NULL DEFAULT '';
)sql",
    R"sql(
CREATE TABLE hook (
  row INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  url TEXT NOT NULL,
  secret TEXT NOT NULL,
  events TEXT NOT NULL DEFAULT '',
  configured INTEGER NOT NULL,
  enabled INTEGER NOT NULL DEFAULT 1,
  created_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE hook_event (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  uid TEXT NOT NULL DEFAULT (lower(hex(randomblob(16)))),
  type TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  lesson_id TEXT NOT NULL,
  version TEXT NOT NULL DEFAULT '',
  job INTEGER NOT NULL DEFAULT 0,
  failure TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX hook_event_by_age ON hook_event(at_ms);

CREATE TABLE hook_delivery (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  event INTEGER NOT NULL REFERENCES hook_event(id) ON DELETE CASCADE,
  hook INTEGER NOT NULL REFERENCES hook(row) ON DELETE CASCADE,
  state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sending', 'delivered', 'given_up')),
  tries INTEGER NOT NULL DEFAULT 0,
  next_ms INTEGER NOT NULL,
  status INTEGER NOT NULL DEFAULT 0,
  problem TEXT NOT NULL DEFAULT '',
  updated_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX hook_delivery_due ON hook_delivery(next_ms) WHERE state IN ('waiting', 'sending');
CREATE INDEX hook_delivery_under_way ON hook_delivery(hook) WHERE state = 'sending';
CREATE INDEX hook_delivery_by_hook ON hook_delivery(hook, id);
CREATE INDEX hook_delivery_by_event ON hook_delivery(event);

-- Whoever publishes, withdraws or fails, its hooks are told: the event is part of the same transaction.
CREATE TRIGGER hook_event_goes_out AFTER INSERT ON hook_event
BEGIN
  INSERT INTO hook_delivery (event, hook, next_ms, updated_ms)
    SELECT NEW.id, row, NEW.at_ms, NEW.at_ms FROM hook
    WHERE enabled = 1 AND (events = '' OR instr(',' || events || ',', ',' || NEW.type || ',') > 0);
END;

CREATE TRIGGER hook_lesson_changed AFTER UPDATE OF version, state ON lesson
WHEN NEW.version IS NOT NULL AND (NEW.version IS NOT OLD.version OR NEW.state <> OLD.state)
  AND 'published' IN (NEW.state, OLD.state) AND EXISTS (SELECT 1 FROM hook)
BEGIN
  INSERT INTO hook_event (type, at_ms, lesson_id, version)
    SELECT CASE NEW.state WHEN 'published' THEN 'lesson.published' ELSE 'lesson.withdrawn' END, NEW.updated_ms, NEW.id,
      CASE NEW.state WHEN 'published' THEN NEW.version ELSE '' END;
END;

CREATE TRIGGER hook_draft_ready AFTER UPDATE OF version ON lesson
WHEN NEW.version IS NOT NULL AND NEW.version IS NOT OLD.version AND NEW.state = 'draft' AND OLD.state <> 'published'
  AND EXISTS (SELECT 1 FROM hook)
BEGIN
  INSERT INTO hook_event (type, at_ms, lesson_id, version) VALUES ('lesson.ready', NEW.updated_ms, NEW.id, NEW.version);
END;

CREATE TRIGGER hook_lesson_came AFTER INSERT ON lesson
WHEN NEW.version IS NOT NULL AND NEW.state = 'published' AND EXISTS (SELECT 1 FROM hook)
BEGIN
  INSERT INTO hook_event (type, at_ms, lesson_id, version)
    VALUES ('lesson.published', NEW.updated_ms, NEW.id, NEW.version);
END;

CREATE TRIGGER hook_job_failed AFTER UPDATE OF state ON job
WHEN NEW.state = 'failed' AND OLD.state <> 'failed' AND EXISTS (SELECT 1 FROM hook)
BEGIN
  INSERT INTO hook_event (type, at_ms, lesson_id, job, failure)
    VALUES ('job.failed', NEW.updated_ms, NEW.lesson_id, NEW.id, NEW.failure);
END;
)sql",
    R"sql(
-- A lesson that came from elsewhere is as old as it is there. heard_ms: when it was received here, by our own clock; each
-- time another, so that a change that was received is told from one that was made here.
ALTER TABLE lesson ADD COLUMN heard_ms INTEGER NOT NULL DEFAULT 0;

DROP TRIGGER hook_lesson_changed;
CREATE TRIGGER hook_lesson_changed AFTER UPDATE OF version, state ON lesson
WHEN NEW.version IS NOT NULL AND (NEW.version IS NOT OLD.version OR NEW.state <> OLD.state)
  AND 'published' IN (NEW.state, OLD.state) AND EXISTS (SELECT 1 FROM hook)
BEGIN
  INSERT INTO hook_event (type, at_ms, lesson_id, version)
    SELECT CASE NEW.state WHEN 'published' THEN 'lesson.published' ELSE 'lesson.withdrawn' END,
      CASE WHEN NEW.heard_ms = OLD.heard_ms THEN NEW.updated_ms ELSE NEW.heard_ms END, NEW.id,
      CASE NEW.state WHEN 'published' THEN NEW.version ELSE '' END;
END;

DROP TRIGGER hook_lesson_came;
CREATE TRIGGER hook_lesson_came AFTER INSERT ON lesson
WHEN NEW.version IS NOT NULL AND NEW.state = 'published' AND EXISTS (SELECT 1 FROM hook)
BEGIN
  INSERT INTO hook_event (type, at_ms, lesson_id, version)
    VALUES ('lesson.published', CASE NEW.heard_ms WHEN 0 THEN NEW.updated_ms ELSE NEW.heard_ms END, NEW.id, NEW.version);
END;

-- Of what is received, the origin's withdrawal is that it is not there any more.
CREATE TRIGGER hook_lesson_went AFTER DELETE ON lesson
WHEN OLD.version IS NOT NULL AND OLD.state = 'published' AND EXISTS (SELECT 1 FROM hook)
BEGIN
  INSERT INTO hook_event (type, at_ms, lesson_id) VALUES ('lesson.withdrawn', OLD.heard_ms, OLD.id);
END;
)sql",
    R"sql(
-- A receiver that fails is left alone for a while, whatever else it is to be told.
ALTER TABLE hook ADD COLUMN failures INTEGER NOT NULL DEFAULT 0;
ALTER TABLE hook ADD COLUMN rests_until_ms INTEGER NOT NULL DEFAULT 0;
)sql",
    R"sql(
-- Captions that came while a recording of their lesson was on its way: until its version has them.
CREATE TABLE late_caption (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  lesson_id TEXT NOT NULL REFERENCES lesson(id) ON DELETE CASCADE,
  language TEXT NOT NULL,
  webvtt TEXT NOT NULL,
  UNIQUE (lesson_id, language)
) STRICT;
)sql",
    R"sql(
-- Whose word a node is, as with lessons: empty where it was made here.
ALTER TABLE curriculum_node ADD COLUMN origin TEXT NOT NULL DEFAULT '';
)sql",
    R"sql(
-- A role more, which a CHECK cannot be taught.
CREATE TABLE access_token_next (
  row INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  label TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('mirror', 'reader', 'editor', 'operator', 'admin')),
  hash TEXT NOT NULL UNIQUE CHECK (length(hash) = 64),
  created_ms INTEGER NOT NULL,
  expires_ms INTEGER NOT NULL,
  last_used_ms INTEGER NOT NULL DEFAULT 0
) STRICT;
INSERT INTO access_token_next SELECT row, id, label, role, hash, created_ms, expires_ms, last_used_ms FROM access_token;
DROP TABLE access_token;
ALTER TABLE access_token_next RENAME TO access_token;

CREATE TABLE mirror (
  row INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 64),
  owner TEXT NOT NULL,
  address TEXT NOT NULL,
  networks TEXT NOT NULL,
  version TEXT NOT NULL,
  serial INTEGER NOT NULL,
  stale_since_ms INTEGER NOT NULL,
  lessons INTEGER NOT NULL,
  stored_bytes INTEGER NOT NULL,
  disk_bytes INTEGER NOT NULL,
  served_bytes INTEGER NOT NULL,
  fetched_bytes INTEGER NOT NULL,
  interval_s INTEGER NOT NULL,
  created_ms INTEGER NOT NULL,
  reported_ms INTEGER NOT NULL
) STRICT;
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
