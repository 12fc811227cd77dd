// Objects over bytes of the binary: nothing is copied.
#include "streamer/pages/asset_table.hpp"

namespace chalkline::streamer {

static std::string_view text_of(std::span<const unsigned char> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// The studio's page is the same for everybody; what it shows comes from the API. Nobody may frame it, and it runs
// nothing but its own scripts.
static constexpr std::string_view kStudio = "studio.html";
static constexpr std::string_view kStudioFields =
    "Content-Security-Policy: default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; object-src "
    "'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'\r\n"
    "Referrer-Policy: same-origin\r\n";

AssetTable::AssetTable(std::span<const Asset> assets) {
  for (const Asset& asset : assets) {
    const bool studio = asset.path == kStudio;
    if (asset.path.ends_with(".html") && !studio) continue;
    ObjectSpec spec;
    spec.media_type = asset.media_type;
    spec.cache = studio ? CacheKind::kPage : CacheKind::kImmutable;
    spec.extra_fields = "X-Content-Type-Options: nosniff\r\n";
    if (studio) spec.extra_fields += kStudioFields;
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
    const ObjectPtr made = make_object(std::move(spec));
    if (studio)
      for (const char* address : {"/studio", "/studio/"}) objects_.emplace(address, made);
    else
      objects_.emplace(std::string(slash) + std::string(asset.path), made);
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
