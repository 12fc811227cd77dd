// SQLite calls and the mapping of their result codes to Errc.
#include "library/sqlite/database.hpp"

#include <string>

namespace chalkline::library::sqlite {

static Errc code_of(int code) {
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return Errc::kTimeout;  // after the patience that open() sets; kBusy is for what callers do
    case SQLITE_FULL: return Errc::kDiskFull;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return Errc::kCorrupt;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH: return Errc::kPermissionDenied;
    case SQLITE_MISUSE:
    case SQLITE_RANGE:
    case SQLITE_CONSTRAINT:  // is looked at before it can be broken
    case SQLITE_ERROR: return Errc::kInternal;
    default: return Errc::kIo;
  }
}

// Whether a write failed for what is a full disk too though SQLite knows of ENOSPC alone: a quota that is used up, a
// limit. Its files remember the cause: the database's, and the one that changes go to first.
static bool is_full(sqlite3* connection, int code) {
  if (connection == nullptr || code != SQLITE_IOERR_WRITE) return false;
  for (const int which : {SQLITE_FCNTL_FILE_POINTER, SQLITE_FCNTL_JOURNAL_POINTER}) {
    sqlite3_file* file = nullptr;
    if (sqlite3_file_control(connection, "main", which, &file) != SQLITE_OK || !file || !file->pMethods) continue;
    int cause = 0;
    if (file->pMethods->xFileControl(file, SQLITE_FCNTL_LAST_ERRNO, &cause) == SQLITE_OK && cause != 0 &&
        error_from_errno(cause, "").code == Errc::kDiskFull)
      return true;
  }
  return false;
}

static Error failure(sqlite3* connection, int code, std::string_view doing) {
  const char* file = connection ? sqlite3_db_filename(connection, "main") : nullptr;
  const std::string where = file && *file ? file : "the library's database";
  const Errc cause = is_full(connection, code) ? Errc::kDiskFull : code_of(code);
  std::string hint;
  if (cause == Errc::kDiskFull) hint = "free some disk space";
  if (cause == Errc::kTimeout) hint = "another process holds it; try again";
  if (cause == Errc::kCorrupt) hint = "restore library.db from a copy";
  if (cause == Errc::kPermissionDenied || cause == Errc::kIo) hint = "check the folder's permissions and its disk";
  return Error(
      cause,
      std::string(doing) + " in " + where + ": " + (connection ? sqlite3_errmsg(connection) : sqlite3_errstr(code)),
      std::move(hint));
}

void Statement::bind_at(int index, std::int64_t value) {
  if (const int code = sqlite3_bind_int64(statement_.get(), index, value); code != SQLITE_OK) failed_ = code;
}

void Statement::bind_at(int index, double value) {
  if (const int code = sqlite3_bind_double(statement_.get(), index, value); code != SQLITE_OK) failed_ = code;
}

void Statement::bind_at(int index, std::string_view value) {
  const int code = sqlite3_bind_text64(statement_.get(), index, value.data() ? value.data() : "", value.size(),
                                       SQLITE_TRANSIENT, SQLITE_UTF8);
  if (code != SQLITE_OK) failed_ = code;
}

Result<Statement::Step> Statement::step() {
  if (failed_ != SQLITE_OK) return failure(connection_, failed_, "cannot bind a value");
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return Step::kRow;
  if (code == SQLITE_DONE) return Step::kDone;
  return failure(connection_, code, "cannot read or write");
}

Statement& Statement::reset() {
  sqlite3_reset(statement_.get());
  sqlite3_clear_bindings(statement_.get());
  failed_ = SQLITE_OK;
  return *this;
}

Result<void> Statement::run() {
  for (;;) {
    CHALK_TRY_ASSIGN(const Step step_result, step());
    if (step_result == Step::kDone) return {};
  }
}

std::string Statement::text(int column) const {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
  const int size = sqlite3_column_bytes(statement_.get(), column);
  return bytes ? std::string(bytes, static_cast<std::size_t>(size)) : std::string();
}

std::optional<std::string> Statement::optional_text(int column) const {
  if (sqlite3_column_type(statement_.get(), column) == SQLITE_NULL) return std::nullopt;
  return text(column);
}

std::filesystem::path Database::path() const { return sqlite3_db_filename(connection_.get(), "main"); }

Result<Database> Database::open(const std::filesystem::path& path) {
  sqlite3* raw = nullptr;
  const int code =
      sqlite3_open_v2(path.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  Database database(raw);  // also after a failure: the handle carries the message and must be closed
  if (code != SQLITE_OK) return failure(raw, code, "cannot open the database");
  sqlite3_extended_result_codes(raw, 1);
  sqlite3_busy_timeout(raw, 5000);
  CHALK_TRY(
      database.execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
                       "PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON;"));
  return database;
}

Result<Statement> Database::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v2(connection_.get(), sql.data(), static_cast<int>(sql.size()), &statement, nullptr);
  if (code != SQLITE_OK) return failure(connection_.get(), code, "cannot prepare a statement");
  return Statement(connection_.get(), statement);
}

Result<void> Database::execute(const std::string& sql) {
  const int code = sqlite3_exec(connection_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return failure(connection_.get(), code, "cannot read or write");
  return {};
}

Result<Transaction> Transaction::begin(Database& database) {
  CHALK_TRY(database.execute("BEGIN IMMEDIATE"));
  return Transaction(database.connection_.get());
}

Transaction::~Transaction() {
  if (connection_) sqlite3_exec(connection_, "ROLLBACK", nullptr, nullptr, nullptr);
}

Result<void> Transaction::commit() {
  const int code = sqlite3_exec(connection_, "COMMIT", nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return failure(connection_, code, "cannot commit a change");
  connection_ = nullptr;
  return {};
}

}  // namespace chalkline::library::sqlite
