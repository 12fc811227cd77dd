// Web hooks and their outbox in SQLite. Thread-safe through its mutex; several processes through SQLite's own locks: a
// claim is a lease, so that two servers of one library send each event once, unless one of them is killed.
#pragma once

#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "library/hooks.hpp"
#include "library/library.hpp"
#include "library/sqlite/database.hpp"

namespace chalkline::library::sqlite {

class SqliteHooks final : public Hooks {
 public:
  SqliteHooks(Database database, WallClock clock) : database_(std::move(database)), clock_(std::move(clock)) {}
  Result<void> configure(const std::vector<std::string>& urls) override;
  Result<std::vector<Hook>> list() override;
  Result<Hook> find(const std::string& id) override;
  Result<std::pair<Hook, std::string>> create(const std::string& url, const std::vector<std::string>& events) override;
  Result<Hook> set_enabled(const std::string& id, bool enabled) override;
  Result<void> remove(const std::string& id) override;
  Result<DeliveryPage> deliveries(const std::string& hook, std::optional<DeliveryState> state,
                                  std::optional<std::int64_t> from, int limit) override;
  Result<Delivery> send_again(const std::string& hook, std::int64_t delivery) override;
  Result<std::optional<Errand>> claim(std::chrono::milliseconds lease) override;
  Result<void> settle(const Delivery& claimed, const DeliveryOutcome& outcome) override;
  Result<void> forget(std::int64_t before_ms) override;

 private:
  // With the mutex held.
  Result<Hook> read(const std::string& id);
  Result<Delivery> read_delivery(std::int64_t id);
  Result<std::optional<std::int64_t>> take(std::int64_t now, std::int64_t until);

  std::mutex mutex_;
  Database database_;
  WallClock clock_;
};

}  // namespace chalkline::library::sqlite
