// Where a request that a stranger asked for may go.
#include "client/public_address.hpp"

#include <cstring>
#include <string>

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/un.h>

namespace {

bool is_public(const std::string& text) {
  sockaddr_storage storage{};
  if (text.find(':') == std::string::npos) {
    sockaddr_in in{};
    in.sin_family = AF_INET;
    REQUIRE(inet_pton(AF_INET, text.c_str(), &in.sin_addr) == 1);
    std::memcpy(&storage, &in, sizeof in);
  } else {
    sockaddr_in6 in{};
    in.sin6_family = AF_INET6;
    REQUIRE(inet_pton(AF_INET6, text.c_str(), &in.sin6_addr) == 1);
    std::memcpy(&storage, &in, sizeof in);
  }
  return chalkline::client::is_public_address(reinterpret_cast<const sockaddr&>(storage));
}

}  // namespace

TEST_CASE("addresses of the public Internet are public, to the edges of what is not") {
  for (const char* address : {"1.1.1.1",        "9.255.255.255",    "11.0.0.0",
                              "100.63.255.255", "100.128.0.0",      "126.0.0.1",
                              "128.0.0.1",      "169.253.255.255",  "172.15.255.255",
                              "172.32.0.0",     "192.167.0.1",      "193.0.0.1",
                              "198.17.0.1",     "198.20.0.1",       "223.255.255.255",
                              "2600::1",        "2a00:1450::1",     "2001:4860:4860::8888",
                              "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2002:808:808::1"})
    CHECK_MESSAGE(is_public(address), address);
}

TEST_CASE("the machine itself, its neighbours and what stands for them are not public") {
  for (const char* address : {"0.0.0.0",
                              "10.1.2.3",
                              "100.64.0.1",
                              "127.0.0.1",
                              "127.255.255.255",
                              "169.254.169.254",
                              "172.16.0.1",
                              "172.31.255.255",
                              "192.0.0.8",
                              "192.0.2.1",
                              "192.168.1.1",
                              "198.18.0.1",
                              "198.51.100.7",
                              "203.0.113.9",
                              "224.0.0.1",
                              "239.1.1.1",
                              "255.255.255.255",
                              "::",
                              "::1",
                              "::ffff:127.0.0.1",
                              "::127.0.0.1",
                              "64:ff9b::10.0.0.1",
                              "64:ff9b:1::1",
                              "2002:7f00:1::1",
                              "2001:db8::1",
                              "2001::1",
                              "3fff:1::1",
                              "fc00::1",
                              "fd12::1",
                              "fe80::1",
                              "ff02::1",
                              "100::1"})
    CHECK_FALSE_MESSAGE(is_public(address), address);
  sockaddr_un local{};
  local.sun_family = AF_UNIX;
  CHECK_FALSE(chalkline::client::is_public_address(reinterpret_cast<const sockaddr&>(local)));
}
