// Heads of objects.
#include "streamer/cache/object.hpp"

#include <fmt/format.h>

#include "streamer/http/status.hpp"

namespace chalkline::streamer {

static constexpr std::string_view kVary = "Vary: Accept-Encoding\r\n";

static std::int64_t steady_ns() {
  return std::chrono::nanoseconds(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::string_view cache_control(CacheKind kind) noexcept {
  switch (kind) {
    case CacheKind::kImmutable: return "public, max-age=31536000, immutable";
    // Chromium's native player asks for the playlist twice: the second time must cost nothing.
    case CacheKind::kPointer: return "public, max-age=10, stale-while-revalidate=60, stale-if-error=604800";
    case CacheKind::kPage: return "public, max-age=300, stale-while-revalidate=86400, stale-if-error=604800";
    case CacheKind::kPrivateImmutable: return "private, max-age=31536000, immutable";
    case CacheKind::kPrivatePointer: return "private, max-age=10";
    case CacheKind::kNever: return "no-store";
  }
  return "no-store";
}

bool Object::has(Coding coding) const {
  for (const Representation& part : representations)
    if (part.coding == coding) return true;
  return false;
}

const Representation& Object::representation(Coding coding) const {
  for (const Representation& part : representations)
    if (part.coding == coding) return part;
  return representations.front();
}

std::uint64_t Object::weight() const {
  std::uint64_t sum = 512 + file_charge;
  for (const Representation& part : representations)
    sum += part.owned.size() + part.head.size() + sizeof(Representation) + 128;
  return sum;
}

ObjectPtr make_object(ObjectSpec spec) {
  auto object = std::make_shared<Object>();
  object->status = spec.status;
  object->media_type = std::move(spec.media_type);
  object->cors_fields = std::move(spec.cors_fields);
  object->file = std::move(spec.file);
  object->growing = std::move(spec.growing);
  object->plain_for_all = spec.plain_for_all;
  object->whole_only = spec.whole_only;
  const bool may_resume = !object->growing && !object->whole_only;
  object->meter = std::move(spec.meter);
  object->pace = spec.pace;
  object->file_charge = spec.file_charge;
  if (spec.read_just_now) object->cached_until_ns = steady_ns() + Object::kBelievedCached.count();
  object->fresh_for = spec.fresh_for;
  object->stale_for = spec.stale_for;
  object->fields = fmt::format("Cache-Control: {}\r\n", cache_control(spec.cache));
  const bool varies = spec.representations.size() > 1;
  if (varies && !spec.plain_for_all) object->fields += kVary;
  // What came of a file that turned out to be bad must not be gone on with: no validator either (below).
  if (spec.status == 200) object->fields += !may_resume ? "Accept-Ranges: none\r\n" : "Accept-Ranges: bytes\r\n";
  object->fields += spec.extra_fields;
  object->fields += object->cors_fields;

  object->representations.reserve(
      spec.representations.size());  // `bytes` views into `owned`: no element may move after
  for (RepresentationSpec& from : spec.representations) {
    Representation& part = object->representations.emplace_back();
    part.coding = from.coding;
    part.owned = std::move(from.owned);
    part.bytes = from.shared.empty() ? std::string_view(part.owned) : from.shared;
    part.length = object->file && from.coding == Coding::kIdentity ? from.file_bytes : part.bytes.size();
    if (!from.etag.empty() && may_resume) {
      part.etag = '"' + from.etag + '"';
      part.etag_field = "ETag: " + part.etag + "\r\n";
    }
    part.head = fmt::format("HTTP/1.1 {} {}\r\nContent-Type: {}\r\nContent-Length: {}\r\n", spec.status,
                            reason_phrase(spec.status), object->media_type, part.length);
    if (part.coding != Coding::kIdentity) part.head += fmt::format("Content-Encoding: {}\r\n", name(part.coding));
    if (varies && spec.plain_for_all && part.coding != Coding::kIdentity) part.vary_field = kVary;
    part.head += part.etag_field;
    part.head += part.vary_field;
    part.head += object->fields;
  }
  return object;
}

}  // namespace chalkline::streamer
