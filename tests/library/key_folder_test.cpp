// The keys of a library through their life, a rotation that is cut short included.
#include "library/key_folder.hpp"

#include <doctest/doctest.h>

#include "core/file.hpp"
#include "tests/library/temporary_folder.hpp"
#include "tests/support/result.hpp"

using namespace chalkline;
using namespace chalkline::library;
namespace fs = std::filesystem;

TEST_CASE("a library has no key until one is made, and then that one") {
  const tests::TemporaryFolder library;
  CHECK_FALSE(read_own_keys(library.path()).value().has_value());
  CHECK_FALSE(rotate_own_key(library.path()).has_value());
  const PublicKey made = create_own_key(library.path()).value().key.public_key();
  CHECK(read_own_keys(library.path()).value()->key.public_key() == made);
  CHECK_FALSE(create_own_key(library.path()).has_value());
  const auto modes = fs::status(library.path() / "keys/signing.pem").permissions();
  CHECK((modes & (fs::perms::group_all | fs::perms::others_all)) == fs::perms::none);
}

TEST_CASE("a rotation that was cut short is completed, or was none") {
  const tests::TemporaryFolder library;
  const PublicKey first = create_own_key(library.path()).value().key.public_key();
  const SigningKey unused = SigningKey::generate();
  REQUIRE(write_file(library.path() / "keys/next.pem", unused.to_pem()));
  CHECK(read_own_keys(library.path()).value()->key.public_key() == first);

  const OwnKeys second = rotate_own_key(library.path()).value();
  CHECK(second.key.public_key() != first);
  REQUIRE(second.before.size() == 1);
  CHECK(second.before[0].previous == first);

  // Cut after the line was written and before the rename.
  const SigningKey third = SigningKey::generate();
  REQUIRE(write_file(library.path() / "keys/next.pem", third.to_pem()));
  const std::string line = render_succession(hand_over(second.key, third.public_key()));
  REQUIRE(write_file(library.path() / "keys/succession", render_succession(second.before[0]) + "\n" + line + "\n"));
  const OwnKeys now = read_own_keys(library.path()).value().value();
  CHECK(now.key.public_key() == third.public_key());
  CHECK(now.before.size() == 2);
}

TEST_CASE("trusted are those that were pinned and the library's own, of before too") {
  const tests::TemporaryFolder library;
  const PublicKey other = SigningKey::generate().public_key();
  CHECK(trusted_keys(library.path()).value().empty());
  REQUIRE(trust_key(library.path(), other));
  REQUIRE(trust_key(library.path(), other));
  const PublicKey first = create_own_key(library.path()).value().key.public_key();
  const PublicKey second = rotate_own_key(library.path()).value().key.public_key();
  CHECK(trusted_keys(library.path()).value() == std::vector<PublicKey>{other, first, second});
}
