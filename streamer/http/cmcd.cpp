// Keys and values separated by commas; strings in quotes with backslash escapes (CTA-5004 3.2).
#include "streamer/http/cmcd.hpp"

#include <algorithm>
#include <charconv>

#include "streamer/http/target.hpp"

namespace chalkline::streamer {

namespace {

// Takes the next "key" or "key=value" off `text`; a quoted value may hold commas.
std::string_view next_pair(std::string_view& text) {
  bool quoted = false;
  std::size_t end = 0;
  for (; end < text.size(); ++end) {
    if (text[end] == '"') quoted = !quoted;
    if (quoted && text[end] == '\\') ++end;
    if (!quoted && end < text.size() && text[end] == ',') break;
  }
  std::string_view pair = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  while (!pair.empty() && pair.front() == ' ') pair.remove_prefix(1);
  while (!pair.empty() && pair.back() == ' ') pair.remove_suffix(1);
  return pair;
}

std::optional<std::uint32_t> number(std::string_view text) {
  std::uint32_t value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string unquoted(std::string_view text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return {};
  std::string value;
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    if (text[i] == '\\' && i + 2 < text.size()) ++i;
    value += text[i];
  }
  return value;
}

}  // namespace

void parse_cmcd(std::string_view text, Cmcd& data) {
  while (!text.empty()) {
    const std::string_view pair = next_pair(text);
    const std::size_t equals = pair.find('=');
    const std::string_view key = pair.substr(0, equals);
    const std::string_view value = equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1);
    const bool is_set = equals == std::string_view::npos || value == "true";  // a boolean is true by being there
    bool understood = true;
    if (key == "bl")
      understood = (data.buffer_ms = number(value)).has_value();
    else if (key == "mtp")
      understood = (data.throughput_kbps = number(value)).has_value();
    else if (key == "rtp")
      understood = (data.sufficient_kbps = number(value)).has_value();
    else if (key == "bs")
      data.starved = is_set;
    else if (key == "su")
      data.starting = is_set;
    else if (key == "nor")
      data.next_object = percent_decoded(unquoted(value)).value_or("");
    else if (key != "sid" && key != "cid" && key != "ot" && key != "sf" && key != "d" && key != "br" && key != "tb")
      understood = false;
    data.any = data.any || understood;
  }
}

std::string resolve_path(std::string_view path, std::string_view relative) {
  constexpr std::size_t kLongest = 1024;
  if (relative.empty() || relative.size() > kLongest || relative.starts_with("//")) return {};
  relative = relative.substr(0, relative.find_first_of("?#"));
  if (relative.empty() || relative.find(':') != std::string_view::npos) return {};
  std::string joined;
  if (!relative.starts_with('/')) joined = path.substr(0, path.rfind('/') + 1);
  joined += relative;
  std::string storage;
  const auto target = parse_target(joined, storage);
  return target ? std::string(target->path) : std::string();
}

}  // namespace chalkline::streamer
