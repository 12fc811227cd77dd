// Objects over bytes of the binary: nothing is copied.
#include "streamer/pages/asset_table.hpp"

namespace chalkline::streamer {

static std::string_view text_of(std::span<const unsigned char> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

AssetTable::AssetTable(std::span<const Asset> assets) {
  for (const Asset& asset : assets) {
    if (asset.path.ends_with(".html")) continue;
    ObjectSpec spec;
    spec.media_type = asset.media_type;
    spec.cache = CacheKind::kImmutable;
    spec.extra_fields = "X-Content-Type-Options: nosniff\r\n";
    // The service worker answers for pages and versions, not for its own folder alone (Service Workers, 7.1).
    if (asset.path.starts_with("assets/worker-")) spec.extra_fields += "Service-Worker-Allowed: /\r\n";
    const auto add = [&](Coding coding, std::span<const unsigned char> bytes, std::string_view suffix) {
      if (bytes.empty()) return;
      RepresentationSpec part;
      part.coding = coding;
      part.shared = text_of(bytes);
      part.etag = std::string(asset.sha256.substr(0, 32)) + std::string(suffix);
      spec.representations.push_back(std::move(part));
    };
    add(Coding::kIdentity, asset.identity, "");
    if (spec.representations.empty()) continue;
    add(Coding::kGzip, asset.gzip, "-gz");
    add(Coding::kBrotli, asset.brotli, "-br");
    const std::string_view slash = asset.path.starts_with('/') ? "" : "/";
    objects_.emplace(std::string(slash) + std::string(asset.path), make_object(std::move(spec)));
  }
}

ObjectPtr AssetTable::find(std::string_view path) const {
  const auto at = objects_.find(path);
  return at == objects_.end() ? nullptr : at->second;
}

std::string_view asset_text(std::span<const Asset> assets, std::string_view path) {
  for (const Asset& asset : assets)
    if (asset.path == path) return text_of(asset.identity);
  return {};
}

}  // namespace chalkline::streamer
