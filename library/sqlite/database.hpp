// A small RAII wrapper over SQLite: Database, Statement, Transaction. Used by library/sqlite/ only.
// A Database is one connection and belongs to one thread at a time; its owner holds the mutex.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <sqlite3.h>

#include "core/error.hpp"

namespace chalkline::library::sqlite {

class Database;

// A prepared statement. Bind from 1, step until kDone, read columns from 0. Values are copied in and out.
class Statement {
 public:
  enum class Step { kRow, kDone };

  template <class... Values>
  Statement& bind(const Values&... values) {
    int index = 0;
    (bind_at(++index, values), ...);
    return *this;
  }
  Statement& bind_one(int index, std::string_view value) {
    bind_at(index, value);
    return *this;
  }
  // For the next values of the same statement: what was bound and read is forgotten.
  Statement& reset();
  Result<Step> step();
  Result<void> run();  // for statements without rows
  [[nodiscard]] std::int64_t integer(int column) const { return sqlite3_column_int64(statement_.get(), column); }
  [[nodiscard]] double real(int column) const { return sqlite3_column_double(statement_.get(), column); }
  [[nodiscard]] std::string text(int column) const;
  [[nodiscard]] std::optional<std::string> optional_text(int column) const;

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* s) const noexcept { sqlite3_finalize(s); }
  };
  Statement(sqlite3* connection, sqlite3_stmt* statement) : connection_(connection), statement_(statement) {}
  void bind_at(int index, std::int64_t value);
  void bind_at(int index, int value) { bind_at(index, static_cast<std::int64_t>(value)); }
  void bind_at(int index, double value);
  void bind_at(int index, std::string_view value);
  void bind_at(int index, const std::string& value) { bind_at(index, std::string_view(value)); }
  void bind_at(int index, const char* value) { bind_at(index, std::string_view(value)); }

  sqlite3* connection_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  int failed_ = SQLITE_OK;  // of a bind: reported by the next step
};

class Database {
 public:
  // Opens or creates: WAL, synchronous=FULL (an acknowledged change survives a power cut), foreign keys enforced, five
  // seconds of patience with another process's transaction.
  static Result<Database> open(const std::filesystem::path& path);

  [[nodiscard]] std::filesystem::path path() const;  // absolute
  Result<Statement> prepare(std::string_view sql);
  Result<void> execute(const std::string& sql);  // one or more statements without parameters
  [[nodiscard]] int changes() const { return sqlite3_changes(connection_.get()); }  // rows of the last statement
  [[nodiscard]] std::int64_t last_row_id() const { return sqlite3_last_insert_rowid(connection_.get()); }

 private:
  friend class Transaction;
  struct Close {
    void operator()(sqlite3* c) const noexcept { sqlite3_close_v2(c); }
  };
  explicit Database(sqlite3* connection) : connection_(connection) {}
  std::unique_ptr<sqlite3, Close> connection_;
};

// BEGIN IMMEDIATE, so that a read followed by a write cannot lose to another process; rolled back unless committed.
class Transaction {
 public:
  static Result<Transaction> begin(Database& database);
  Transaction(Transaction&& other) noexcept : connection_(std::exchange(other.connection_, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();
  Result<void> commit();

 private:
  explicit Transaction(sqlite3* connection) : connection_(connection) {}
  sqlite3* connection_;
};

}  // namespace chalkline::library::sqlite
