// The URL table of the server, constexpr: one row per resource, which docs/delivery.md repeats. Matching is pure.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace chalkline::streamer {

enum class RouteId : std::uint8_t {
  kHome,
  kNode,
  kLooseCourse,
  kSearch,
  kWatch,
  kEmbed,
  kLessonPlaylist,
  kLessonIndex,
  kLessonNext,
  kLessonCourse,
  kAttachment,
  kVersionFile,
  kOembed,
  kAsset,
  kStudio,
  kApiLessons,
  kApiLesson,
  kApiJobs,
  kMirrorList,
  kMirrorChanges,
  kHosts,
  kSteering,
  kHealth,
  kReady,
  kMetrics,
};

// Where the answer comes from; decides which thread makes it.
enum class RouteSource : std::uint8_t {
  kInline,  // made at once on the delivery thread
  kStatic,  // in the binary
  kCached,  // the object cache, filled from the library by the blocking pool
  kFresh,   // made anew by the blocking pool for every request
};

// Who gets in where lessons are closed (http/access.hpp).
enum class RouteAccess : std::uint8_t { kAnybody, kToken };

struct Route {
  RouteId id;
  std::string_view pattern;  // "{}" stands for one segment, "{*}" for one or more, only at the end
  RouteSource source;
  RouteAccess access;
  std::string_view about;  // for the table in the docs
};

inline constexpr std::array kRoutes = {
    Route{RouteId::kVersionFile, "/v/{}/{*}", RouteSource::kCached, RouteAccess::kToken,
          "a file of an immutable version"},
    Route{RouteId::kLessonPlaylist, "/l/{}/multivariant.m3u8", RouteSource::kCached, RouteAccess::kToken,
          "the lesson's multivariant playlist; ?audio= ?text= ?codec= ?video= ?max= ?rung= ?pathway= choose among its "
          "variants"},
    Route{RouteId::kLessonIndex, "/l/{}/index.json", RouteSource::kCached, RouteAccess::kToken,
          "the index of the lesson's published version"},
    Route{RouteId::kLessonNext, "/l/{}/next.json", RouteSource::kCached, RouteAccess::kAnybody,
          "the next lesson of its course, the lesson in sign language, its attachments"},
    Route{RouteId::kLessonCourse, "/l/{}/course.json", RouteSource::kCached, RouteAccess::kAnybody,
          "the lessons of its course, and what they cost"},
    Route{RouteId::kAttachment, "/l/{}/files/{}", RouteSource::kCached, RouteAccess::kToken,
          "an attachment of the lesson, by its name"},
    Route{RouteId::kWatch, "/watch/{}", RouteSource::kCached, RouteAccess::kToken, "the page that plays a lesson"},
    Route{RouteId::kEmbed, "/embed/{}", RouteSource::kCached, RouteAccess::kToken,
          "the same for a frame in another site's page"},
    Route{RouteId::kOembed, "/oembed", RouteSource::kCached, RouteAccess::kToken,
          "oEmbed 1.0: ?url= a lesson's page, ?maxwidth= ?maxheight="},
    Route{RouteId::kAsset, "/assets/{*}", RouteSource::kStatic, RouteAccess::kAnybody,
          "scripts and styles of the pages, named by their hash"},
    Route{RouteId::kStudio, "/studio/", RouteSource::kStatic, RouteAccess::kAnybody, "the content team's page"},
    Route{RouteId::kStudio, "/studio", RouteSource::kStatic, RouteAccess::kAnybody, "the same"},
    Route{RouteId::kHome, "/", RouteSource::kCached, RouteAccess::kAnybody,
          "the top of the curriculum, and what is outside it; ?lang= ?page= ?pictures="},
    Route{RouteId::kNode, "/browse/{}", RouteSource::kCached, RouteAccess::kAnybody,
          "a country, grade, subject or course with what is in it"},
    Route{RouteId::kLooseCourse, "/browse", RouteSource::kCached, RouteAccess::kAnybody,
          "?course= a course outside the curriculum"},
    Route{RouteId::kSearch, "/search", RouteSource::kCached, RouteAccess::kAnybody,
          "?q= lessons and courses with these words, ?in= a node"},
    Route{RouteId::kApiLessons, "/api/v1/lessons", RouteSource::kFresh, RouteAccess::kAnybody,
          "all lessons, newest first"},
    Route{RouteId::kApiLesson, "/api/v1/lessons/{}", RouteSource::kFresh, RouteAccess::kAnybody,
          "one lesson with its renditions"},
    Route{RouteId::kApiJobs, "/api/v1/jobs", RouteSource::kFresh, RouteAccess::kAnybody,
          "all transcode jobs, newest first"},
    Route{RouteId::kMirrorList, "/mirror/lessons", RouteSource::kCached, RouteAccess::kToken,
          "the published lessons, signed, for mirrors; 404 where the library has no key"},
    Route{RouteId::kMirrorChanges, "/mirror/changes/{}", RouteSource::kCached, RouteAccess::kToken,
          "what changed since the list of that serial, for mirrors; 404 where that cannot be told"},
    Route{RouteId::kSteering, "/steering/{}", RouteSource::kInline, RouteAccess::kAnybody,
          "the steering manifest of a lesson (HLS content steering): from where this learner should fetch"},
    Route{RouteId::kHosts, "/hosts", RouteSource::kCached, RouteAccess::kAnybody,
          "every host, address and port that a learner's phone needs"},
    Route{RouteId::kHealth, "/healthz", RouteSource::kInline, RouteAccess::kAnybody,
          "200 while the process answers at all"},
    Route{RouteId::kReady, "/readyz", RouteSource::kFresh, RouteAccess::kAnybody,
          "200 while lessons can be served, else 503"},
    Route{RouteId::kMetrics, "/metrics", RouteSource::kInline, RouteAccess::kAnybody,
          "counters in the Prometheus text format"},
};

// Every resource is read-only for now.
inline constexpr std::string_view kAllowedMethods = "GET, HEAD, OPTIONS";

struct RouteMatch {
  const Route* route = nullptr;
  std::array<std::string_view, 2> parameters;  // views into the path
};

// Pure; views into `path`, which must be normalised (parse_target).
constexpr std::optional<RouteMatch> match_route(std::string_view path) {
  for (const Route& route : kRoutes) {
    RouteMatch match{&route, {}};
    std::string_view pattern = route.pattern;
    std::string_view rest = path;
    std::size_t parameter = 0;
    bool fits = true;
    while (fits && !pattern.empty()) {
      const std::size_t hole = pattern.find('{');
      const std::string_view literal = pattern.substr(0, hole);
      if (!rest.starts_with(literal)) {
        fits = false;
        break;
      }
      rest.remove_prefix(literal.size());
      if (hole == std::string_view::npos) {
        pattern = {};
        break;
      }
      const bool tail = pattern.substr(hole).starts_with("{*}");
      pattern.remove_prefix(hole + (tail ? 3 : 2));
      const std::size_t length = tail ? rest.size() : rest.substr(0, rest.find('/')).size();
      if (length == 0) fits = false;
      match.parameters[parameter++] = rest.substr(0, length);
      rest.remove_prefix(length);
    }
    if (fits && rest.empty()) return match;
  }
  return std::nullopt;
}

// Whether /here/, /near/ (delivery/steering.hpp) and /t/TOKEN/ may stand in front: of what belongs to a lesson and its
// playlists, and a token of all that it opens. Of the rest there is no other address, for proxies hide it by its own.
constexpr bool may_follow_prefix(const Route& route, bool with_token) {
  for (const std::string_view top : {"/v/", "/l/", "/steering/"})
    if (route.pattern.starts_with(top)) return true;
  return with_token && route.access == RouteAccess::kToken;
}

// Pages in the language of whoever asks (pages/curriculum_query.hpp).
constexpr bool is_curriculum_page(RouteId id) {
  return id == RouteId::kHome || id == RouteId::kNode || id == RouteId::kLooseCourse || id == RouteId::kSearch;
}

static_assert(match_route("/")->route->id == RouteId::kHome);
static_assert(match_route("/v/abc/video/0/1.m4s")->parameters[1] == "video/0/1.m4s");
static_assert(!match_route("/v/abc/"));

}  // namespace chalkline::streamer
