// Parsers for the playlists that this folder renders: text in, the same models out. Used by mirrors, benchmarks and
// tests. They are made for text from others: bounded, without exceptions, every error is kCorrupt (kLimitExceeded for
// length) with the number of the line. Tags they do not know are passed over (RFC 8216bis 6.3.1); what our playlists
// always have (a target duration, EXT-X-PLAYLIST-TYPE:VOD, EXT-X-ENDLIST, at least one entry) must be there, so that a
// playlist cut off on its way is an error and never a shorter lesson. Pure; any thread.
#pragma once

#include <string_view>

#include "core/error.hpp"
#include "manifests/iframe_playlist.hpp"
#include "manifests/media_playlist.hpp"
#include "manifests/multivariant_playlist.hpp"

namespace chalkline::manifests {

Result<MultivariantPlaylist> parse_multivariant_playlist(std::string_view text);
Result<MediaPlaylist> parse_media_playlist(std::string_view text);
Result<IFramePlaylist> parse_iframe_playlist(std::string_view text);

}  // namespace chalkline::manifests
