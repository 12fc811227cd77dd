// Registered mirrors in SQLite. Thread-safe through its mutex; several processes through SQLite's own locks.
#pragma once

#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "library/library.hpp"
#include "library/mirrors.hpp"
#include "library/sqlite/database.hpp"

namespace chalkline::library::sqlite {

class SqliteMirrors final : public Mirrors {
 public:
  SqliteMirrors(Database database, WallClock clock) : database_(std::move(database)), clock_(std::move(clock)) {}
  Result<RegisteredMirror> report(const RegisteredMirror& said) override;
  Result<RegisteredMirror> find(const std::string& name) override;
  Result<std::vector<RegisteredMirror>> list() override;
  Result<void> remove(const std::string& name) override;

 private:
  Result<RegisteredMirror> read(const std::string& name);  // with the mutex held
  Result<void> may_report(const RegisteredMirror& said, std::int64_t now);

  std::mutex mutex_;
  Database database_;
  WallClock clock_;
};

}  // namespace chalkline::library::sqlite
