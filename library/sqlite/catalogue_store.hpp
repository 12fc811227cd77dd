// What the parts of the catalogue share: one connection, its lock, and units of work that may stand inside another, so
// that several changes and the reply to the request that made them are one transaction.
#pragma once

#include <memory>
#include <mutex>

#include "library/catalogue_changes.hpp"
#include "library/library.hpp"
#include "library/sqlite/database.hpp"

namespace chalkline::library::sqlite {

struct Store {
  Store(Database opened, WallClock wall_clock) : database(std::move(opened)), clock(std::move(wall_clock)) {}
  std::recursive_mutex mutex;  // held by whoever uses the connection, through a whole Unit
  Database database;
  WallClock clock;
  int depth = 0;  // units open on the thread that holds the lock
};

// The lock, and a transaction or, inside another unit, a savepoint. Undone unless commit() was called.
class Unit {
 public:
  static Result<Unit> begin(Store& store);
  Unit(Unit&& other) noexcept : store_(std::exchange(other.store_, nullptr)), lock_(std::move(other.lock_)) {}
  Unit& operator=(Unit&&) = delete;
  ~Unit();
  Result<void> commit();

 private:
  Unit(Store& store, std::unique_lock<std::recursive_mutex> lock) : store_(&store), lock_(std::move(lock)) {}
  Store* store_;  // null: nothing is open any more
  std::unique_lock<std::recursive_mutex> lock_;
};

// An entry in the audit log, inside a unit that is open.
Result<void> enter_in_log(Store& store, const Author& author, const std::string& action, const std::string& subject,
                          const std::string& before, const std::string& after);

class SqliteChanges final : public Changes {
 public:
  explicit SqliteChanges(std::shared_ptr<Store> store) : store_(std::move(store)) {}
  Result<void> together(const std::function<Result<bool>()>& work) override;

 private:
  std::shared_ptr<Store> store_;
};

class SqliteAuditLog final : public AuditLog {
 public:
  explicit SqliteAuditLog(std::shared_ptr<Store> store) : store_(std::move(store)) {}
  Result<void> record(const Author& author, const std::string& action, const std::string& subject,
                      const std::string& before, const std::string& after) override;
  Result<AuditPage> list(std::optional<std::int64_t> from, int limit) override;

 private:
  std::shared_ptr<Store> store_;
};

class SqliteKeptReplies final : public KeptReplies {
 public:
  explicit SqliteKeptReplies(std::shared_ptr<Store> store) : store_(std::move(store)) {}
  Result<std::optional<KeptReply>> find(const std::string& scope, const std::string& key) override;
  Result<void> keep(const std::string& scope, const std::string& key, const KeptReply& reply) override;

 private:
  std::shared_ptr<Store> store_;
};

}  // namespace chalkline::library::sqlite
