// Users and sessions: what is kept of a password and of a session, who gets in, until when, and how long a no takes.
#include "library/users.hpp"

#include <algorithm>

#include <doctest/doctest.h>
#include <time.h>

#include "core/file.hpp"
#include "library/library.hpp"
#include "tests/library/temporary_folder.hpp"
#include "tests/support/result.hpp"

using namespace chalkline;
using namespace chalkline::library;

static constexpr const char* kPassword = "blue chalk, green board";

TEST_CASE("a user signs in with the password, and neither it nor the session's secret is kept") {
  const tests::TemporaryFolder folder;
  std::int64_t now = 1'000'000;
  const Library library = open_library(folder.path(), [&now] { return now; }).value();
  const User made = library.users->create("amina", Role::kEditor, kPassword).value();
  CHECK(made.signed_in_ms == 0);
  CHECK_FALSE(library.users->sign_in("amina", "blue chalk, green boarD").value());
  CHECK_FALSE(library.users->sign_in("nobody", kPassword).value());
  CHECK_FALSE(library.users->sign_in("", "").value());
  const BrowserSession session = library.users->sign_in("amina", kPassword).value().value();
  CHECK(session.user.role == Role::kEditor);
  const BrowserSession other = library.users->sign_in("amina", kPassword).value().value();
  CHECK(other.secret != session.secret);
  CHECK(other.csrf != session.csrf);
  for (const char* file : {"library.db", "library.db-wal"}) {
    const std::string bytes = read_file(folder.path() / file).value();
    for (const std::string& secret : {std::string(kPassword), session.secret, session.csrf})
      CHECK(bytes.find(secret) == std::string::npos);
  }
  CHECK(library.users->check(session.secret).value()->csrf == session.csrf);
  REQUIRE(library.users->sign_out(session.secret));
  CHECK_FALSE(library.users->check(session.secret).value());
  CHECK(library.users->check(other.secret).value());
  CHECK(library.users->list().value().at(0).signed_in_ms == now);
}

TEST_CASE("a session ends when it is not used for twelve hours, and after a week in any case") {
  const tests::TemporaryFolder folder;
  std::int64_t now = 1'000'000;
  const Library library = open_library(folder.path(), [&now] { return now; }).value();
  REQUIRE(library.users->create("amina", Role::kReader, kPassword));
  const std::string idle = library.users->sign_in("amina", kPassword).value()->secret;
  const std::string used = library.users->sign_in("amina", kPassword).value()->secret;
  const std::int64_t end = now + kSessionMostMs;
  now += kSessionIdleMs - 1;
  CHECK(library.users->check(used).value());
  now += 1;
  CHECK_FALSE(library.users->check(idle).value());
  while (now + kSessionIdleMs / 2 < end) {
    now += kSessionIdleMs / 2;
    CHECK(library.users->check(used).value());
  }
  now = end;
  CHECK_FALSE(library.users->check(used).value());
}

TEST_CASE("another password, another role or the user's end close every session") {
  const tests::TemporaryFolder folder;
  const Library library = open_library(folder.path()).value();
  REQUIRE(library.users->create("amina", Role::kReader, kPassword));
  std::string secret = library.users->sign_in("amina", kPassword).value()->secret;
  REQUIRE(library.users->change("amina", Role::kAdmin, std::nullopt));
  CHECK_FALSE(library.users->check(secret).value());
  secret = library.users->sign_in("amina", kPassword).value()->secret;
  REQUIRE(library.users->change("amina", std::nullopt, "another pass phrase"));
  CHECK_FALSE(library.users->check(secret).value());
  CHECK_FALSE(library.users->sign_in("amina", kPassword).value());
  secret = library.users->sign_in("amina", "another pass phrase").value()->secret;
  CHECK(library.users->check(secret).value()->user.role == Role::kAdmin);
  REQUIRE(library.users->remove("amina"));
  CHECK_FALSE(library.users->check(secret).value());
  CHECK(library.users->remove("amina").error().code == Errc::kNotFound);
  CHECK(library.users->change("amina", Role::kReader, std::nullopt).error().code == Errc::kNotFound);
}

TEST_CASE("what cannot be a name or a password is refused") {
  const tests::TemporaryFolder folder;
  const Library library = open_library(folder.path()).value();
  for (const char* name : {"", "Amina", "a b", "-a", "a\n", "ä"})
    CHECK(library.users->create(name, Role::kReader, kPassword).error().code == Errc::kInvalidArgument);
  for (const std::string& password : {std::string("123456789"), std::string(201, 'x')})
    CHECK(library.users->create("amina", Role::kReader, password).error().code == Errc::kInvalidArgument);
  REQUIRE(library.users->create("amina", Role::kReader, kPassword));
  CHECK(library.users->create("amina", Role::kAdmin, kPassword).error().code == Errc::kAlreadyExists);
  CHECK(library.users->list().value().at(0).role == Role::kReader);
}

// Time of this thread's own work, so that a busy machine changes nothing.
static double cpu_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

TEST_CASE("a no takes as much work for a name that nobody has as for a wrong password") {
  const tests::TemporaryFolder folder;
  const Library library = open_library(folder.path()).value();
  REQUIRE(library.users->create("amina", Role::kReader, kPassword));
  REQUIRE_FALSE(library.users->sign_in("nobody", "a first time").value());
  const auto least = [&](const char* name) {
    double best = 1e9;
    for (int i = 0; i < 3; ++i) {
      const double began = cpu_seconds();
      REQUIRE_FALSE(library.users->sign_in(name, "a wrong password").value());
      best = std::min(best, cpu_seconds() - began);
    }
    return best;
  };
  const double known = least("amina");
  for (const char* name : {"nobody", "", "No Name At All"}) {
    const double unknown = least(name);
    CAPTURE(known);
    CAPTURE(unknown);
    CHECK(unknown > known / 1.5);
    CHECK(unknown < known * 1.5);
  }
}
