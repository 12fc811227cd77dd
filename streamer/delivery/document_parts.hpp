// What the documents of a library (library_source.cpp, library_documents.cpp) are put together from. Pure.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include "streamer/cache/object.hpp"

namespace chalkline::streamer {

inline constexpr std::string_view kPlaylistType = "application/vnd.apple.mpegurl";
inline constexpr std::string_view kJsonType = "application/json";
inline constexpr std::string_view kHtmlType = "text/html; charset=utf-8";

// How long what the catalogue said is served without asking it again, and how much longer while it is being asked.
inline constexpr std::chrono::milliseconds kFreshFor{1000};
inline constexpr std::chrono::milliseconds kStaleFor{9000};

inline RepresentationSpec part(Coding coding, std::string bytes, std::string etag) {
  RepresentationSpec spec;
  spec.coding = coding;
  spec.owned = std::move(bytes);
  spec.etag = std::move(etag);
  return spec;
}

// Beside the identity: gzip and Brotli, where they are smaller.
void add_compressed(ObjectSpec& spec, const std::string& text, const std::string& etag);

}  // namespace chalkline::streamer
