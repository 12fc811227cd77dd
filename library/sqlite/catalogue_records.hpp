// Lesson records in SQLite, over the store that they share with the rest of the catalogue.
#pragma once

#include <memory>

#include "library/lesson_records.hpp"
#include "library/sqlite/catalogue_store.hpp"

namespace chalkline::library::sqlite {

class SqliteLessonRecords final : public LessonRecords {
 public:
  explicit SqliteLessonRecords(std::shared_ptr<Store> store) : store_(std::move(store)) {}
  Result<LessonRecord> create(const std::string& id, const LessonDetails& details, const Author& author) override;
  Result<LessonRecord> find(const std::string& id) override;
  Result<std::optional<LessonRecord>> replace(const std::string& id, const LessonDetails& details,
                                              std::int64_t revision, const Author& author) override;
  Result<bool> withdraw(const std::string& id, std::int64_t revision, const Author& author) override;
  Result<LessonPage> list(const LessonFilter& filter, std::optional<std::int64_t> from, int limit) override;
  Result<std::vector<LessonRecord>> of_course(const std::string& course_id, bool hidden_too) override;
  Result<LessonPage> search(const std::string& text, const LessonFilter& filter, std::optional<std::int64_t> from,
                            int limit) override;
  Result<std::vector<KeptVersion>> versions(const std::string& id) override;
  Result<std::optional<LessonRecord>> roll_back(const std::string& id, const std::string& version,
                                                std::int64_t revision, const Author& author) override;
  Result<std::optional<LessonRecord>> point_at(const std::string& id, const std::string& version, std::int64_t revision,
                                               const Author& author) override;
  Result<ImportReport> import(std::span<const LessonRow> rows, const Author& author) override;
  Result<std::vector<LessonRow>> export_all() override;
  Result<void> with_attached(const std::function<Result<void>(const std::set<std::string>& hashes)>& work) override;

 private:
  enum class Which { kHad, kAny };
  Result<std::optional<LessonRecord>> change_version(const std::string& id, const std::string& version,
                                                     std::int64_t revision, const Author& author, Which which);
  std::shared_ptr<Store> store_;
};

}  // namespace chalkline::library::sqlite
