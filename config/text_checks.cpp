// inet_pton for addresses; a strict hand-written shape for origins, because a header must equal them byte for byte.
#include "config/text_checks.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <sstream>
#include <string>

#include <arpa/inet.h>

#include "core/base64.hpp"
#include "core/hours.hpp"
#include "core/network.hpp"
#include "core/signing.hpp"

namespace chalkline::config {

static std::string quote(std::string_view text) { return "\"" + std::string(text) + "\""; }

std::string check_address(std::string_view text) {
  std::array<unsigned char, sizeof(in6_addr)> storage{};
  const std::string address(text);
  if (::inet_pton(AF_INET, address.c_str(), storage.data()) == 1) return {};
  if (::inet_pton(AF_INET6, address.c_str(), storage.data()) == 1) return {};
  return "must be an IPv4 or IPv6 address such as 127.0.0.1, 0.0.0.0 or ::, but is " + quote(text);
}

// scheme://host[:port], lower case, no path, no final slash.
static bool is_origin(std::string_view text) {
  if (text.starts_with("https://")) {
    text.remove_prefix(8);
  } else if (text.starts_with("http://")) {
    text.remove_prefix(7);
  } else {
    return false;
  }
  if (text.empty() || text.front() == ':') return false;
  for (const char c : text) {
    const bool allowed =
        (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == ':' || c == '[' || c == ']';
    if (!allowed) return false;
  }
  return true;
}

std::string check_origin(std::string_view text) {
  if (text == "*" || is_origin(text)) return {};
  return "must be \"*\" or an origin such as \"https://school.example\", in lower case and without a path, but is " +
         quote(text);
}

std::string check_file_name(std::string_view text) {
  if (text.find('\0') == std::string_view::npos) return {};
  return "must be the name of a file";
}

std::string check_public_key(std::string_view text) {
  return PublicKey::parse(text) ? std::string() : "must be a public key: ed25519: and 43 characters";
}

std::string check_hours(std::string_view text) {
  return text.empty() || parse_hours(text) ? std::string() : "must be a part of the day: 01:00-05:00";
}

std::string check_line(std::string_view text) {
  const bool fits = !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) { return c >= 0x20; });
  return fits ? std::string() : "must be a text in one line";
}

std::string check_secret(std::string_view text) {
  constexpr std::size_t kLeast = 32;
  return text.size() >= kLeast ? std::string() : "must be a secret of 32 characters and more";
}

std::string check_word(std::string_view text) {
  const bool fits = text.size() <= 15 && std::all_of(text.begin(), text.end(), [](unsigned char c) {
                      return std::isalnum(c) != 0 || c == '-' || c == '_';
                    });
  return fits ? std::string() : "must be one word, but is " + quote(text);
}

std::string check_hook_url(std::string_view text) {
  constexpr std::size_t kLongest = 2'000;
  const std::size_t scheme = text.find("://");
  const std::size_t host = scheme == std::string_view::npos ? text.size() : scheme + 3;
  const bool clean = std::all_of(text.begin(), text.end(), [](unsigned char c) { return c > ' ' && c < 0x7f; });
  const bool whole = text.find('#') == std::string_view::npos && text.size() <= kLongest;
  if (clean && whole && is_origin(text.substr(0, text.find_first_of("/?", host)))) return {};
  return "must be an address such as https://platform.example/hook, but is " + quote(text);
}

std::string check_hook_secret(std::string_view text) {
  constexpr std::string_view kPrefix = "whsec_";
  if (text.starts_with(kPrefix)) {
    const auto bytes = from_base64(text.substr(kPrefix.size()));
    if (bytes && bytes->size() >= 24 && bytes->size() <= 64) return {};
  }
  return "must be whsec_ and 24 to 64 bytes in base64";
}

std::string check_endpoint(std::string_view text) {
  const std::size_t scheme = text.find("://");
  const std::size_t path = scheme == std::string_view::npos ? scheme : text.find('/', scheme + 3);
  const std::string_view rest = path == std::string_view::npos ? std::string_view() : text.substr(path);
  const bool plain = std::all_of(rest.begin(), rest.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || std::string_view("/-._~").find(static_cast<char>(c)) != std::string_view::npos;
  });
  if (text.empty() || (is_origin(text.substr(0, path)) && plain)) return {};
  return "must be empty or an address such as https://lrs.example/xapi, but is " + quote(text);
}

std::string check_base_url(std::string_view text) {
  if (text.empty() || is_origin(text)) return {};
  return "must be empty or an address such as https://video.example, in lower case and without a path, but is " +
         quote(text);
}

std::string check_network(std::string_view text) {
  if (Network::parse(text)) return {};
  return "must be an address range such as 10.1.0.0/16 or 2001:db8::/32, but is " + quote(text);
}

std::string check_mirror_name(std::string_view text) {
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  const bool fits = text.empty() || (plain(text.front()) && text.size() <= 64 && std::ranges::all_of(text, [&](char c) {
                                       return plain(c) || c == '-' || c == '.';
                                     }));
  return fits ? std::string() : "must be small letters, digits, \"-\" and \".\", 64 at most, but is " + quote(text);
}

std::string check_near_mirror(std::string_view text) {
  std::istringstream words{std::string(text)};
  std::string word;
  words >> word;
  bool fits = is_origin(word);
  int networks = 0;
  while (words >> word) {
    fits = fits && Network::parse(word).has_value();
    ++networks;
  }
  return fits && networks > 0 ? std::string()
                              : "must be a mirror's address and the address ranges that are near it, such as "
                                "https://mirror.example 10.1.0.0/16, but is " +
                                    quote(text);
}

}  // namespace chalkline::config
