// Who may change things: bearer tokens with roles, made by `chalkline token` or by an admin through the API, checked
// for every managed request. An interface: SQLite stands behind it today (library/sqlite/access_tokens.hpp).
// Thread-safe; blocks (milliseconds).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/error.hpp"

namespace chalkline::library {

// From kReader on each may do what those between may. A mirror's token may report what a mirror reports, and nothing
// else; none but an admin's may do that too.
enum class Role : std::uint8_t { kMirror, kReader, kEditor, kOperator, kAdmin };

std::string_view name(Role role) noexcept;  // "mirror", "reader", "editor", "operator", "admin"
std::optional<Role> role_named(std::string_view text) noexcept;
bool is_enough(Role role, Role wanted) noexcept;

struct AccessToken {
  std::string id;  // 16 hex digits; names the token where its secret must not stand
  std::string label;
  Role role = Role::kReader;
  std::int64_t created_ms = 0;    // Unix time
  std::int64_t expires_ms = 0;    // 0: never
  std::int64_t last_used_ms = 0;  // to the minute; 0: not yet
};

// What every secret begins with, so that a leaked one is recognised, and told from the tokens of closed lessons.
inline constexpr std::string_view kTokenPrefix = "ct_";

class AccessTokens {
 public:
  AccessTokens() = default;
  AccessTokens(const AccessTokens&) = delete;
  AccessTokens& operator=(const AccessTokens&) = delete;
  virtual ~AccessTokens() = default;
  // The token and its secret, which is returned once: only its SHA-256 is kept (it is 256 random bits, so no slow hash
  // is needed). kInvalidArgument: no label, one over 200 bytes or with control characters, or an end that has passed.
  virtual Result<std::pair<AccessToken, std::string>> create(std::string label, Role role, std::int64_t expires_ms) = 0;
  // None: unknown, expired or revoked.
  virtual Result<std::optional<AccessToken>> check(std::string_view presented) = 0;
  virtual Result<std::vector<AccessToken>> list() = 0;  // oldest first, expired ones too
  // At once and for good. kNotFound.
  virtual Result<void> revoke(std::string_view id) = 0;
};

}  // namespace chalkline::library
