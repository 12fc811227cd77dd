// Playlist text as lines, for the parsers of this folder (RFC 8216bis 4.1): checks the encoding once, skips blank lines
// and comments, counts lines, and puts the line number into errors. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/error.hpp"

namespace chalkline::manifests {

// A playlist of ours for ten hours of two-second segments is under 1 MB.
inline constexpr std::size_t kMaxPlaylistBytes = 8 * 1024 * 1024;

class PlaylistLines {
 public:
  // Fails when the text is too long, begins with a byte order mark, is not UTF-8, holds control characters, or does not
  // begin with the line #EXTM3U. `text` must outlive the object.
  static Result<PlaylistLines> open(std::string_view text);

  // Moves to the next tag or URI line; false at the end.
  bool next();
  [[nodiscard]] std::string_view line() const { return line_; }
  [[nodiscard]] bool is_uri() const { return !line_.starts_with('#'); }
  // Is this the tag `name`? `value` becomes what follows its colon, or empty.
  bool is_tag(std::string_view name, std::string_view& value) const;

  // kCorrupt, "line 12: ...".
  [[nodiscard]] Error error(std::string_view what) const;

 private:
  explicit PlaylistLines(std::string_view text) : rest_(text) {}
  std::string_view take_line();

  std::string_view rest_;
  std::string_view line_;
  std::size_t number_ = 0;
};

}  // namespace chalkline::manifests
