// People who sign in with a name and a password, and the sessions of their browsers. Users are made on the command line
// (`chalkline user`). An interface: SQLite stands behind it today (library/sqlite/users.hpp). Thread-safe; blocks:
// milliseconds, but for what makes or compares a password, which takes a tenth of a second and 64 MB on purpose.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "library/access_tokens.hpp"

namespace chalkline::library {

struct User {
  std::int64_t id = 0;
  std::string name;  // 1 to 64 of a-z, 0-9, ".", "_", "-" and "@", beginning with a letter or digit
  Role role = Role::kReader;
  std::int64_t created_ms = 0;    // Unix time
  std::int64_t signed_in_ms = 0;  // 0: not yet
};

// A browser's session. The secret is in its cookie and here as a hash; what the page must show with every change
// (against forged requests) is made from the secret, so that nobody has it who has not the cookie or the page.
struct BrowserSession {
  User user;
  std::string secret;
  std::string csrf;
  std::int64_t expires_ms = 0;
};

inline constexpr std::size_t kShortestPassword = 10;  // bytes
inline constexpr std::size_t kLongestPassword = 200;
inline constexpr std::int64_t kSessionIdleMs = 12LL * 3600 * 1000;      // ends so long after its last use,
inline constexpr std::int64_t kSessionMostMs = 7LL * 24 * 3600 * 1000;  // and this long after its beginning in any case

bool is_user_name(std::string_view name) noexcept;

class Users {
 public:
  Users() = default;
  Users(const Users&) = delete;
  Users& operator=(const Users&) = delete;
  virtual ~Users() = default;
  // kInvalidArgument: the name or the password cannot be one; kAlreadyExists.
  virtual Result<User> create(const std::string& name, Role role, std::string_view password) = 0;
  // Another password, another role, or both; ends the user's sessions. kNotFound, kInvalidArgument.
  virtual Result<User> change(const std::string& name, std::optional<Role> role,
                              std::optional<std::string_view> password) = 0;
  virtual Result<void> remove(const std::string& name) = 0;  // with the sessions; kNotFound
  virtual Result<std::vector<User>> list() = 0;              // by name
  // A new session with a secret that nobody knew before; none where name and password are not a user's. Both take the
  // same time, whether there is such a user or not.
  virtual Result<std::optional<BrowserSession>> sign_in(std::string_view name, std::string_view password) = 0;
  // None: unknown, ended, or its user is gone.
  virtual Result<std::optional<BrowserSession>> check(std::string_view secret) = 0;
  virtual Result<void> sign_out(std::string_view secret) = 0;  // also of one that is none
};

}  // namespace chalkline::library
