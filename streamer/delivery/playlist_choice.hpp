// What a player may choose in the query of a multivariant playlist. Pure.
//   audio=fr      the default audio language         text=ar     the text shown without asking
//   codec=aac     the audio codec: opus or aac       max=800000  no variant above this BANDWIDTH, but the cheapest one
//   rung=1        only the video rendition video/1
// Without codec= a lesson that has Opus offers Opus alone: Chromium's native player changes rung by bandwidth over all
// variants and stops at an audio codec change.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/index.hpp"

namespace chalkline::streamer {

struct PlaylistChoice {
  std::string audio;
  std::string text;
  std::optional<Codec> codec;
  std::uint64_t max_bandwidth = 0;  // bit/s, 0: no limit
  std::string rung;
  friend bool operator==(const PlaylistChoice&, const PlaylistChoice&) = default;
};

// Unknown keys and values of a wrong shape are left out: they would only fill the cache with copies.
PlaylistChoice parse_playlist_choice(std::string_view query);

// The choice as a query in a fixed order, empty where nothing is chosen; parse_playlist_choice reads it back.
std::string canonical_query(const PlaylistChoice& choice);

// The playlist of `index` under the choice, with "/v/<version>/" before every URI.
std::string render_chosen_playlist(const VersionIndex& index, std::string_view version, const PlaylistChoice& choice);

}  // namespace chalkline::streamer
