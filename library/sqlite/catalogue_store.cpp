// Units of work, the audit log, and kept replies.
#include "library/sqlite/catalogue_store.hpp"

namespace chalkline::library::sqlite {

static constexpr std::int64_t kKeepRepliesMs = std::int64_t{24} * 3'600'000;

Result<Unit> Unit::begin(Store& store) {
  std::unique_lock lock(store.mutex);
  CHALK_TRY(store.database.execute(store.depth == 0 ? "BEGIN IMMEDIATE" : "SAVEPOINT unit"));
  ++store.depth;
  return Unit(store, std::move(lock));
}

Unit::~Unit() {
  if (store_ == nullptr) return;
  --store_->depth;
  (void)store_->database.execute(store_->depth == 0 ? "ROLLBACK" : "ROLLBACK TO unit; RELEASE unit");
}

Result<void> Unit::commit() {
  CHALK_TRY(store_->database.execute(store_->depth == 1 ? "COMMIT" : "RELEASE unit"));
  --store_->depth;
  store_ = nullptr;
  lock_.unlock();
  return {};
}

Result<void> enter_in_log(Store& store, const Author& author, const std::string& action, const std::string& subject,
                          const std::string& before, const std::string& after) {
  CHALK_TRY_ASSIGN(Statement insert,
                   store.database.prepare("INSERT INTO audit (at_ms, who, remote, action, subject, before, after) "
                                          "VALUES (?, ?, ?, ?, ?, ?, ?)"));
  return insert.bind(store.clock(), author.who, author.remote, action, subject, before, after).run();
}

Result<void> SqliteChanges::together(const std::function<Result<bool>()>& work) {
  CHALK_TRY_ASSIGN(Unit unit, Unit::begin(*store_));
  CHALK_TRY_ASSIGN(const bool keep, work());
  if (!keep) return {};
  return unit.commit();
}

Result<void> SqliteAuditLog::record(const Author& author, const std::string& action, const std::string& subject,
                                    const std::string& before, const std::string& after) {
  CHALK_TRY_ASSIGN(Unit unit, Unit::begin(*store_));
  CHALK_TRY(enter_in_log(*store_, author, action, subject, before, after));
  return unit.commit();
}

Result<AuditPage> SqliteAuditLog::list(std::optional<std::int64_t> from, int limit) {
  const std::scoped_lock lock(store_->mutex);
  CHALK_TRY_ASSIGN(Statement rows,
                   store_->database.prepare("SELECT id, at_ms, who, remote, action, subject, before, after FROM audit "
                                            "WHERE ?1 < 0 OR id < ?1 ORDER BY id DESC LIMIT ?2"));
  rows.bind(from.value_or(-1), limit + 1);
  AuditPage page;
  for (;;) {
    CHALK_TRY_ASSIGN(const Statement::Step step, rows.step());
    if (step == Statement::Step::kDone) return page;
    if (static_cast<int>(page.entries.size()) == limit) {
      page.next = page.entries.back().id;
      return page;
    }
    AuditEntry entry;
    entry.id = rows.integer(0);
    entry.at_ms = rows.integer(1);
    entry.author = {rows.text(2), rows.text(3)};
    entry.action = rows.text(4);
    entry.subject = rows.text(5);
    entry.before = rows.text(6);
    entry.after = rows.text(7);
    page.entries.push_back(std::move(entry));
  }
}

// Header fields hold no control characters, so lines keep them apart.
static std::string lines_of(const std::vector<std::pair<std::string, std::string>>& fields) {
  std::string lines;
  for (const auto& [field_name, value] : fields) lines += field_name + "\t" + value + "\n";
  return lines;
}

static std::vector<std::pair<std::string, std::string>> fields_of(const std::string& lines) {
  std::vector<std::pair<std::string, std::string>> fields;
  for (std::size_t at = 0; at < lines.size();) {
    const std::size_t end = lines.find('\n', at);
    const std::size_t tab = lines.find('\t', at);
    if (end == std::string::npos || tab == std::string::npos || tab > end) break;
    fields.emplace_back(lines.substr(at, tab - at), lines.substr(tab + 1, end - tab - 1));
    at = end + 1;
  }
  return fields;
}

Result<std::optional<KeptReply>> SqliteKeptReplies::find(const std::string& scope, const std::string& key) {
  const std::scoped_lock lock(store_->mutex);
  CHALK_TRY_ASSIGN(Statement look,
                   store_->database.prepare("SELECT request, status, content_type, fields, body FROM kept_reply WHERE "
                                            "scope = ? AND key = ? AND created_ms > ?"));
  const std::int64_t oldest = store_->clock() - kKeepRepliesMs;
  CHALK_TRY_ASSIGN(const Statement::Step step, look.bind(scope, key, oldest).step());
  if (step == Statement::Step::kDone) return std::optional<KeptReply>();
  KeptReply reply;
  reply.request = look.text(0);
  reply.status = static_cast<unsigned>(look.integer(1));
  reply.content_type = look.text(2);
  reply.fields = fields_of(look.text(3));
  reply.body = look.text(4);
  return std::optional<KeptReply>(std::move(reply));
}

Result<void> SqliteKeptReplies::keep(const std::string& scope, const std::string& key, const KeptReply& reply) {
  CHALK_TRY_ASSIGN(Unit unit, Unit::begin(*store_));
  const std::int64_t now = store_->clock();
  {
    CHALK_TRY_ASSIGN(Statement forget, store_->database.prepare("DELETE FROM kept_reply WHERE created_ms <= ?"));
    CHALK_TRY(forget.bind(now - kKeepRepliesMs).run());
    CHALK_TRY_ASSIGN(Statement insert,
                     store_->database.prepare("INSERT INTO kept_reply (scope, key, request, status, content_type, "
                                              "fields, body, created_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"));
    const auto status = static_cast<std::int64_t>(reply.status);
    CHALK_TRY(
        insert.bind(scope, key, reply.request, status, reply.content_type, lines_of(reply.fields), reply.body, now)
            .run());
  }
  return unit.commit();
}

}  // namespace chalkline::library::sqlite
