// HMAC over "chalkline-access-1\nPREFIX\nEXPIRES"; OpenSSL does the sums and the comparison.
#include "streamer/http/access.hpp"

#include <algorithm>
#include <charconv>

#include <openssl/crypto.h>

#include "core/base64.hpp"
#include "core/hmac.hpp"

namespace chalkline::streamer {

namespace {

constexpr std::size_t kLongestToken = 512;

std::string signature(std::string_view secret, std::string_view prefix, std::string_view expires) {
  std::string message = "chalkline-access-1\n";
  message.append(prefix).append("\n").append(expires);
  return hmac_sha256(secret, message);
}

bool same_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace

std::string make_token(std::string_view secret, const AccessGrant& grant) {
  const std::string expires = std::to_string(grant.expires);
  return expires + '.' + base64url(grant.prefix) + '.' + base64url(signature(secret, grant.prefix, expires));
}

std::optional<AccessGrant> check_token(std::string_view token, std::span<const std::string> secrets, std::int64_t now) {
  if (token.size() > kLongestToken) return std::nullopt;
  const std::size_t first = token.find('.');
  const std::size_t second = first == std::string_view::npos ? first : token.find('.', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  const std::string_view expires = token.substr(0, first);
  AccessGrant grant;
  const auto [end, failed] = std::from_chars(expires.data(), expires.data() + expires.size(), grant.expires);
  if (failed != std::errc() || end != expires.data() + expires.size()) return std::nullopt;
  auto prefix = from_base64url(token.substr(first + 1, second - first - 1));
  const auto given = from_base64url(token.substr(second + 1));
  if (!prefix || !prefix->starts_with('/') || !given) return std::nullopt;
  const bool genuine = std::any_of(secrets.begin(), secrets.end(), [&](const std::string& secret) {
    return same_in_constant_time(signature(secret, *prefix, expires), *given);
  });
  if (!genuine || grant.expires <= now) return std::nullopt;
  grant.prefix = std::move(*prefix);
  return grant;
}

bool opens(const AccessGrant& grant, std::string_view path) {
  const std::string_view prefix = grant.prefix;
  const auto beneath = [&](std::string_view top) {
    if (top.ends_with('/')) top.remove_suffix(1);
    return path.starts_with(top) && (path.size() == top.size() || path[top.size()] == '/');
  };
  if (beneath(prefix)) return true;
  constexpr std::string_view kLesson = "/l/";
  if (!prefix.starts_with(kLesson)) return false;
  std::string_view lesson = prefix.substr(kLesson.size());
  if (lesson.ends_with('/')) lesson.remove_suffix(1);
  if (lesson.empty()) return false;
  for (const std::string_view page : {"/watch/", "/embed/"})
    if (path.starts_with(page)) return path.substr(page.size()) == lesson;
  return false;
}

std::string_view bearer_token(std::string_view authorization) {
  constexpr std::string_view kScheme = "bearer ";
  if (authorization.size() <= kScheme.size() ||
      !std::equal(kScheme.begin(), kScheme.end(), authorization.begin(),
                  [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? static_cast<char>(b | 0x20) : b); }))
    return {};
  authorization.remove_prefix(kScheme.size());
  while (authorization.starts_with(' ')) authorization.remove_prefix(1);
  return authorization;
}

std::string_view take_path_token(std::string_view& target) {
  constexpr std::string_view kFront = "/t/";
  if (!target.starts_with(kFront)) return {};
  const std::size_t end = target.find('/', kFront.size());
  if (end == std::string_view::npos || end == kFront.size()) return {};
  const std::string_view token = target.substr(kFront.size(), end - kFront.size());
  target.remove_prefix(end);
  return token;
}

}  // namespace chalkline::streamer
