// Which addresses a range has.
#include "core/network.hpp"

#include <cstring>

#include <arpa/inet.h>
#include <doctest/doctest.h>

#include "tests/support/result.hpp"

using namespace chalkline;

static AddressBytes address(const char* text) {
  AddressBytes bytes{};
  if (::inet_pton(AF_INET6, text, bytes.data()) == 1) return bytes;
  bytes[10] = bytes[11] = 0xff;
  REQUIRE(::inet_pton(AF_INET, text, bytes.data() + 12) == 1);
  return bytes;
}

static bool has(const char* network, const char* one) { return Network::parse(network).value().contains(address(one)); }

TEST_CASE("a range has the addresses that share its first bits") {
  CHECK(has("10.1.0.0/16", "10.1.255.3"));
  CHECK(!has("10.1.0.0/16", "10.2.0.1"));
  CHECK(has("10.1.0.0/15", "10.0.0.1"));
  CHECK(has("192.168.4.0/22", "192.168.7.255"));
  CHECK(!has("192.168.4.0/22", "192.168.8.0"));
  CHECK(has("0.0.0.0/0", "203.0.113.9"));
  CHECK(!has("0.0.0.0/0", "2001:db8::1"));
  CHECK(has("::/0", "203.0.113.9"));
  CHECK(has("2001:db8::/33", "2001:db8:7fff::1"));
  CHECK(!has("2001:db8::/33", "2001:db8:8000::1"));
  CHECK(has("203.0.113.9", "203.0.113.9"));
  CHECK(!has("203.0.113.9", "203.0.113.8"));
  CHECK(has("::ffff:203.0.113.9", "203.0.113.9"));
}

TEST_CASE("a range lies within another where all of its addresses do") {
  const auto within = [](const char* all, const char* part) {
    return Network::parse(all).value().contains(Network::parse(part).value());
  };
  CHECK(within("10.0.0.0/8", "10.1.0.0/16"));
  CHECK(within("10.1.0.0/16", "10.1.0.0/16"));
  CHECK(!within("10.1.0.0/16", "10.0.0.0/8"));
  CHECK(!within("10.1.0.0/16", "10.2.0.0/24"));
  CHECK(!within("10.0.0.0/8", "0.0.0.0/0"));
  CHECK(!within("10.0.0.0/8", "::/0"));
  CHECK(within("::/0", "10.0.0.0/8"));
  CHECK(within("2001:db8::/32", "2001:db8:1::/48"));
}

TEST_CASE("what is no range is refused") {
  for (const char* text : {"", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8x", "10.0.0/8", "::/129",
                           "video.example/8", "10.0.0.0/8/8"})
    CHECK_MESSAGE(!Network::parse(text).has_value(), text);
}
