// Media playlist from a rendition, and its text.
#include "manifests/media_playlist.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "manifests/version_path.hpp"

namespace chalkline::manifests {

std::vector<std::int64_t> extinf_durations(const RenditionEntry& rendition) {
  constexpr Timescale kMilliseconds = 1000;
  const Timescale timescale = rendition.format.timescale;
  std::vector<std::int64_t> durations;
  durations.reserve(rendition.segments.size());
  for (const SegmentEntry& segment : rendition.segments) {
    const std::int64_t start = rescale(segment.start, timescale, kMilliseconds);
    const std::int64_t end = rescale(segment.start + segment.duration, timescale, kMilliseconds);
    durations.push_back(std::max<std::int64_t>(end - start, 1));
  }
  return durations;
}

std::int64_t target_duration(std::span<const RenditionEntry> renditions) {
  std::int64_t longest = 0;
  for (const RenditionEntry& rendition : renditions)
    for (const std::int64_t duration : extinf_durations(rendition)) longest = std::max(longest, duration);
  return std::max<std::int64_t>((longest + 500) / 1000, 1);
}

MediaPlaylist make_media_playlist(const RenditionEntry& rendition, std::int64_t target_duration) {
  MediaPlaylist playlist;
  playlist.target_duration = target_duration;
  if (rendition.format.kind != MediaKind::kText) playlist.map_uri = kInitName;
  for (const std::int64_t duration : extinf_durations(rendition))
    playlist.segments.push_back({segment_name(rendition.format.kind, playlist.segments.size() + 1), duration});
  return playlist;
}

std::string format_extinf(std::int64_t duration_ms) {
  std::string text = format_seconds({duration_ms, 1000}, 3);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text;
}

std::string render(const MediaPlaylist& playlist) {
  std::string text = fmt::format(
      "#EXTM3U\n#EXT-X-VERSION:{}\n#EXT-X-TARGETDURATION:{}\n#EXT-X-PLAYLIST-TYPE:VOD\n#EXT-X-INDEPENDENT-SEGMENTS\n",
      playlist.version, playlist.target_duration);
  if (!playlist.map_uri.empty()) text += fmt::format("#EXT-X-MAP:URI=\"{}\"\n", playlist.map_uri);
  for (const MediaSegment& segment : playlist.segments)
    text += fmt::format("#EXTINF:{},\n{}\n", format_extinf(segment.duration_ms), segment.uri);
  text += "#EXT-X-ENDLIST\n";
  return text;
}

}  // namespace chalkline::manifests
