// Media and I-frame playlists: both are a header, then entries of tags and a URI, then EXT-X-ENDLIST.
#include "manifests/playlist_parser.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "manifests/hls_tag.hpp"
#include "manifests/playlist_lines.hpp"

namespace chalkline::manifests {
namespace {

constexpr std::uint64_t kMaxVersion = 99;
constexpr std::uint64_t kMaxTargetDuration = 24 * 3600;            // seconds
constexpr std::uint64_t kMaxRange = (std::uint64_t{1} << 53) - 1;  // bytes

struct Entry {
  std::string uri;
  std::int64_t duration_ms = 0;
  std::uint64_t range_bytes = 0;  // 0: no EXT-X-BYTERANGE
};

// What both kinds of playlist are read into first.
struct Parsed {
  int version = 1;  // RFC 8216bis 4.4.1.2: without the tag it is 1
  std::int64_t target_duration = 0;
  std::string map_uri;
  bool is_vod = false;
  bool iframes_only = false;
  bool ended = false;
  std::vector<Entry> entries;
};

class EntryParser {
 public:
  explicit EntryParser(PlaylistLines& lines) : lines_(lines) {}

  Result<Parsed> run() {
    while (lines_.next()) {
      if (parsed_.ended) return lines_.error("something follows #EXT-X-ENDLIST");
      CHALK_TRY(lines_.is_uri() ? take_uri() : take_tag());
    }
    if (pending_.duration_ms > 0) return lines_.error("an #EXTINF is not followed by a URI");
    if (!parsed_.ended) return lines_.error("#EXT-X-ENDLIST is missing: the playlist is cut short");
    if (!parsed_.is_vod) return lines_.error("#EXT-X-PLAYLIST-TYPE:VOD is missing");
    if (parsed_.target_duration == 0) return lines_.error("#EXT-X-TARGETDURATION is missing");
    if (parsed_.entries.empty()) return lines_.error("the playlist has no segments");
    return std::move(parsed_);
  }

 private:
  Result<void> take_tag() {
    std::string_view value;
    if (lines_.is_tag("EXTINF", value)) return take_extinf(value);
    if (lines_.is_tag("EXT-X-BYTERANGE", value)) return take_range(value);
    if (lines_.is_tag("EXT-X-MAP", value)) return take_map(value);
    if (lines_.is_tag("EXT-X-TARGETDURATION", value)) return take_target(value);
    if (lines_.is_tag("EXT-X-VERSION", value)) return take_version(value);
    if (lines_.is_tag("EXT-X-I-FRAMES-ONLY", value)) parsed_.iframes_only = true;
    if (lines_.is_tag("EXT-X-ENDLIST", value)) parsed_.ended = true;
    if (lines_.is_tag("EXT-X-PLAYLIST-TYPE", value)) {
      if (value != "VOD") return lines_.error("#EXT-X-PLAYLIST-TYPE is not VOD");
      parsed_.is_vod = true;
    }
    if (lines_.is_tag("EXT-X-STREAM-INF", value))
      return lines_.error("this is a multivariant playlist, not a media playlist");
    return {};
  }

  Result<void> take_extinf(std::string_view value) {
    if (pending_.duration_ms > 0) return lines_.error("two #EXTINF for one URI");
    const auto duration = parse_thousandths(value.substr(0, value.find(',')));
    if (!duration || *duration == 0 || value.find(',') == std::string_view::npos)
      return lines_.error("#EXTINF is not a positive number of seconds with at most three decimals and a comma");
    pending_.duration_ms = *duration;
    return {};
  }

  Result<void> take_range(std::string_view value) {
    if (pending_.range_bytes > 0) return lines_.error("two #EXT-X-BYTERANGE for one URI");
    const std::size_t at = std::min(value.find('@'), value.size());
    const auto bytes = parse_decimal(value.substr(0, at), kMaxRange);
    if (!bytes || *bytes == 0 || value.substr(at) != "@0")
      return lines_.error("#EXT-X-BYTERANGE is not <bytes>@0 with bytes above 0");
    pending_.range_bytes = *bytes;
    return {};
  }

  Result<void> take_map(std::string_view value) {
    if (!parsed_.map_uri.empty()) return lines_.error("a second #EXT-X-MAP");
    if (!parsed_.entries.empty()) return lines_.error("#EXT-X-MAP comes after segments it should apply to");
    AttributeReader attributes(value);
    parsed_.map_uri = attributes.quoted("URI");
    if (parsed_.map_uri.empty()) attributes.fail("URI is empty");
    if (attributes.failure()) return lines_.error("#EXT-X-MAP: " + *attributes.failure());
    return {};
  }

  Result<void> take_target(std::string_view value) {
    const auto seconds = parse_decimal(value, kMaxTargetDuration);
    if (parsed_.target_duration > 0) return lines_.error("a second #EXT-X-TARGETDURATION");
    if (!seconds || *seconds == 0) return lines_.error("#EXT-X-TARGETDURATION is not a whole number of seconds from 1");
    parsed_.target_duration = static_cast<std::int64_t>(*seconds);
    return {};
  }

  Result<void> take_version(std::string_view value) {
    const auto version = parse_decimal(value, kMaxVersion);
    if (!version || *version == 0) return lines_.error("#EXT-X-VERSION is not a whole number from 1 to 99");
    parsed_.version = static_cast<int>(*version);
    return {};
  }

  Result<void> take_uri() {
    if (pending_.duration_ms == 0) return lines_.error("a URI without #EXTINF before it");
    // RFC 8216bis 4.4.3.1: rounded to the nearest second, no segment is longer than the target duration.
    if ((pending_.duration_ms + 500) / 1000 > parsed_.target_duration)
      return lines_.error("the segment is longer than #EXT-X-TARGETDURATION, or that tag comes after it");
    pending_.uri = lines_.line();
    parsed_.entries.push_back(std::move(pending_));
    pending_ = {};
    return {};
  }

  PlaylistLines& lines_;
  Parsed parsed_;
  Entry pending_;
};

Result<Parsed> parse_entries(PlaylistLines& lines) { return EntryParser(lines).run(); }

}  // namespace

Result<MediaPlaylist> parse_media_playlist(std::string_view text) {
  CHALK_TRY_ASSIGN(PlaylistLines lines, PlaylistLines::open(text));
  CHALK_TRY_ASSIGN(Parsed parsed, parse_entries(lines));
  if (parsed.iframes_only) return lines.error("this is an I-frame playlist, not a media playlist");
  MediaPlaylist playlist;
  playlist.version = parsed.version;
  playlist.target_duration = parsed.target_duration;
  playlist.map_uri = std::move(parsed.map_uri);
  for (Entry& entry : parsed.entries) {
    if (entry.range_bytes > 0) return lines.error("#EXT-X-BYTERANGE in a media playlist: our segments are whole files");
    playlist.segments.push_back({std::move(entry.uri), entry.duration_ms});
  }
  return playlist;
}

Result<IFramePlaylist> parse_iframe_playlist(std::string_view text) {
  CHALK_TRY_ASSIGN(PlaylistLines lines, PlaylistLines::open(text));
  CHALK_TRY_ASSIGN(Parsed parsed, parse_entries(lines));
  if (!parsed.iframes_only) return lines.error("#EXT-X-I-FRAMES-ONLY is missing");
  if (parsed.map_uri.empty()) return lines.error("#EXT-X-MAP is missing");
  IFramePlaylist playlist;
  playlist.version = parsed.version;
  playlist.target_duration = parsed.target_duration;
  playlist.map_uri = std::move(parsed.map_uri);
  for (Entry& entry : parsed.entries) {
    if (entry.range_bytes == 0) return lines.error("an I-frame has no #EXT-X-BYTERANGE");
    playlist.frames.push_back({std::move(entry.uri), entry.duration_ms, entry.range_bytes});
  }
  return playlist;
}

}  // namespace chalkline::manifests
