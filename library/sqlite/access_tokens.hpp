// Access tokens in SQLite, by the SHA-256 of their secrets. Thread-safe through its mutex; several processes through
// SQLite's own locks, so that a token revoked on the command line is refused by a running server at once.
#pragma once

#include <mutex>

#include "library/access_tokens.hpp"
#include "library/library.hpp"
#include "library/sqlite/database.hpp"

namespace chalkline::library::sqlite {

class SqliteAccessTokens final : public AccessTokens {
 public:
  SqliteAccessTokens(Database database, WallClock clock) : database_(std::move(database)), clock_(std::move(clock)) {}
  Result<std::pair<AccessToken, std::string>> create(std::string label, Role role, std::int64_t expires_ms) override;
  Result<std::optional<AccessToken>> check(std::string_view presented) override;
  Result<std::vector<AccessToken>> list() override;
  Result<void> revoke(std::string_view id) override;

 private:
  void note_use(const AccessToken& token, std::int64_t now);

  std::mutex mutex_;
  Database database_;
  WallClock clock_;
};

}  // namespace chalkline::library::sqlite
