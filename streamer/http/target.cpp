// Decoding comes before dot segments are removed, so "%2e%2e" is treated as ".." (RFC 3986 6.2.2.2, 5.2.4).
#include "streamer/http/target.hpp"

#include <algorithm>

#include "streamer/http/each_byte.hpp"

namespace chalkline::streamer {

namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<std::string> decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = hex_digit(text[i + 1]);
    const int low = hex_digit(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

bool has_encoded_slash(std::string_view path) {
  for (std::size_t at = path.find('%'); at != std::string_view::npos; at = path.find('%', at + 1)) {
    const std::string_view escape = path.substr(at, 3);
    if (escape == "%2f" || escape == "%2F" || escape == "%5c" || escape == "%5C") return true;
  }
  return false;
}

// RFC 3986 5.2.4, on a decoded path; false when ".." climbs above the root.
bool remove_dot_segments(std::string& path) {
  std::string out;
  std::size_t start = 0;
  while (start < path.size()) {
    const std::size_t slash = path.find('/', start + 1);
    const std::string_view segment =
        std::string_view(path).substr(start + 1, slash == std::string::npos ? std::string::npos : slash - start - 1);
    const bool last = slash == std::string::npos;
    if (segment == "..") {
      if (out.empty()) return false;
      out.erase(out.rfind('/'));
      if (last) out += '/';
    } else if (segment == ".") {
      if (last) out += '/';
    } else {
      out += '/';
      out += segment;
    }
    if (last) break;
    start = slash;
  }
  path = out.empty() ? "/" : std::move(out);
  return true;
}

// What nearly all targets are: a path with nothing to decode or to resolve, and nothing behind it.
bool is_plain_path(std::string_view raw) {
  const auto plain = [](auto c) { return (c >= 0x20) & (c != 0x7f) & (c != '#') & (c != '?') & (c != '%'); };
  return raw.starts_with('/') && each_byte(raw, plain) && !has_pair(raw, '/', '.');
}

}  // namespace

std::optional<Target> parse_target(std::string_view raw, std::string& storage) {
  Target target;
  if (is_plain_path(raw) || raw == "*") {
    target.path = raw;
    return target;
  }
  if (!raw.starts_with('/')) {  // absolute-form, RFC 9112 3.2.2: a server must accept it
    const std::size_t scheme = raw.find("://");
    if (scheme == std::string_view::npos) return std::nullopt;
    const std::string_view name = raw.substr(0, scheme);
    const auto same = [](char a, char b) { return (a | 0x20) == b; };
    const auto is = [&](std::string_view want) {
      return name.size() == want.size() && std::equal(name.begin(), name.end(), want.begin(), same);
    };
    if (!is("http") && !is("https")) return std::nullopt;
    raw.remove_prefix(scheme + 3);
    const std::size_t end = std::min(raw.find_first_of("/?"), raw.size());
    target.authority = raw.substr(0, end);
    if (target.authority.empty() || target.authority.find('@') != std::string_view::npos) return std::nullopt;
    raw.remove_prefix(end);
  }
  if (const std::size_t fragment = raw.find('#'); fragment != std::string_view::npos) return std::nullopt;
  const std::size_t question = raw.find('?');
  if (question != std::string_view::npos) target.query = raw.substr(question + 1);
  target.path = raw.substr(0, question);
  if (target.path.empty()) target.path = "/";

  const bool encoded = target.path.find('%') != std::string_view::npos;
  if (encoded) {
    if (has_encoded_slash(target.path)) return std::nullopt;
    auto decoded = decode(target.path);
    if (!decoded) return std::nullopt;
    storage = std::move(*decoded);
    target.path = storage;
  }
  if (!each_byte(target.path, [](auto c) { return ((c >= 0x20) | (c < 0)) & (c != 0x7f); })) return std::nullopt;
  if (has_pair(target.path, '/', '.')) {
    std::string path(target.path);
    if (!remove_dot_segments(path)) return std::nullopt;
    storage = std::move(path);
    target.path = storage;
  }
  return target;
}

std::optional<std::string> query_value(std::string_view query, std::string_view key) {
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(pair.size() + 1, query.size()));
    const std::size_t equals = pair.find('=');
    if (pair.substr(0, equals) != key) continue;
    return decode(equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1));
  }
  return std::nullopt;
}

std::optional<std::string> percent_decoded(std::string_view text) { return decode(text); }

std::string percent_encode(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                       c == '_' || c == '.' || c == '~';
    if (plain) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    }
  }
  return out;
}

}  // namespace chalkline::streamer
