// The media playlist of one rendition (RFC 8216bis 4.4): model and text. publish/ writes the text beside the segments.
// Always a VOD playlist that is complete: EXT-X-PLAYLIST-TYPE:VOD, EXT-X-INDEPENDENT-SEGMENTS, EXT-X-ENDLIST. Pure.
//
// EXTINF is in milliseconds at most ("6", "6.5", "6.006"): each value is the difference of two segment boundaries that
// were rounded to the nearest millisecond, so every boundary a player computes by adding up is within half a
// millisecond of the exact one and the error never grows, however long the lesson. A fourth digit would cost 600 bytes
// an hour of six-second segments and tell a player nothing it can use (a frame lasts 33 ms, an Opus packet 20 ms).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/index.hpp"

namespace chalkline::manifests {

struct MediaSegment {
  std::string uri;
  std::int64_t duration_ms = 0;
  friend bool operator==(const MediaSegment&, const MediaSegment&) = default;
};

struct MediaPlaylist {
  int version = 7;
  std::int64_t target_duration = 1;  // whole seconds
  std::string map_uri;               // the init segment; empty for WebVTT
  std::vector<MediaSegment> segments;
  friend bool operator==(const MediaPlaylist&, const MediaPlaylist&) = default;
};

// Milliseconds of each segment as EXTINF states them: at least 1, and summing up to the rendition's rounded length.
std::vector<std::int64_t> extinf_durations(const RenditionEntry& rendition);

// The longest EXTINF of all renditions, rounded to the nearest second (RFC 8216bis 4.4.3.1), at least 1. It is one
// figure for a whole version: 6.2.4 wants the same target duration in every media playlist of a presentation.
std::int64_t target_duration(std::span<const RenditionEntry> renditions);

// Segment URIs are relative to the playlist: "1.m4s", "2.m4s" ...; "1.vtt" for text.
MediaPlaylist make_media_playlist(const RenditionEntry& rendition, std::int64_t target_duration);

std::string render(const MediaPlaylist& playlist);

// 6006 -> "6.006", 6500 -> "6.5", 6000 -> "6".
std::string format_extinf(std::int64_t duration_ms);

}  // namespace chalkline::manifests
