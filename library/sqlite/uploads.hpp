// Uploads in SQLite. Thread-safe through its mutex; several processes through SQLite's own locks.
#pragma once

#include <mutex>

#include "library/library.hpp"
#include "library/sqlite/database.hpp"
#include "library/uploads.hpp"

namespace chalkline::library::sqlite {

class SqliteUploads final : public Uploads {
 public:
  SqliteUploads(Database database, WallClock clock) : database_(std::move(database)), clock_(std::move(clock)) {}
  Result<Upload> create(Upload upload) override;
  Result<Upload> find(const std::string& id) override;
  Result<std::vector<Upload>> unfinished() override;
  Result<std::optional<Upload>> joined_of(const std::string& parts) override;
  Result<void> set_length(const std::string& id, std::uint64_t length) override;
  Result<void> set_vouched(const std::string& id, std::optional<std::uint64_t> vouched) override;
  Result<void> begin_finish(const Upload& upload) override;
  Result<void> finish(const std::string& id, const std::string& lesson_id, bool duplicate) override;
  Result<void> expire(const std::string& id) override;
  Result<void> remove(const std::string& id) override;
  Result<std::vector<std::string>> lessons_of(const std::string& sha256) override;
  Result<void> forget_expired(std::int64_t before_ms) override;

 private:
  Result<void> require_change(const std::string& id) const;

  std::mutex mutex_;
  Database database_;
  WallClock clock_;
};

}  // namespace chalkline::library::sqlite
