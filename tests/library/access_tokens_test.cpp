// Tokens: what is kept of them, who gets in with them, until when.
#include "library/access_tokens.hpp"

#include <doctest/doctest.h>

#include "core/file.hpp"
#include "library/library.hpp"
#include "tests/library/temporary_folder.hpp"
#include "tests/support/result.hpp"

using namespace chalkline;
using namespace chalkline::library;

TEST_CASE("a token's secret opens until it ends or is revoked, and is not kept") {
  const tests::TemporaryFolder folder;
  std::int64_t now = 1'000'000;
  const Library library = open_library(folder.path(), [&now] { return now; }).value();
  const auto made = library.tokens->create("content team", Role::kEditor, 2'000'000).value();
  const std::string& secret = made.second;
  CHECK(secret.starts_with(kTokenPrefix));
  CHECK(secret.size() == kTokenPrefix.size() + 64);
  const auto checked = library.tokens->check(secret).value();
  REQUIRE(checked);
  CHECK(checked->id == made.first.id);
  CHECK(checked->role == Role::kEditor);
  for (const char* file : {"library.db", "library.db-wal"})
    CHECK(read_file(folder.path() / file).value().find(secret) == std::string::npos);
  now = 1'999'999;
  CHECK(library.tokens->check(secret).value());
  now = 2'000'000;
  CHECK_FALSE(library.tokens->check(secret).value());

  const auto second = library.tokens->create("platform", Role::kAdmin, 0).value();
  now = 9'000'000'000'000;
  REQUIRE(library.tokens->check(second.second).value());
  CHECK(library.tokens->list().value().size() == 2);
  REQUIRE(library.tokens->revoke(second.first.id));
  CHECK_FALSE(library.tokens->check(second.second).value());
  CHECK(library.tokens->revoke(second.first.id).error().code == Errc::kNotFound);
}

TEST_CASE("only the whole secret is one") {
  const tests::TemporaryFolder folder;
  const Library library = open_library(folder.path()).value();
  const auto made = library.tokens->create("x", Role::kReader, 0).value();
  const std::string& secret = made.second;
  std::string other = secret;
  other.back() = other.back() == '0' ? '1' : '0';
  for (const std::string& wrong :
       {std::string(), std::string("ct_"), secret + "0", secret.substr(3), made.first.id, other})
    CHECK_FALSE(library.tokens->check(wrong).value());
}

TEST_CASE("when a token was last used is noted to the minute") {
  const tests::TemporaryFolder folder;
  std::int64_t now = 1'000'000;
  const Library library = open_library(folder.path(), [&now] { return now; }).value();
  const auto made = library.tokens->create("x", Role::kReader, 0).value();
  const std::string& secret = made.second;
  const auto last_used = [&] { return library.tokens->list().value().at(0).last_used_ms; };
  CHECK(last_used() == 0);
  REQUIRE(library.tokens->check(secret).value());
  CHECK(last_used() == 1'000'000);
  now += 59'999;
  REQUIRE(library.tokens->check(secret).value());
  CHECK(last_used() == 1'000'000);
  now += 1;
  REQUIRE(library.tokens->check(secret).value());
  CHECK(last_used() == 1'060'000);
}

TEST_CASE("tokens without a label, with one that is no line of text, or that have ended already are refused") {
  const tests::TemporaryFolder folder;
  const Library library = open_library(folder.path(), [] { return std::int64_t{5000}; }).value();
  for (const std::string& label : {std::string(), std::string(201, 'a'), std::string("a\nb")})
    CHECK(library.tokens->create(label, Role::kReader, 0).error().code == Errc::kInvalidArgument);
  CHECK(library.tokens->create("x", Role::kReader, 5000).error().code == Errc::kInvalidArgument);
  CHECK(library.tokens->create("x", Role::kReader, 5001));
}

TEST_CASE("roles have names, and nothing else is a role") {
  for (const Role role : {Role::kReader, Role::kEditor, Role::kOperator, Role::kAdmin})
    CHECK(role_named(name(role)) == role);
  CHECK_FALSE(role_named("Editor"));
  CHECK_FALSE(role_named(""));
}
