// The multivariant playlist of a version (RFC 8216bis 4.4.6): model, text, and how it is composed from an index.
// publish/ writes it into the version; the streamer composes it anew for /l/<lesson>/multivariant.m3u8. Pure.
//
// What decides the order and the contents (read in the players' sources, tried in Chromium 156):
// - Safari and other native players start with the first variant they can play, so each audio codec's list begins with
//   the start variant: the cheapest readable one. Opus comes before AAC, because it is cheaper; Safari before 17 cannot
//   play it and passes over variants by their CODECS.
// - Variants differ in the rate of their sound too (audio_levels.hpp); Chromium's native player and hls.js follow a
//   change of audio group with the rung as long as the codec stays (docs/players.md).
// - hls.js groups variants by codecs, settles on one set and starts by its own estimate; order does not matter to it.
// - Chromium's native player starts with the first, then takes the largest BANDWIDTH its estimate allows. Offered two
//   audio codecs it changes between them with the rung and stops: "Audio codec changes not allowed". So what a browser
//   may open offers one codec (multivariant_files.hpp, `audio_codecs`). It ignores audio-only variants
//   wherever one with video stands beside them; they come last because no player should start with one.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/index.hpp"

namespace chalkline::manifests {

// One EXT-X-MEDIA tag.
struct MediaRendition {
  MediaKind kind = MediaKind::kAudio;  // kAudio: TYPE=AUDIO, kText: TYPE=SUBTITLES
  std::string group_id;
  std::string name;      // unique within its group
  std::string language;  // BCP 47; empty: no LANGUAGE attribute
  bool is_default = false;
  bool autoselect = false;
  int channels = 0;                          // 0: no CHANNELS attribute
  std::vector<std::string> characteristics;  // Media Characteristic Tags
  std::string uri;
  friend bool operator==(const MediaRendition&, const MediaRendition&) = default;
};

// One EXT-X-STREAM-INF tag and its URI.
struct VariantStream {
  std::uint64_t bandwidth = 0;          // bit/s: the largest sum of peaks of any playable combination
  std::uint64_t average_bandwidth = 0;  // bit/s: the same of averages
  std::string codecs;                   // comma-separated, RFC 6381
  int width = 0;                        // 0: no RESOLUTION (audio only)
  int height = 0;
  std::int64_t frame_rate_milli = 0;  // frames in 1000 s; 0: no FRAME-RATE
  std::string audio_group;            // empty: none
  std::string text_group;
  std::string uri;
  std::string pathway_id = {};  // RFC 8216bis 4.4.6.2; empty: none is named
  friend bool operator==(const VariantStream&, const VariantStream&) = default;
};

// One EXT-X-I-FRAME-STREAM-INF tag.
struct IFrameStream {
  std::uint64_t bandwidth = 0;
  std::uint64_t average_bandwidth = 0;
  std::string codecs;
  int width = 0;
  int height = 0;
  std::string uri;
  std::string pathway_id = {};
  friend bool operator==(const IFrameStream&, const IFrameStream&) = default;
};

struct MultivariantPlaylist {
  int version = 7;
  std::vector<MediaRendition> renditions;
  std::vector<VariantStream> variants;
  std::vector<IFrameStream> iframe_streams;
  std::string steering_uri = {};      // of the steering manifest (manifests/steering.hpp); empty: nobody steers
  std::string steering_pathway = {};  // where to begin
  friend bool operator==(const MultivariantPlaylist&, const MultivariantPlaylist&) = default;
};

struct MultivariantOptions {
  std::string base_uri;        // before every URI: "" (relative) or "/v/<version>/"
  std::string audio_language;  // BCP 47 wish for the default audio; empty or unmatched: the index's default
  std::string text_language;   // BCP 47 wish for text shown without asking; empty: the index's default, if any
  std::vector<Codec> audio_codecs = {};  // audio groups to offer; empty, or none of them there: all (not for browsers)
  std::vector<Codec> video_codecs = {};  // the same of rungs
  std::uint64_t max_bandwidth = 0;       // bit/s: video variants above it are left out, never the cheapest; 0: no limit
  int max_audio_kbps = 0;                // audio levels above it are left out, never the cheapest; 0: no limit
  std::string video_rendition =
      {};  // the id of the only rung to offer, with its cheapest sound; empty, or not there: all
};

// Needs measured renditions (bandwidth.hpp). A version without video has audio-only variants alone; one without audio
// has video-only ones.
MultivariantPlaylist make_multivariant_playlist(const VersionIndex& index, const MultivariantOptions& options = {});

std::string render(const MultivariantPlaylist& playlist);

}  // namespace chalkline::manifests
