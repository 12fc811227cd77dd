// Files of the pages, built by web/ and embedded in the binary. web/ generates the definition of assets(); a build
// without it links pages/no_assets.cpp.
// - `path` is relative, as in web's output: "assets/watch-3f2a.js" is served at /assets/watch-3f2a.js as immutable.
// - "studio.html" is the content team's page, served at /studio/.
// - "watch.html" is the template of /watch/<lesson> (watch_page.hpp lists its placeholders) and is not served itself.
#pragma once

#include <span>
#include <string_view>

namespace chalkline::streamer {

struct Asset {
  std::string_view path;
  std::string_view media_type;
  std::span<const unsigned char> identity;
  std::span<const unsigned char> gzip;    // empty where it would not be smaller
  std::span<const unsigned char> brotli;  // empty where it would not be smaller
  std::string_view sha256;                // of identity, 64 hex digits
};

std::span<const Asset> assets();

}  // namespace chalkline::streamer
