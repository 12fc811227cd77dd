// What the server hands out: one resource with its representations, immutable once made, shared between threads and
// with every response that is being written. Its heads are rendered once, here, and kept with the bytes.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/file.hpp"
#include "library/growing_file.hpp"
#include "streamer/http/content_coding.hpp"

namespace chalkline::streamer {

// RFC 9111, 5861 (stale-*), 8246 (immutable). The whole caching policy towards browsers and mirrors.
enum class CacheKind : std::uint8_t {
  kImmutable,         // /v/, /assets/
  kPointer,           // /l/: names the published version of a lesson
  kPage,              // HTML
  kPrivateImmutable,  // the same where lessons are closed: for the learner's own browser, never for a shared cache
  kPrivatePointer,
  kNever,  // /api/, errors
};
std::string_view cache_control(CacheKind kind) noexcept;

struct Representation {
  Coding coding = Coding::kIdentity;
  std::uint64_t length = 0;
  std::string_view bytes;  // in memory: `owned`, or bytes of the binary itself; empty where the object is a file
  std::string owned;
  std::string etag;        // quoted, strong: of these very bytes
  std::string etag_field;  // "ETag: ...\r\n", or empty
  std::string vary_field;  // "Vary: ...\r\n" where it is of this one alone, else empty
  std::string head;        // status line and fields of the whole representation
};

struct Object {
  unsigned status = 200;
  std::string media_type;
  std::string fields;       // lines every answer about it carries: Cache-Control, Vary, Accept-Ranges, CORS
  std::string cors_fields;  // the CORS part of them
  std::vector<Representation> representations;       // identity first
  UniqueFd file;                                     // segments: the identity representation's bytes
  std::shared_ptr<library::GrowingFile> growing;     // what of the file may be sent; null: all of it
  std::shared_ptr<std::atomic<std::int64_t>> meter;  // bytes sent of its rendition; null where nobody counts
  bool plain_for_all = false;                        // as in ObjectSpec
  bool whole_only = false;                           // nobody may go on in its middle: what he has may be wrong
  std::uint64_t pace = 0;                            // bytes/s that are enough for it; 0: none known
  std::uint64_t file_charge = 0;                     // what the file weighs in the cache
  // Until when the whole file counts as being in the page cache without another look, steady clock, ns; any thread.
  // Pages that were there and are in use are not taken away within moments.
  mutable std::atomic<std::int64_t> cached_until_ns{0};
  static constexpr std::chrono::nanoseconds kBelievedCached = std::chrono::milliseconds(100);
  std::chrono::milliseconds fresh_for = std::chrono::milliseconds::max();  // may be served unasked for so long
  std::chrono::milliseconds stale_for{0};                                  // and so much longer while it is made anew

  // Of `file`, or where its bytes come now: for one look, since they may go on in another file.
  [[nodiscard]] int descriptor() const { return growing ? growing->descriptor() : file.get(); }
  [[nodiscard]] bool has(Coding coding) const;
  [[nodiscard]] const Representation& representation(Coding coding) const;  // identity where there is no such one
  [[nodiscard]] std::uint64_t weight() const;                               // bytes it is charged in the cache
};
using ObjectPtr = std::shared_ptr<const Object>;

struct RepresentationSpec {
  Coding coding = Coding::kIdentity;
  std::string owned;             // the bytes, or
  std::string_view shared;       // bytes that outlive the server, or
  std::uint64_t file_bytes = 0;  // the length of ObjectSpec::file
  std::string etag;              // without quotes
};

struct ObjectSpec {
  unsigned status = 200;
  std::string media_type;
  CacheKind cache = CacheKind::kNever;
  std::string cors_fields;                          // whole lines
  std::string extra_fields;                         // whole lines
  std::vector<RepresentationSpec> representations;  // identity first
  UniqueFd file;
  std::shared_ptr<library::GrowingFile> growing;
  // The identity may be kept for everybody (it says nothing of Vary, RFC 9110 12.5.5), and is what shared caches and
  // who asks for a part get: a cache then has one copy, and parts are of the bytes that a player counts.
  bool plain_for_all = false;
  bool whole_only = false;
  std::shared_ptr<std::atomic<std::int64_t>> meter;
  std::uint64_t pace = 0;
  std::uint64_t file_charge = 0;
  bool read_just_now = false;  // all of the file: it is in the page cache
  std::chrono::milliseconds fresh_for = std::chrono::milliseconds::max();
  std::chrono::milliseconds stale_for{0};
};

// Renders the heads.
ObjectPtr make_object(ObjectSpec spec);

}  // namespace chalkline::streamer
