// inet_pton(3) reads addresses; the rest is bits.
#include "core/network.hpp"

#include <algorithm>
#include <charconv>
#include <string>

#include <arpa/inet.h>

namespace chalkline {

Result<Network> Network::parse(std::string_view text) {
  const Error wrong(Errc::kInvalidArgument, "\"" + std::string(text) + "\" is no address range",
                    "write it as 10.1.0.0/16 or 2001:db8::/32");
  const std::size_t slash = text.find('/');
  const std::string address(text.substr(0, slash));
  AddressBytes bytes{};
  const bool four = address.find(':') == std::string::npos;
  if (four) bytes[10] = bytes[11] = 0xff;
  if (::inet_pton(four ? AF_INET : AF_INET6, address.c_str(), bytes.data() + (four ? 12 : 0)) != 1) return wrong;
  const int width = four ? 32 : 128;
  int bits = width;
  if (slash != std::string_view::npos) {
    const std::string_view number = text.substr(slash + 1);
    const auto [end, failed] = std::from_chars(number.data(), number.data() + number.size(), bits);
    if (failed != std::errc() || end != number.data() + number.size() || bits < 0 || bits > width) return wrong;
  }
  return Network(bytes, bits + 128 - width);
}

bool Network::contains(const AddressBytes& address) const {
  const auto whole = static_cast<std::size_t>(bits_ / 8);
  if (!std::equal(first_.begin(), first_.begin() + static_cast<std::ptrdiff_t>(whole), address.begin())) return false;
  const int rest = bits_ % 8;
  return rest == 0 || ((first_[whole] ^ address[whole]) >> (8 - rest)) == 0;
}

bool Network::contains(const Network& other) const { return other.bits_ >= bits_ && contains(other.first_); }

}  // namespace chalkline
