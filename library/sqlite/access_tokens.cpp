// SQL of the access tokens. A secret is looked up by its hash: what the time of that look-up could tell an attacker is
// about the hash, never about the secret.
#include "library/sqlite/access_tokens.hpp"

#include <algorithm>

#include "core/sha256.hpp"
#include "library/random_name.hpp"
#include "library/random_secret.hpp"

namespace chalkline::library::sqlite {

static constexpr std::string_view kSelectToken =
    "SELECT id, label, role, created_ms, expires_ms, last_used_ms FROM access_token ";
static constexpr std::size_t kSecretLength = kTokenPrefix.size() + kSecretDigits;
static constexpr std::size_t kLongestLabel = 200;
static constexpr std::int64_t kNoteUseEveryMs = 60'000;  // a write for every request would be a disk flush for each

static AccessToken token_of(const Statement& row) {
  AccessToken token;
  token.id = row.text(0);
  token.label = row.text(1);
  token.role = role_named(row.text(2)).value_or(Role::kReader);  // the CHECK constraint leaves no other text
  token.created_ms = row.integer(3);
  token.expires_ms = row.integer(4);
  token.last_used_ms = row.integer(5);
  return token;
}

static Result<void> check_new(const std::string& label, std::int64_t expires_ms, std::int64_t now) {
  if (label.empty() || label.size() > kLongestLabel ||
      std::any_of(label.begin(), label.end(), [](char c) { return (c >= 0 && c < ' ') || c == '\x7f'; }))
    return Error(Errc::kInvalidArgument, "a token's label must have 1 to 200 bytes and no control characters",
                 "say who will use it: \"content team\"");
  if (expires_ms != 0 && expires_ms <= now)
    return Error(Errc::kInvalidArgument, "the token would have expired already", "give it an end that is to come");
  return {};
}

Result<std::pair<AccessToken, std::string>> SqliteAccessTokens::create(std::string label, Role role,
                                                                       std::int64_t expires_ms) {
  const std::scoped_lock lock(mutex_);
  const std::int64_t now = clock_();
  CHALK_TRY(check_new(label, expires_ms, now));
  CHALK_TRY_ASSIGN(std::string secret, random_secret(kTokenPrefix));
  AccessToken token;
  token.id = random_name();
  token.label = std::move(label);
  token.role = role;
  token.created_ms = now;
  token.expires_ms = expires_ms;
  CHALK_TRY_ASSIGN(Statement insert,
                   database_.prepare("INSERT INTO access_token (id, label, role, hash, created_ms, expires_ms) "
                                     "VALUES (?, ?, ?, ?, ?, ?)"));
  CHALK_TRY(
      insert.bind(token.id, token.label, name(role), sha256_hex(secret), token.created_ms, token.expires_ms).run());
  return std::pair(std::move(token), std::move(secret));
}

Result<std::optional<AccessToken>> SqliteAccessTokens::check(std::string_view presented) {
  if (presented.size() != kSecretLength || !presented.starts_with(kTokenPrefix)) return std::optional<AccessToken>();
  const std::string hash = sha256_hex(presented);
  const std::scoped_lock lock(mutex_);
  AccessToken token;
  {
    CHALK_TRY_ASSIGN(Statement look, database_.prepare(std::string(kSelectToken) + "WHERE hash = ?"));
    CHALK_TRY_ASSIGN(const Statement::Step step, look.bind(hash).step());
    if (step == Statement::Step::kDone) return std::optional<AccessToken>();
    token = token_of(look);
  }
  const std::int64_t now = clock_();
  if (token.expires_ms != 0 && token.expires_ms <= now) return std::optional<AccessToken>();
  if (now - token.last_used_ms >= kNoteUseEveryMs) note_use(token, now);
  return std::optional<AccessToken>(std::move(token));
}

// For people who look which tokens are still in use. That it cannot be noted (a full disk) is no reason to refuse.
void SqliteAccessTokens::note_use(const AccessToken& token, std::int64_t now) {
  if (auto update = database_.prepare("UPDATE access_token SET last_used_ms = ? WHERE id = ?"); update)
    (void)update->bind(now, token.id).run();
}

Result<std::vector<AccessToken>> SqliteAccessTokens::list() {
  const std::scoped_lock lock(mutex_);
  CHALK_TRY_ASSIGN(Statement rows, database_.prepare(std::string(kSelectToken) + "ORDER BY row"));
  std::vector<AccessToken> tokens;
  for (;;) {
    CHALK_TRY_ASSIGN(const Statement::Step step, rows.step());
    if (step == Statement::Step::kDone) return tokens;
    tokens.push_back(token_of(rows));
  }
}

Result<void> SqliteAccessTokens::revoke(std::string_view id) {
  const std::scoped_lock lock(mutex_);
  CHALK_TRY_ASSIGN(Statement remove, database_.prepare("DELETE FROM access_token WHERE id = ?"));
  CHALK_TRY(remove.bind(id).run());
  if (database_.changes() > 0) return {};
  return Error(Errc::kNotFound, "there is no token " + std::string(id), "see chalkline token list");
}

}  // namespace chalkline::library::sqlite
