// The catalogue in SQLite. Thread-safe through its mutex; several processes through SQLite's own locks.
#pragma once

#include <mutex>

#include "library/catalogue.hpp"
#include "library/library.hpp"
#include "library/sqlite/database.hpp"

namespace chalkline::library::sqlite {

class SqliteCatalogue final : public Catalogue {
 public:
  SqliteCatalogue(Database database, WallClock clock) : database_(std::move(database)), clock_(std::move(clock)) {}
  Result<Lesson> create(const NewLesson& lesson) override;
  Result<Lesson> find(const std::string& id) override;
  Result<void> remove_unpublished(const std::string& id) override;
  Result<Received> receive(const Lesson& lesson, const std::string& origin) override;
  Result<ReceivedList> receive_list(const LessonList& list, const std::string& origin) override;
  Result<std::vector<Lesson>> list() override;

 private:
  std::mutex mutex_;
  Database database_;
  WallClock clock_;
};

}  // namespace chalkline::library::sqlite
