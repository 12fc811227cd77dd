// The embedded assets as objects by URL path, made once at start. Immutable after; any thread.
#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "streamer/cache/object.hpp"
#include "streamer/pages/assets.hpp"

namespace chalkline::streamer {

class AssetTable {
 public:
  explicit AssetTable(std::span<const Asset> assets);

  // By URL path ("/assets/..."); null where there is none. Templates (.html) are not found here, but for the
  // studio's page, which is no template: at /studio and /studio/.
  [[nodiscard]] ObjectPtr find(std::string_view path) const;

 private:
  std::map<std::string, ObjectPtr, std::less<>> objects_;
};

// The text of an asset by its relative path; empty where there is none.
std::string_view asset_text(std::span<const Asset> assets, std::string_view path);

}  // namespace chalkline::streamer
