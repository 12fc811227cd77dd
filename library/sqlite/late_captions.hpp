// Late captions in SQLite. Thread-safe through its mutex; several processes through SQLite's own locks.
#pragma once

#include <cstdint>
#include <mutex>

#include "library/job_queue.hpp"
#include "library/late_captions.hpp"
#include "library/sqlite/database.hpp"

namespace chalkline::library::sqlite {

class SqliteLateCaptions final : public LateCaptions {
 public:
  explicit SqliteLateCaptions(Database database) : database_(std::move(database)) {}
  Result<bool> keep(const std::string& lesson, const std::string& language, const std::string& webvtt) override;
  Result<std::vector<LateCaption>> of(const std::string& lesson) override;
  Result<bool> forget(const std::string& lesson, const std::string& language) override;

 private:
  std::mutex mutex_;
  Database database_;
};

// What `joined` says of the late captions of the job's lesson, within the open transaction that publishes it at `now`.
// kBusy: there are later ones.
Result<void> take_out(Database& database, std::int64_t job, const JoinedCaptions& joined, std::int64_t now);

}  // namespace chalkline::library::sqlite
