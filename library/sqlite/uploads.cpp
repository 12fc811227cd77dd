// SQL of uploads. A number that is not known is -1.
#include "library/sqlite/uploads.hpp"

#include <array>
#include <string_view>

namespace chalkline::library::sqlite {

static constexpr std::string_view kSelectUpload =
    "SELECT id, kind, state, length, vouched, metadata, parts, owner, sha256, lesson_id, duplicate, created_ms, "
    "updated_ms FROM upload ";

static constexpr std::array<std::string_view, 4> kKinds = {"whole", "partial", "joined", "direct"};
static constexpr std::array<std::string_view, 4> kStates = {"open", "finishing", "done", "expired"};

// The CHECK constraints leave no other text.
template <class Value>
static Value value_of(const std::array<std::string_view, 4>& names, std::string_view text) {
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] == text) return static_cast<Value>(i);
  return Value();
}

static std::optional<std::uint64_t> number_of(const Statement& row, int column) {
  const std::int64_t number = row.integer(column);
  return number < 0 ? std::nullopt : std::optional(static_cast<std::uint64_t>(number));
}

static std::int64_t stored(std::optional<std::uint64_t> number) {
  return number ? static_cast<std::int64_t>(*number) : -1;
}

static Upload upload_of(const Statement& row) {
  Upload upload;
  upload.id = row.text(0);
  upload.kind = value_of<UploadKind>(kKinds, row.text(1));
  upload.state = value_of<UploadState>(kStates, row.text(2));
  upload.length = number_of(row, 3);
  upload.vouched = number_of(row, 4);
  upload.metadata = row.text(5);
  upload.parts = row.text(6);
  upload.owner = row.text(7);
  upload.sha256 = row.text(8);
  upload.lesson_id = row.text(9);
  upload.duplicate = row.integer(10) != 0;
  upload.created_ms = row.integer(11);
  upload.updated_ms = row.integer(12);
  return upload;
}

Result<void> SqliteUploads::require_change(const std::string& id) const {
  if (database_.changes() > 0) return {};
  return Error(Errc::kNotFound, "there is no unfinished upload " + id);
}

Result<Upload> SqliteUploads::create(Upload upload) {
  const std::scoped_lock lock(mutex_);
  upload.created_ms = upload.updated_ms = clock_();
  CHALK_TRY_ASSIGN(Statement insert,
                   database_.prepare("INSERT INTO upload (id, kind, state, length, vouched, metadata, parts, owner, "
                                     "created_ms, updated_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
  insert.bind(upload.id, kKinds[static_cast<std::size_t>(upload.kind)], kStates[static_cast<std::size_t>(upload.state)],
              stored(upload.length), stored(upload.vouched), upload.metadata, upload.parts, upload.owner,
              upload.created_ms, upload.updated_ms);
  CHALK_TRY(insert.run());
  return upload;
}

Result<Upload> SqliteUploads::find(const std::string& id) {
  const std::scoped_lock lock(mutex_);
  CHALK_TRY_ASSIGN(Statement row, database_.prepare(std::string(kSelectUpload) + "WHERE id = ?"));
  CHALK_TRY_ASSIGN(const Statement::Step step, row.bind(id).step());
  if (step == Statement::Step::kDone) return Error(Errc::kNotFound, "there is no upload " + id);
  return upload_of(row);
}

Result<std::vector<Upload>> SqliteUploads::unfinished() {
  const std::scoped_lock lock(mutex_);
  CHALK_TRY_ASSIGN(Statement rows, database_.prepare(std::string(kSelectUpload) +
                                                     "WHERE state IN ('open', 'finishing') ORDER BY created_ms, id"));
  std::vector<Upload> uploads;
  for (;;) {
    CHALK_TRY_ASSIGN(const Statement::Step step, rows.step());
    if (step == Statement::Step::kDone) return uploads;
    uploads.push_back(upload_of(rows));
  }
}

Result<std::optional<Upload>> SqliteUploads::joined_of(const std::string& parts) {
  const std::scoped_lock lock(mutex_);
  CHALK_TRY_ASSIGN(Statement row, database_.prepare(std::string(kSelectUpload) +
                                                    "WHERE parts = ? AND kind = 'joined' AND state <> 'expired' "
                                                    "ORDER BY created_ms DESC LIMIT 1"));
  CHALK_TRY_ASSIGN(const Statement::Step step, row.bind(parts).step());
  return step == Statement::Step::kRow ? std::optional(upload_of(row)) : std::optional<Upload>();
}

Result<void> SqliteUploads::set_length(const std::string& id, std::uint64_t length) {
  const std::scoped_lock lock(mutex_);
  CHALK_TRY_ASSIGN(Statement update,
                   database_.prepare("UPDATE upload SET length = ?, updated_ms = ? WHERE id = ? AND state = 'open'"));
  CHALK_TRY(update.bind(stored(length), clock_(), id).run());
  return require_change(id);
}

Result<void> SqliteUploads::set_vouched(const std::string& id, std::optional<std::uint64_t> vouched) {
  const std::scoped_lock lock(mutex_);
  CHALK_TRY_ASSIGN(Statement update,
                   database_.prepare("UPDATE upload SET vouched = ?, updated_ms = ? WHERE id = ? AND state = 'open'"));
  CHALK_TRY(update.bind(stored(vouched), clock_(), id).run());
  return require_change(id);
}

Result<void> SqliteUploads::begin_finish(const Upload& upload) {
  const std::scoped_lock lock(mutex_);
  CHALK_TRY_ASSIGN(Statement update,
                   database_.prepare("UPDATE upload SET state = 'finishing', vouched = -1, length = ?, metadata = ?, "
                                     "sha256 = ?, updated_ms = ? WHERE id = ? AND state = 'open'"));
  CHALK_TRY(update.bind(stored(upload.length), upload.metadata, upload.sha256, clock_(), upload.id).run());
  return require_change(upload.id);
}

Result<void> SqliteUploads::finish(const std::string& id, const std::string& lesson_id, bool duplicate) {
  const std::scoped_lock lock(mutex_);
  CHALK_TRY_ASSIGN(Statement update,
                   database_.prepare("UPDATE upload SET state = 'done', lesson_id = ?, duplicate = ?, updated_ms = ? "
                                     "WHERE id = ? AND state IN ('open', 'finishing')"));
  CHALK_TRY(update.bind(lesson_id, duplicate ? 1 : 0, clock_(), id).run());
  return require_change(id);
}

Result<void> SqliteUploads::expire(const std::string& id) {
  const std::scoped_lock lock(mutex_);
  CHALK_TRY_ASSIGN(Statement update,
                   database_.prepare("UPDATE upload SET state = 'expired', updated_ms = ? WHERE id = ?"));
  return update.bind(clock_(), id).run();
}

Result<void> SqliteUploads::remove(const std::string& id) {
  const std::scoped_lock lock(mutex_);
  CHALK_TRY_ASSIGN(Statement remove, database_.prepare("DELETE FROM upload WHERE id = ?"));
  return remove.bind(id).run();
}

Result<std::vector<std::string>> SqliteUploads::lessons_of(const std::string& sha256) {
  const std::scoped_lock lock(mutex_);
  CHALK_TRY_ASSIGN(Statement rows,
                   // What stands beside a lesson (the key "attach") did not make it.
                   database_.prepare("SELECT lesson_id FROM upload WHERE sha256 = ? AND lesson_id <> '' AND instr(',' "
                                     "|| replace(metadata, ' ', ',') || ',', ',attach,') = 0 ORDER BY updated_ms "
                                     "DESC"));
  rows.bind(sha256);
  std::vector<std::string> lessons;
  for (;;) {
    CHALK_TRY_ASSIGN(const Statement::Step step, rows.step());
    if (step == Statement::Step::kDone) return lessons;
    lessons.push_back(rows.text(0));
  }
}

Result<void> SqliteUploads::forget_expired(std::int64_t before_ms) {
  const std::scoped_lock lock(mutex_);
  CHALK_TRY_ASSIGN(
      Statement remove,
      database_.prepare("DELETE FROM upload WHERE state = 'expired' AND lesson_id = '' AND updated_ms < ?"));
  return remove.bind(before_ms).run();
}

}  // namespace chalkline::library::sqlite
