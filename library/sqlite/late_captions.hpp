// Late captions in SQLite, over the store that they share with the rest of the catalogue: a change of them is one of
// their lesson.
#pragma once

#include <cstdint>
#include <memory>

#include "library/job_queue.hpp"
#include "library/late_captions.hpp"
#include "library/sqlite/catalogue_store.hpp"

namespace chalkline::library::sqlite {

class SqliteLateCaptions final : public LateCaptions {
 public:
  explicit SqliteLateCaptions(std::shared_ptr<Store> store) : store_(std::move(store)) {}
  Result<LateChange> keep(const std::string& lesson, const std::string& language, const std::string& webvtt,
                          std::int64_t revision, const Author& author) override;
  Result<LateChange> forget(const std::string& lesson, const std::string& language, std::int64_t revision,
                            const Author& author) override;
  Result<std::vector<LateCaption>> of(const std::string& lesson) override;
  Result<std::vector<std::string>> languages(const std::string& lesson) override;
  Result<std::vector<std::string>> overdue() override;
  Result<void> settle(std::span<const std::int64_t> ids) override;

 private:
  std::shared_ptr<Store> store_;
};

// What `joined` says of the late captions of the job's lesson, within the open transaction that publishes it at `now`.
// kBusy: there are later ones.
Result<void> take_out(Database& database, std::int64_t job, const JoinedCaptions& joined, std::int64_t now);

}  // namespace chalkline::library::sqlite
