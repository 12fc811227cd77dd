// Paths inside a version's folder: which are allowed, and what the files of a rendition are called
// (docs/version-format.md). Used by publish/ when it writes, by the index parser when it reads. Pure; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/rendition.hpp"

namespace chalkline::manifests {

// Relative, '/' between parts, each part of letters, digits, '-', '_', '.' and '~' (RFC 3986 unreserved, so a path is
// its own URI) and not beginning with '.'; at most 255 bytes in all. Rules out "..", absolute paths and hidden files.
bool is_version_path(std::string_view path) noexcept;

// "1.m4s", "1.vtt": `number` counts from 1.
std::string segment_name(MediaKind kind, std::size_t number);

// "video/0/1.m4s".
std::string segment_path(const RenditionFormat& format, std::size_t number);

inline constexpr std::string_view kInitName = "init.mp4";
inline constexpr std::string_view kMediaPlaylistName = "playlist.m3u8";
inline constexpr std::string_view kIFramePlaylistName = "iframes.m3u8";
inline constexpr std::string_view kMultivariantName = "multivariant.m3u8";
inline constexpr std::string_view kCaptionsName = "captions.vtt";  // a text track whole, beside its segments
inline constexpr std::string_view kIndexName = "index.json";

}  // namespace chalkline::manifests
