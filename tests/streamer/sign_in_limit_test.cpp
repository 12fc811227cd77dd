// How often a password may be guessed.
#include "streamer/api/sign_in_limit.hpp"

#include <doctest/doctest.h>

using chalkline::streamer::counted_address;
using chalkline::streamer::SignInLimit;

TEST_CASE("five wrong passwords of a name from an address, then one each half minute") {
  SignInLimit limit;
  std::int64_t now = 1'000'000;
  for (int i = 0; i < SignInLimit::kOfNameAndAddress; ++i) CHECK(limit.begin("amina", "10.0.0.1", now) == 0);
  CHECK(limit.begin("amina", "10.0.0.1", now) == SignInLimit::kNameAndAddressEveryMs);
  CHECK(limit.begin("amina", "10.0.0.2", now) == 0);  // its owner, elsewhere
  CHECK(limit.begin("juma", "10.0.0.1", now) == 0);
  now += SignInLimit::kNameAndAddressEveryMs - 1;
  CHECK(limit.begin("amina", "10.0.0.1", now) == 1);
  CHECK(limit.begin("amina", "10.0.0.1", now + 1) == 0);
  CHECK(limit.begin("amina", "10.0.0.1", now + 1) > 0);
}

TEST_CASE("whoever knows the password is not held up by what was forgiven") {
  SignInLimit limit;
  for (int i = 0; i < 1000; ++i) {
    REQUIRE(limit.begin("amina", "10.0.0.1", 5'000) == 0);
    limit.succeeded("amina", "10.0.0.1", 5'000);
  }
}

TEST_CASE("an address that tries many names runs dry, and so do many addresses together") {
  SignInLimit limit;
  int names = 0;
  while (names < 1000 && limit.begin("user" + std::to_string(names), "10.0.0.1", 0) == 0) ++names;
  CHECK(names == SignInLimit::kOfAddress);
  int addresses = 0;
  while (addresses < 10'000 && limit.begin("amina", "10.1." + std::to_string(addresses) + ".1", 0) == 0) ++addresses;
  CHECK(names + addresses == SignInLimit::kOfAll);
}

TEST_CASE("an IPv6 subscriber is one address") {
  CHECK(counted_address("2001:db8:1:2:3:4:5:6") == counted_address("2001:db8:1:2::9"));
  CHECK(counted_address("2001:db8:1:2::9") != counted_address("2001:db8:1:3::9"));
  CHECK(counted_address("10.0.0.1") == "10.0.0.1");
}
