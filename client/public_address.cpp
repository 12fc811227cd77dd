// The special-purpose registries as prefixes.
#include "client/public_address.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

#include <netinet/in.h>
#include <sys/socket.h>

namespace chalkline::client {

namespace {

struct Prefix4 {
  std::uint32_t address;
  unsigned bits;
};

constexpr std::uint32_t four(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d) {
  return a << 24U | b << 16U | c << 8U | d;
}

constexpr std::array kNotPublic4 = {
    Prefix4{four(0, 0, 0, 0), 8},      Prefix4{four(10, 0, 0, 0), 8},     Prefix4{four(100, 64, 0, 0), 10},
    Prefix4{four(127, 0, 0, 0), 8},    Prefix4{four(169, 254, 0, 0), 16}, Prefix4{four(172, 16, 0, 0), 12},
    Prefix4{four(192, 0, 0, 0), 24},   Prefix4{four(192, 0, 2, 0), 24},   Prefix4{four(192, 88, 99, 0), 24},
    Prefix4{four(192, 168, 0, 0), 16}, Prefix4{four(198, 18, 0, 0), 15},  Prefix4{four(198, 51, 100, 0), 24},
    Prefix4{four(203, 0, 113, 0), 24}, Prefix4{four(224, 0, 0, 0), 4},    Prefix4{four(240, 0, 0, 0), 4},
};

bool is_public4(std::uint32_t address) {
  return std::none_of(kNotPublic4.begin(), kNotPublic4.end(), [address](const Prefix4& prefix) {
    return (address ^ prefix.address) >> (32U - prefix.bits) == 0;
  });
}

std::uint32_t four_at(const std::array<std::uint8_t, 16>& bytes, std::size_t at) {
  return four(bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]);
}

bool begins(const std::array<std::uint8_t, 16>& bytes, std::initializer_list<std::uint8_t> with) {
  return std::equal(with.begin(), with.end(), bytes.begin());
}

// 2000::/3 is what is given out; of it not what stands for something else.
bool is_public6(const std::array<std::uint8_t, 16>& bytes) {
  if (begins(bytes, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff})) return is_public4(four_at(bytes, 12));     // mapped
  if (begins(bytes, {0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0})) return is_public4(four_at(bytes, 12));  // NAT64
  if ((bytes[0] & 0xe0U) != 0x20U) return false;
  if (begins(bytes, {0x20, 0x02})) return is_public4(four_at(bytes, 2));     // 6to4
  if (begins(bytes, {0x20, 0x01, 0x0d, 0xb8})) return false;                 // documentation
  if (begins(bytes, {0x3f, 0xff}) && (bytes[2] & 0xf0U) == 0) return false;  // documentation (RFC 9637)
  return !(begins(bytes, {0x20, 0x01}) && (bytes[2] & 0xfeU) == 0);          // IETF protocols, Teredo
}

}  // namespace

bool is_public_address(const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, &address, sizeof in);
    return is_public4(ntohl(in.sin_addr.s_addr));
  }
  if (address.sa_family != AF_INET6) return false;
  sockaddr_in6 in{};
  std::memcpy(&in, &address, sizeof in);
  std::array<std::uint8_t, 16> bytes{};
  std::memcpy(bytes.data(), &in.sin6_addr, bytes.size());
  return is_public6(bytes);
}

}  // namespace chalkline::client
