// SQL of users and sessions.
#include "library/sqlite/users.hpp"

#include <algorithm>

#include "core/sha256.hpp"
#include "library/password.hpp"
#include "library/random_secret.hpp"

namespace chalkline::library::sqlite {

static constexpr std::string_view kSessionPrefix = "cs_";
static constexpr std::int64_t kNoteSessionEveryMs = 60'000;  // a write for every request would be a disk flush for each

static User user_of(const Statement& row) {
  User user;
  user.id = row.integer(0);
  user.name = row.text(1);
  user.role = role_named(row.text(2)).value_or(Role::kReader);  // the CHECK constraint leaves no other text
  user.created_ms = row.integer(3);
  user.signed_in_ms = row.integer(4);
  return user;
}

static Result<void> check_name(const std::string& name) {
  if (is_user_name(name)) return {};
  return Error(Errc::kInvalidArgument, "\"" + name + "\" cannot be the name of a user",
               "use 1 to 64 of a-z, 0-9, \".\", \"_\", \"-\" and \"@\"");
}

static Result<void> check_password(std::string_view password) {
  if (password.size() >= kShortestPassword && password.size() <= kLongestPassword) return {};
  return Error(Errc::kInvalidArgument, "the password must have 10 to 200 bytes", "a few words make a good one");
}

static Error no_such_user(const std::string& name) {
  return Error(Errc::kNotFound, "there is no user " + name, "see chalkline user list");
}

// Not a secret of its own: whoever has the cookie's secret can make it.
static std::string csrf_of(std::string_view secret) { return sha256_hex("csrf " + std::string(secret)).substr(0, 32); }

Result<std::optional<SqliteUsers::Kept>> SqliteUsers::find(std::string_view name) {
  const std::scoped_lock lock(mutex_);
  CHALK_TRY_ASSIGN(
      Statement row,
      database_.prepare("SELECT id, name, role, created_ms, signed_in_ms, password FROM user WHERE name = ?"));
  CHALK_TRY_ASSIGN(const Statement::Step step, row.bind(name).step());
  if (step == Statement::Step::kDone) return std::optional<Kept>();
  return std::optional<Kept>(Kept{user_of(row), row.text(5)});
}

Result<User> SqliteUsers::create(const std::string& name, Role role, std::string_view password) {
  CHALK_TRY(check_name(name));
  CHALK_TRY(check_password(password));
  CHALK_TRY_ASSIGN(const std::string hashed, hashed_password(password));
  {
    const std::scoped_lock lock(mutex_);
    CHALK_TRY_ASSIGN(Statement insert,
                     database_.prepare("INSERT OR IGNORE INTO user (name, role, password, created_ms) "
                                       "VALUES (?, ?, ?, ?)"));
    CHALK_TRY(insert.bind(name, library::name(role), hashed, clock_()).run());
    if (database_.changes() == 0)
      return Error(Errc::kAlreadyExists, "there is a user " + name + " already",
                   "chalkline user change gives another role or password");
  }
  CHALK_TRY_ASSIGN(std::optional<Kept> made, find(name));
  if (!made) return no_such_user(name);
  return std::move(made->user);
}

Result<User> SqliteUsers::change(const std::string& name, std::optional<Role> role,
                                 std::optional<std::string_view> password) {
  CHALK_TRY_ASSIGN(std::optional<Kept> kept, find(name));
  if (!kept) return no_such_user(name);
  if (password) {
    CHALK_TRY(check_password(*password));
    CHALK_TRY_ASSIGN(kept->password, hashed_password(*password));
  }
  kept->user.role = role.value_or(kept->user.role);
  const std::scoped_lock lock(mutex_);
  CHALK_TRY_ASSIGN(Transaction transaction, Transaction::begin(database_));
  CHALK_TRY_ASSIGN(Statement update, database_.prepare("UPDATE user SET role = ?, password = ? WHERE id = ?"));
  CHALK_TRY(update.bind(library::name(kept->user.role), kept->password, kept->user.id).run());
  CHALK_TRY_ASSIGN(Statement end, database_.prepare("DELETE FROM browser_session WHERE user = ?"));
  CHALK_TRY(end.bind(kept->user.id).run());
  CHALK_TRY(transaction.commit());
  return std::move(kept->user);
}

Result<void> SqliteUsers::remove(const std::string& name) {
  const std::scoped_lock lock(mutex_);
  CHALK_TRY_ASSIGN(Statement gone, database_.prepare("DELETE FROM user WHERE name = ?"));
  CHALK_TRY(gone.bind(name).run());
  if (database_.changes() > 0) return {};
  return no_such_user(name);
}

Result<std::vector<User>> SqliteUsers::list() {
  const std::scoped_lock lock(mutex_);
  CHALK_TRY_ASSIGN(Statement rows,
                   database_.prepare("SELECT id, name, role, created_ms, signed_in_ms FROM user ORDER BY name"));
  std::vector<User> users;
  for (;;) {
    CHALK_TRY_ASSIGN(const Statement::Step step, rows.step());
    if (step == Statement::Step::kDone) return users;
    users.push_back(user_of(rows));
  }
}

Result<const std::string*> SqliteUsers::nobodys_password() {
  std::call_once(nobody_made_, [this] { nobody_ = hashed_password("of a user who is not there"); });
  if (!nobody_) return nobody_.error();
  return &*nobody_;
}

Result<std::optional<BrowserSession>> SqliteUsers::sign_in(std::string_view name, std::string_view password) {
  // Made before anybody is asked for: the first unknown name would take twice the time else.
  CHALK_TRY_ASSIGN(const std::string* nobodys, nobodys_password());
  std::optional<Kept> kept;
  if (is_user_name(name)) {
    CHALK_TRY_ASSIGN(kept, find(name));
  }
  const bool fits = is_password(kept ? kept->password : *nobodys, password.substr(0, kLongestPassword + 1));
  if (!kept || !fits) return std::optional<BrowserSession>();
  CHALK_TRY_ASSIGN(BrowserSession begun, begin_session(std::move(kept->user), kept->password, clock_()));
  if (begun.secret.empty()) return std::optional<BrowserSession>();  // another password was set meanwhile
  return std::optional<BrowserSession>(std::move(begun));
}

Result<BrowserSession> SqliteUsers::begin_session(User user, const std::string& password, std::int64_t now) {
  BrowserSession session;
  CHALK_TRY_ASSIGN(std::string secret, random_secret(kSessionPrefix));
  session.expires_ms = now + kSessionIdleMs;
  const std::scoped_lock lock(mutex_);
  CHALK_TRY_ASSIGN(Transaction transaction, Transaction::begin(database_));
  CHALK_TRY_ASSIGN(Statement tidy, database_.prepare("DELETE FROM browser_session WHERE expires_ms <= ?"));
  CHALK_TRY(tidy.bind(now).run());
  CHALK_TRY_ASSIGN(Statement note, database_.prepare("UPDATE user SET signed_in_ms = ? WHERE id = ? AND password = ?"));
  CHALK_TRY(note.bind(now, user.id, password).run());
  if (database_.changes() == 0) return session;
  CHALK_TRY_ASSIGN(Statement insert,
                   database_.prepare("INSERT INTO browser_session (hash, user, created_ms, used_ms, expires_ms) "
                                     "VALUES (?, ?, ?, ?, ?)"));
  CHALK_TRY(insert.bind(sha256_hex(secret), user.id, now, now, session.expires_ms).run());
  CHALK_TRY(transaction.commit());
  user.signed_in_ms = now;
  session.user = std::move(user);
  session.csrf = csrf_of(secret);
  session.secret = std::move(secret);
  return session;
}

Result<std::optional<BrowserSession>> SqliteUsers::check(std::string_view secret) {
  if (secret.size() != kSessionPrefix.size() + kSecretDigits || !secret.starts_with(kSessionPrefix))
    return std::optional<BrowserSession>();
  const std::string hash = sha256_hex(secret);
  const std::int64_t now = clock_();
  const std::scoped_lock lock(mutex_);
  BrowserSession session;
  std::int64_t used_ms = 0;
  std::int64_t begun_ms = 0;
  {
    CHALK_TRY_ASSIGN(Statement row,
                     database_.prepare(
                         "SELECT user.id, name, role, user.created_ms, signed_in_ms, expires_ms, used_ms, "
                         "browser_session.created_ms FROM browser_session JOIN user ON user.id = user WHERE hash = ?"));
    CHALK_TRY_ASSIGN(const Statement::Step step, row.bind(hash).step());
    if (step == Statement::Step::kDone) return std::optional<BrowserSession>();
    session.user = user_of(row);
    session.expires_ms = row.integer(5);
    used_ms = row.integer(6);
    begun_ms = row.integer(7);
  }
  if (session.expires_ms <= now) return std::optional<BrowserSession>();
  if (now - used_ms >= kNoteSessionEveryMs) {
    session.expires_ms = std::min(now + kSessionIdleMs, begun_ms + kSessionMostMs);
    note_use(hash, now, session.expires_ms);
  }
  session.secret = secret;
  session.csrf = csrf_of(secret);
  return std::optional<BrowserSession>(std::move(session));
}

// That it cannot be noted (a full disk) is no reason to refuse.
void SqliteUsers::note_use(const std::string& hash, std::int64_t now, std::int64_t expires_ms) {
  if (auto update = database_.prepare("UPDATE browser_session SET used_ms = ?, expires_ms = ? WHERE hash = ?"); update)
    (void)update->bind(now, expires_ms, hash).run();
}

Result<void> SqliteUsers::sign_out(std::string_view secret) {
  const std::scoped_lock lock(mutex_);
  CHALK_TRY_ASSIGN(Statement gone, database_.prepare("DELETE FROM browser_session WHERE hash = ?"));
  return gone.bind(sha256_hex(secret)).run();
}

}  // namespace chalkline::library::sqlite
