// What a player may choose in the query of a multivariant playlist. Pure.
//   audio=fr      the default audio language         text=ar     the text shown without asking
//   codec=aac     the audio codec: opus or aac       max=800000  no variant above this BANDWIDTH, but the cheapest one
//   rung=1        only the video rendition video/1 with the cheapest sound it has in the whole ladder
//   audio_kbps=16 no sound above this rate, but the cheapest
//   video=av1     the video codec: h264, av1, hevc, or any for all of them
//   pathway=mirror-1   from this mirror too; for learners near it by themselves
// Without codec= a lesson that has Opus offers Opus alone, without video= H.264 alone: Chromium's native player changes
// rung by bandwidth over all variants and stops at a change of codec.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/index.hpp"
#include "manifests/steering.hpp"
#include "streamer/http/request.hpp"

namespace chalkline::streamer {

struct PlaylistChoice {
  std::string audio;
  std::string text;
  std::optional<Codec> codec;
  std::uint64_t max_bandwidth = 0;  // bit/s, 0: no limit
  std::string rung;
  std::string video;   // "h264", "av1", "hevc", "any", or empty
  int audio_kbps = 0;  // 0: no limit
  std::string pathway =
      {};  // a mirror's id: every variant from there too, and from here (streamer/delivery/steering.hpp)
  friend bool operator==(const PlaylistChoice&, const PlaylistChoice&) = default;
};

// Unknown keys and values of a wrong shape are left out: they would only fill the cache with copies.
PlaylistChoice parse_playlist_choice(std::string_view query);

// The highest BANDWIDTH that suits a client by what it says of its link and its wishes (Save-Data, ECT, Downlink, RTT),
// as one of a few steps so that caches hold few copies; 0 where it says nothing or the link is good. It counts only
// where the query chooses neither max nor rung: what a learner chose goes before what a browser guesses.
std::uint64_t suitable_bandwidth(const RequestHead& head);

// The fields that decided, as a line: playlists made by suitable_bandwidth() vary with them.
inline constexpr std::string_view kVaryByHints = "Vary: Save-Data, ECT, Downlink, RTT\r\n";
inline constexpr std::string_view kAskForHints = "Accept-CH: Save-Data, ECT, Downlink, RTT\r\n";

// The choice as a query in a fixed order, empty where nothing is chosen; parse_playlist_choice reads it back.
std::string canonical_query(const PlaylistChoice& choice);

// The playlist of `index` under the choice, with `base`, such as "/v/<version>/", before every URI.
std::string render_chosen_playlist(const VersionIndex& index, std::string_view base, const PlaylistChoice& choice,
                                   const manifests::SteeredPlaylist& steered = {});

}  // namespace chalkline::streamer
