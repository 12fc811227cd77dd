// SQL of the registered mirrors. Networks are kept as one text, with spaces between.
#include "library/sqlite/mirrors.hpp"

#include <sstream>

namespace chalkline::library::sqlite {

static constexpr std::string_view kSelectMirror =
    "SELECT name, owner, address, networks, version, serial, stale_since_ms, lessons, stored_bytes, disk_bytes, "
    "served_bytes, fetched_bytes, interval_s, created_ms, reported_ms FROM mirror ";

static RegisteredMirror mirror_of(const Statement& row) {
  RegisteredMirror mirror;
  mirror.name = row.text(0);
  mirror.owner = row.text(1);
  mirror.address = row.text(2);
  std::istringstream words(row.text(3));
  for (std::string word; words >> word;) mirror.networks.push_back(word);
  mirror.report.version = row.text(4);
  mirror.report.serial = row.integer(5);
  mirror.report.stale_since_ms = row.integer(6);
  mirror.report.lessons = row.integer(7);
  mirror.report.stored_bytes = row.integer(8);
  mirror.report.disk_bytes = row.integer(9);
  mirror.report.served_bytes = row.integer(10);
  mirror.report.fetched_bytes = row.integer(11);
  mirror.report.interval_s = row.integer(12);
  mirror.created_ms = row.integer(13);
  mirror.reported_ms = row.integer(14);
  return mirror;
}

static std::string with_spaces(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

Result<RegisteredMirror> SqliteMirrors::read(const std::string& name) {
  CHALK_TRY_ASSIGN(Statement row, database_.prepare(std::string(kSelectMirror) + "WHERE name = ?"));
  CHALK_TRY_ASSIGN(const Statement::Step step, row.bind(name).step());
  if (step == Statement::Step::kDone) return Error(Errc::kNotFound, "there is no mirror " + name);
  return mirror_of(row);
}

// A name is free where its token is gone: revoked, or ended.
Result<void> SqliteMirrors::may_report(const RegisteredMirror& said, std::int64_t now) {
  CHALK_TRY_ASSIGN(
      Statement look,
      database_.prepare("SELECT (SELECT count(*) FROM mirror WHERE name <> ?1), EXISTS (SELECT 1 FROM mirror JOIN "
                        "access_token ON access_token.id = owner WHERE name = ?1 AND owner <> ?2 AND (expires_ms = 0 "
                        "OR expires_ms > ?3))"));
  CHALK_TRY(look.bind(said.name, said.owner, now).step());
  if (look.integer(1) != 0)
    return Error(Errc::kAlreadyExists, "the name " + said.name + " belongs to a mirror with another token",
                 "choose another, or revoke that token");
  if (look.integer(0) >= kMost)
    return Error(Errc::kBusy, "there are " + std::to_string(kMost) + " mirrors already", "remove one");
  return {};
}

Result<RegisteredMirror> SqliteMirrors::report(const RegisteredMirror& said) {
  const std::scoped_lock lock(mutex_);
  const std::int64_t now = clock_();
  CHALK_TRY_ASSIGN(Transaction transaction, Transaction::begin(database_));
  CHALK_TRY(may_report(said, now));
  CHALK_TRY_ASSIGN(
      Statement enter,
      database_.prepare(
          "INSERT INTO mirror (name, owner, address, networks, version, serial, stale_since_ms, lessons, stored_bytes, "
          "disk_bytes, served_bytes, fetched_bytes, interval_s, created_ms, reported_ms) VALUES (?1, ?2, ?3, ?4, ?5, "
          "?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?14) ON CONFLICT (name) DO UPDATE SET owner = ?2, address = ?3, "
          "networks = ?4, version = ?5, serial = ?6, stale_since_ms = ?7, lessons = ?8, stored_bytes = ?9, disk_bytes "
          "= ?10, served_bytes = ?11, fetched_bytes = ?12, interval_s = ?13, reported_ms = ?14"));
  const MirrorReport& report = said.report;
  CHALK_TRY(enter
                .bind(said.name, said.owner, said.address, with_spaces(said.networks), report.version, report.serial,
                      report.stale_since_ms, report.lessons, report.stored_bytes, report.disk_bytes,
                      report.served_bytes, report.fetched_bytes, report.interval_s, now)
                .run());
  CHALK_TRY_ASSIGN(RegisteredMirror entered, read(said.name));
  CHALK_TRY(transaction.commit());
  return entered;
}

Result<RegisteredMirror> SqliteMirrors::find(const std::string& name) {
  const std::scoped_lock lock(mutex_);
  return read(name);
}

Result<std::vector<RegisteredMirror>> SqliteMirrors::list() {
  const std::scoped_lock lock(mutex_);
  CHALK_TRY_ASSIGN(Statement rows, database_.prepare(std::string(kSelectMirror) + "ORDER BY row"));
  std::vector<RegisteredMirror> mirrors;
  for (;;) {
    CHALK_TRY_ASSIGN(const Statement::Step step, rows.step());
    if (step == Statement::Step::kDone) return mirrors;
    mirrors.push_back(mirror_of(rows));
  }
}

Result<void> SqliteMirrors::remove(const std::string& name) {
  const std::scoped_lock lock(mutex_);
  CHALK_TRY_ASSIGN(Statement gone, database_.prepare("DELETE FROM mirror WHERE name = ?"));
  CHALK_TRY(gone.bind(name).run());
  if (database_.changes() > 0) return {};
  return Error(Errc::kNotFound, "there is no mirror " + name);
}

}  // namespace chalkline::library::sqlite
