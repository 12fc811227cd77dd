// The I-frame playlist of a video rendition (RFC 8216bis 4.4.3.6, EXT-X-I-FRAMES-ONLY): scrubbing pictures cut out of
// the media segments by byte range, at no cost in storage. Each entry is the range from the start of a segment (its
// moof) to the end of its IDR. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/index.hpp"

namespace chalkline::manifests {

struct IFrame {
  std::string uri;
  std::int64_t duration_ms = 0;  // to the next I-frame
  std::uint64_t bytes = 0;       // BYTERANGE <bytes>@0
  friend bool operator==(const IFrame&, const IFrame&) = default;
};

struct IFramePlaylist {
  int version = 5;  // RFC 8216bis 8: EXT-X-MAP with EXT-X-I-FRAMES-ONLY needs 5, and no more should be claimed
  std::int64_t target_duration = 1;
  std::string map_uri;
  std::vector<IFrame> frames;
  friend bool operator==(const IFramePlaylist&, const IFramePlaylist&) = default;
};

// Segments without a recorded IDR (iframe_bytes 0) are left out; their time goes to the I-frame before them.
IFramePlaylist make_iframe_playlist(const RenditionEntry& rendition, std::int64_t target_duration);

std::string render(const IFramePlaylist& playlist);

}  // namespace chalkline::manifests
