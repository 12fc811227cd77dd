// Users and their browsers' sessions in SQLite: passwords as argon2id, sessions by the SHA-256 of their secrets.
// Thread-safe through its mutex, which is not held while a password is made or compared; several processes through
// SQLite's own locks, so that a user removed on the command line is out of a running server at once.
#pragma once

#include <mutex>

#include "library/library.hpp"
#include "library/sqlite/database.hpp"
#include "library/users.hpp"

namespace chalkline::library::sqlite {

class SqliteUsers final : public Users {
 public:
  SqliteUsers(Database database, WallClock clock) : database_(std::move(database)), clock_(std::move(clock)) {}
  Result<User> create(const std::string& name, Role role, std::string_view password) override;
  Result<User> change(const std::string& name, std::optional<Role> role,
                      std::optional<std::string_view> password) override;
  Result<void> remove(const std::string& name) override;
  Result<std::vector<User>> list() override;
  Result<std::optional<BrowserSession>> sign_in(std::string_view name, std::string_view password) override;
  Result<std::optional<BrowserSession>> check(std::string_view secret) override;
  Result<void> sign_out(std::string_view secret) override;

 private:
  struct Kept {
    User user;
    std::string password;
  };
  Result<std::optional<Kept>> find(std::string_view name);
  Result<const std::string*> nobodys_password();
  Result<BrowserSession> begin_session(User user, const std::string& password, std::int64_t now);
  void note_use(const std::string& hash, std::int64_t now, std::int64_t expires_ms);

  std::mutex mutex_;
  Database database_;
  WallClock clock_;
  std::once_flag nobody_made_;
  Result<std::string> nobody_ = std::string();  // what the password of a user who is not there is compared with
};

}  // namespace chalkline::library::sqlite
