// Which multivariant playlists a version holds on disk. One audio and one video codec each: a native player that is
// offered two (Chromium) changes codec when it changes rung, which its buffers refuse (docs/players.md). A player that
// can decode Opus takes multivariant.m3u8, any other multivariant-aac.m3u8. Players that stay with one codec of several
// (AVPlayer, Media3, hls.js) find H.264 and the saver ladder in multivariant-av1.m3u8 or multivariant-hevc.m3u8. Pure.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/index.hpp"
#include "manifests/multivariant_playlist.hpp"

namespace chalkline::manifests {

inline constexpr std::string_view kMultivariantAacName = "multivariant-aac.m3u8";
inline constexpr std::string_view kMultivariantAv1Name = "multivariant-av1.m3u8";
inline constexpr std::string_view kMultivariantHevcName = "multivariant-hevc.m3u8";

// The audio codec of multivariant.m3u8: Opus where there is some, else what there is; none without audio.
std::vector<Codec> preferred_audio_codec(const VersionIndex& index);

// And its video codec: H.264 where there is some.
std::vector<Codec> preferred_video_codec(const VersionIndex& index);

// File name and options of each; the first is always multivariant.m3u8.
std::vector<std::pair<std::string, MultivariantOptions>> multivariant_files(const VersionIndex& index);

}  // namespace chalkline::manifests
