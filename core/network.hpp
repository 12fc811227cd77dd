// A range of IP addresses in CIDR notation: "10.1.0.0/16" (RFC 4632), "2001:db8::/32" (RFC 4291 2.3). Pure.
#pragma once

#include <array>
#include <string_view>

#include "core/error.hpp"

namespace chalkline {

// An IPv4 address as it is mapped into IPv6 (RFC 4291 2.5.5.2).
using AddressBytes = std::array<unsigned char, 16>;

class Network {
 public:
  // An address alone is a range of one. kInvalidArgument.
  static Result<Network> parse(std::string_view text);
  [[nodiscard]] bool contains(const AddressBytes& address) const;
  [[nodiscard]] bool contains(const Network& other) const;  // all of it
  friend bool operator==(const Network&, const Network&) = default;

 private:
  Network(const AddressBytes& first, int bits) : first_(first), bits_(bits) {}
  AddressBytes first_;
  int bits_;  // of 128 that all addresses of the range share
};

}  // namespace chalkline
