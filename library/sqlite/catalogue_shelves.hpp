// The shelves in SQLite, over the store that they share with the rest of the catalogue.
#pragma once

#include <memory>

#include "library/shelves.hpp"
#include "library/sqlite/catalogue_store.hpp"

namespace chalkline::library::sqlite {

class SqliteShelves final : public Shelves {
 public:
  explicit SqliteShelves(std::shared_ptr<Store> store) : store_(std::move(store)) {}
  Result<std::map<std::string, std::int64_t>> lesson_counts() override;
  Result<std::vector<LooseCourse>> loose_courses() override;
  Result<ShelfPart> of_course(const std::string& course_id, std::int64_t skip, int limit) override;
  Result<ShelfPart> of_loose_course(const std::string& name, std::int64_t skip, int limit) override;
  Result<ShelfPart> beside(const std::string& lesson_id, int limit) override;
  Result<std::optional<LessonRecord>> after(const std::string& lesson_id) override;

 private:
  std::shared_ptr<Store> store_;
};

}  // namespace chalkline::library::sqlite
