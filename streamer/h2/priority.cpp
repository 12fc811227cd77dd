// The table of our own objects' urgencies, and the field's small grammar.
#include "streamer/h2/priority.hpp"

#include <algorithm>

#include "streamer/http/access.hpp"
#include "streamer/http/field_text.hpp"

namespace chalkline::streamer {

namespace {

enum class Matter : std::uint8_t {
  kOther,    // pages, scripts, the API
  kOutline,  // playlists, init segments, indexes: nothing plays without them
  kVoice,    // audio and captions
  kVideo,
  kPicture,  // posters, storyboards
};

Matter matter_of(std::string_view target) {
  std::string_view path = target.substr(0, target.find('?'));
  (void)take_path_token(path);
  if (!path.starts_with("/v/") && !path.starts_with("/l/")) return Matter::kOther;
  if (path.ends_with(".m3u8") || path.ends_with("/init.mp4") || path.ends_with("/index.json")) return Matter::kOutline;
  if (path.find("/audio/") != std::string_view::npos || path.find("/text/") != std::string_view::npos)
    return Matter::kVoice;
  if (path.find("/video/") != std::string_view::npos) return Matter::kVideo;
  if (path.find("/image/") != std::string_view::npos) return Matter::kPicture;
  return Matter::kOther;
}
}  // namespace

std::optional<Priority> parse_priority(std::string_view text) {
  Priority found;
  bool any = false;
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    std::string_view member = text.substr(0, comma);
    text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
    member = trimmed(member.substr(0, member.find(';')));  // parameters mean nothing here
    if (member.size() == 3 && member.starts_with("u=") && member[2] >= '0' && member[2] <= '7') {
      found.urgency = static_cast<std::uint32_t>(member[2] - '0');
      any = true;
    } else if (member == "i" || member == "i=?1" || member == "i=?0") {
      found.incremental = member != "i=?0";
      any = true;
    }
  }
  if (!any) return std::nullopt;
  return found;
}

Priority priority_of(std::string_view target, std::optional<Priority> asked) {
  const Matter matter = matter_of(target);
  if (asked) {
    Priority given = *asked;
    if (matter == Matter::kVideo) given.urgency = std::min(given.urgency + 1, 7U);
    if (matter == Matter::kVideo || matter == Matter::kVoice) given.incremental = false;
    return given;
  }
  switch (matter) {
    case Matter::kOutline: return {1, false};
    case Matter::kVoice: return {2, false};
    case Matter::kOther: return {3, false};
    case Matter::kVideo: return {4, false};
    case Matter::kPicture: return {5, false};
  }
  return {};
}

}  // namespace chalkline::streamer
