// The curriculum in SQLite, over the store that it shares with the rest of the catalogue.
#pragma once

#include <memory>

#include "library/curriculum.hpp"
#include "library/sqlite/catalogue_store.hpp"

namespace chalkline::library::sqlite {

class SqliteCurriculum final : public Curriculum {
 public:
  explicit SqliteCurriculum(std::shared_ptr<Store> store) : store_(std::move(store)) {}
  Result<Node> create(const std::string& id, const NodeDetails& details, const Author& author) override;
  Result<Node> find(const std::string& id) override;
  Result<std::optional<Node>> replace(const std::string& id, const NodeDetails& details, std::int64_t revision,
                                      const Author& author) override;
  Result<bool> remove(const std::string& id, std::int64_t revision, const Author& author) override;
  Result<std::vector<Node>> list(const NodeFilter& filter) override;
  Result<std::optional<Node>> order_lessons(const std::string& course_id, const std::vector<std::string>& lesson_ids,
                                            std::int64_t revision, const Author& author) override;

 private:
  std::shared_ptr<Store> store_;
};

// Enters a node whose details are checked; for the curriculum and for imports, inside a unit.
Result<void> insert_node(Database& database, const std::string& id, const NodeDetails& details, std::int64_t now);
// The same for one that is there, at that row.
Result<void> update_node(Database& database, std::int64_t row, const NodeDetails& details, std::int64_t now);
// Its lessons are found by its title.
Result<void> index_lessons_of(Database& database, const std::string& course_id);

}  // namespace chalkline::library::sqlite
