// Lines end with LF or CRLF; the last one may lack it.
#include "manifests/playlist_lines.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "manifests/utf8.hpp"

namespace chalkline::manifests {

std::string_view PlaylistLines::take_line() {
  const std::size_t end = std::min(rest_.find('\n'), rest_.size());
  std::string_view line = rest_.substr(0, end);
  rest_.remove_prefix(std::min(end + 1, rest_.size()));
  if (line.ends_with('\r')) line.remove_suffix(1);
  ++number_;
  return line;
}

Result<PlaylistLines> PlaylistLines::open(std::string_view text) {
  if (text.size() > kMaxPlaylistBytes)
    return Error(Errc::kLimitExceeded, fmt::format("the playlist has {} bytes, more than the {} that are read",
                                                   text.size(), kMaxPlaylistBytes));
  PlaylistLines check(text);
  while (!check.rest_.empty()) {
    const std::string_view line = check.take_line();
    if (!is_valid_utf8(line)) return check.error("the line is not UTF-8");
    if (has_control_character(line)) return check.error("the line holds a control character");
  }
  PlaylistLines lines(text);
  lines.line_ = lines.take_line();
  if (lines.line_ != "#EXTM3U") return lines.error("a playlist begins with the line #EXTM3U and nothing before it");
  return lines;
}

bool PlaylistLines::next() {
  while (!rest_.empty()) {
    line_ = take_line();
    const bool is_comment = line_.starts_with('#') && !line_.starts_with("#EXT");
    if (!line_.empty() && !is_comment) return true;
  }
  return false;
}

bool PlaylistLines::is_tag(std::string_view name, std::string_view& value) const {
  if (!line_.starts_with('#') || !line_.substr(1).starts_with(name)) return false;
  const std::string_view after = line_.substr(1 + name.size());
  if (!after.empty() && after.front() != ':') return false;
  value = after.empty() ? after : after.substr(1);
  return true;
}

Error PlaylistLines::error(std::string_view what) const {
  return Error(Errc::kCorrupt, fmt::format("line {}: {}", number_, what));
}

}  // namespace chalkline::manifests
