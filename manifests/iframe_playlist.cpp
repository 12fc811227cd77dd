// I-frame playlist from a rendition, and its text.
#include "manifests/iframe_playlist.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "manifests/media_playlist.hpp"
#include "manifests/version_path.hpp"

namespace chalkline::manifests {

IFramePlaylist make_iframe_playlist(const RenditionEntry& rendition, std::int64_t target_duration) {
  IFramePlaylist playlist;
  playlist.target_duration = target_duration;
  playlist.map_uri = kInitName;
  const std::vector<std::int64_t> durations = extinf_durations(rendition);
  for (std::size_t i = 0; i < durations.size(); ++i) {
    const SegmentEntry& segment = rendition.segments[i];
    if (segment.iframe_bytes > 0)
      playlist.frames.push_back({segment_name(rendition.format.kind, i + 1), durations[i], segment.iframe_bytes});
    else if (!playlist.frames.empty())
      playlist.frames.back().duration_ms += durations[i];
  }
  for (const IFrame& frame : playlist.frames)
    playlist.target_duration = std::max(playlist.target_duration, (frame.duration_ms + 500) / 1000);
  return playlist;
}

std::string render(const IFramePlaylist& playlist) {
  std::string text = fmt::format(
      "#EXTM3U\n#EXT-X-VERSION:{}\n#EXT-X-TARGETDURATION:{}\n#EXT-X-PLAYLIST-TYPE:VOD\n#EXT-X-I-FRAMES-ONLY\n"
      "#EXT-X-MAP:URI=\"{}\"\n",
      playlist.version, playlist.target_duration, playlist.map_uri);
  for (const IFrame& frame : playlist.frames)
    text += fmt::format("#EXTINF:{},\n#EXT-X-BYTERANGE:{}@0\n{}\n", format_extinf(frame.duration_ms), frame.bytes,
                        frame.uri);
  text += "#EXT-X-ENDLIST\n";
  return text;
}

}  // namespace chalkline::manifests
