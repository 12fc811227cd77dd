// The request target (RFC 9112 3.2) taken apart: path percent-decoded and normalised so that it cannot escape, query
// raw. Pure. A path that needs no work, which is every path we hand out, is a view into the target.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace chalkline::streamer {

struct Target {
  std::string_view path;       // begins with '/', decoded, without "." and ".." parts; "*" for OPTIONS *
  std::string_view query;      // after '?', not decoded
  std::string_view authority;  // absolute-form only
};

// `storage` keeps the decoded path where it differs from the raw one. None: bad percent escape, an encoded slash, a
// control character, ".." above the root, or a form we do not serve (authority-form).
std::optional<Target> parse_target(std::string_view raw, std::string& storage);

// What stands behind the first '?' of a target as it was sent; empty where there is none.
constexpr std::string_view query_of(std::string_view raw) {
  const std::size_t question = raw.find('?');
  return question == std::string_view::npos ? std::string_view() : raw.substr(question + 1);
}

// The first value of `key` in a query, percent-decoded, '+' kept as it is; none where absent or badly escaped.
std::optional<std::string> query_value(std::string_view query, std::string_view key);

// None where a percent escape is bad.
std::optional<std::string> percent_decoded(std::string_view text);

// Bytes as they may stand in a URL path segment: unreserved characters bare, the rest percent-encoded.
std::string percent_encode(std::string_view text);

}  // namespace chalkline::streamer
