// The documents that are made of what a library says of itself: what mirrors ask for, whether it is ready, and how a
// document is kept. The rest of LibrarySource is in library_source.cpp.
#include <charconv>
#include <mutex>
#include <utility>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "core/sha256.hpp"
#include "library/signed_list.hpp"
#include "publish/compress.hpp"
#include "streamer/delivery/document_parts.hpp"
#include "streamer/delivery/library_source.hpp"
#include "streamer/delivery/playlist_choice.hpp"
#include "streamer/delivery/steering.hpp"
#include "streamer/pages/page_words.hpp"

namespace chalkline::streamer {

void add_compressed(ObjectSpec& spec, const std::string& text, const std::string& etag) {
  constexpr std::size_t kTooSmall = 256;  // the Content-Encoding line would eat the gain
  if (text.size() < kTooSmall) return;
  std::string gzip = publish::gzip(text);
  std::string brotli = publish::brotli(text);
  if (gzip.size() < text.size()) spec.representations.push_back(part(Coding::kGzip, std::move(gzip), etag + "-gz"));
  if (brotli.size() < text.size())
    spec.representations.push_back(part(Coding::kBrotli, std::move(brotli), etag + "-br"));
}

LoadResult LibrarySource::mirror_list() {
  CHALK_TRY_ASSIGN(library::ListForMirrors now, library::list_for_mirrors(library_));
  std::string etag = sha256_hex(now.text).substr(0, 32);
  return for_mirrors(std::move(now.text), std::move(etag));
}

// The ETag is the serial: who asks since that one, and says so, hears 304 where nothing changed.
LoadResult LibrarySource::mirror_changes(std::string_view since) {
  std::int64_t serial = 0;
  const char* end = since.data() + since.size();
  if (std::from_chars(since.data(), end, serial).ptr != end) return Error(Errc::kNotFound, "that is no serial");
  CHALK_TRY_ASSIGN(const library::ListForMirrors now, library::list_for_mirrors(library_));
  CHALK_TRY_ASSIGN(std::string text, library::render_signed_changes(now, serial));
  return for_mirrors(std::move(text), std::to_string(now.list.serial));
}

// As few bytes as will do: what browsers and shared caches want to know is not said.
ObjectPtr LibrarySource::for_mirrors(std::string text, std::string etag) {
  std::string via;
  if (library_.following) {
    via = library_.following->view().via;
    via = fmt::format("Via: {}{}1.1 {}\r\n", via, via.empty() ? "" : ", ", library_.following->name());
  }
  const std::string key = fmt::format("{} {} {}", sha256_hex(text), etag, via);
  {
    const std::lock_guard lock(documents_mutex_);
    if (auto* known = documents_.find(key); known != nullptr) return *known;
  }
  ObjectSpec spec;
  spec.media_type = "text/plain; charset=utf-8";
  spec.fresh_for = kFreshFor;
  spec.stale_for = kStaleFor;
  spec.extra_fields = via;
  spec.representations.push_back(part(Coding::kIdentity, text, etag));
  constexpr std::size_t kWorthIt = 1000;  // one that says that nothing changed has one ETag, whatever is accepted
  if (text.size() > kWorthIt) add_compressed(spec, text, etag);
  ObjectPtr object = make_object(std::move(spec));
  const std::lock_guard lock(documents_mutex_);
  documents_.insert(key, object, object->weight());
  return object;
}

static std::string utc(std::int64_t unix_ms) {
  return unix_ms == 0 ? "never" : fmt::format("{:%Y-%m-%d %H:%M:%S} UTC", fmt::gmtime(unix_ms / 1000));
}

std::string LibrarySource::staleness_notice(PageLanguage language) const {
  if (!library_.following) return {};
  const library::UpstreamView view = library_.following->view();
  if (view.stale_since_ms == 0) return {};
  const PageLanguageFacts& facts = facts_of(language);
  return fmt::format("<p lang=\"{}\"{}>{}</p>\n", facts.tag, facts.right_to_left ? " dir=\"rtl\"" : "",
                     fmt::format(fmt::runtime(words_of(language).copy), utc(view.in_step_ms)));
}

LoadResult LibrarySource::readiness() {
  // Any answer of the catalogue will do, and "no such lesson" is one.
  const auto asked = library_.catalogue->find("-");
  if (!asked && asked.error().code != Errc::kNotFound) return asked.error();
  ObjectSpec spec;
  spec.media_type = "text/plain; charset=utf-8";
  std::string text = "ready\n";
  if (library_.following) {
    const library::UpstreamView view = library_.following->view();
    spec.extra_fields = Steering::kKnowsNear;
    text += fmt::format("upstream: {}\nlast in step: {}\n", library_.following->address(), utc(view.in_step_ms));
    if (view.stale_since_ms != 0)
      text += fmt::format("stale since: {}\nbecause: {}\n", utc(view.stale_since_ms), view.trouble);
  }
  spec.representations.push_back(part(Coding::kIdentity, std::move(text), {}));
  return make_object(std::move(spec));
}

ObjectPtr LibrarySource::document(std::string text, std::string_view media_type, CacheKind cache, unsigned status,
                                  std::string_view fields) {
  std::string etag = sha256_hex(text).substr(0, 32);
  const std::string key = fmt::format("{} {} {} {}", etag, status, media_type, fields);
  {
    const std::lock_guard lock(documents_mutex_);
    if (auto* known = documents_.find(key); known != nullptr) return *known;
  }
  ObjectSpec spec;
  spec.status = status;
  spec.media_type = media_type;
  spec.cache = cache;
  spec.fresh_for = kFreshFor;
  spec.stale_for = kStaleFor;
  if (media_type == kHtmlType)
    spec.extra_fields =
        "X-Content-Type-Options: nosniff\r\nReferrer-Policy: same-origin\r\n" + std::string(kAskForHints);
  else
    spec.cors_fields = options_.cors_fields;
  if (media_type == kPlaylistType) spec.extra_fields = kVaryByHints;
  spec.extra_fields += fields;
  spec.representations.push_back(part(Coding::kIdentity, std::move(text), etag));
  const std::string identity = spec.representations.front().owned;
  add_compressed(spec, identity, etag);
  ObjectPtr object = make_object(std::move(spec));
  const std::lock_guard lock(documents_mutex_);
  documents_.insert(key, object, object->weight());
  return object;
}

ObjectPtr LibrarySource::api_document(std::string text) const {
  ObjectSpec spec;
  spec.media_type = kJsonType;
  spec.cors_fields = options_.cors_fields;
  std::string etag = sha256_hex(text).substr(0, 32);
  spec.representations.push_back(part(Coding::kIdentity, std::move(text), std::move(etag)));
  return make_object(std::move(spec));
}

}  // namespace chalkline::streamer
