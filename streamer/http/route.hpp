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

struct Route {
  RouteId id;
  std::string_view pattern;  // "{}" stands for one segment, "{*}" for one or more, only at the end
  RouteSource source;
  std::string_view about;  // for the table in the docs
};

inline constexpr std::array kRoutes = {
    Route{RouteId::kVersionFile, "/v/{}/{*}", RouteSource::kCached, "a file of an immutable version"},
    Route{RouteId::kLessonPlaylist, "/l/{}/multivariant.m3u8", RouteSource::kCached,
          "the lesson's multivariant playlist; ?audio= ?text= ?codec= ?video= ?max= ?rung= choose among its variants"},
    Route{RouteId::kLessonIndex, "/l/{}/index.json", RouteSource::kCached,
          "the index of the lesson's published version"},
    Route{RouteId::kLessonNext, "/l/{}/next.json", RouteSource::kCached, "the next lesson of its course"},
    Route{RouteId::kLessonCourse, "/l/{}/course.json", RouteSource::kCached,
          "the lessons of its course, and what they cost"},
    Route{RouteId::kAttachment, "/l/{}/files/{}", RouteSource::kCached, "an attachment of the lesson, by its name"},
    Route{RouteId::kWatch, "/watch/{}", RouteSource::kCached, "the page that plays a lesson"},
    Route{RouteId::kEmbed, "/embed/{}", RouteSource::kCached, "the same for a frame in another site's page"},
    Route{RouteId::kOembed, "/oembed", RouteSource::kCached,
          "oEmbed 1.0: ?url= a lesson's page, ?maxwidth= ?maxheight="},
    Route{RouteId::kAsset, "/assets/{*}", RouteSource::kStatic, "scripts and styles of the pages, named by their hash"},
    Route{RouteId::kStudio, "/studio/", RouteSource::kStatic, "the content team's page"},
    Route{RouteId::kStudio, "/studio", RouteSource::kStatic, "the same"},
    Route{RouteId::kHome, "/", RouteSource::kCached,
          "the top of the curriculum, and what is outside it; ?lang= ?page= ?pictures="},
    Route{RouteId::kNode, "/browse/{}", RouteSource::kCached, "a country, grade, subject or course with what is in it"},
    Route{RouteId::kLooseCourse, "/browse", RouteSource::kCached, "?course= a course outside the curriculum"},
    Route{RouteId::kSearch, "/search", RouteSource::kCached, "?q= lessons and courses with these words, ?in= a node"},
    Route{RouteId::kApiLessons, "/api/v1/lessons", RouteSource::kFresh, "all lessons, newest first"},
    Route{RouteId::kApiLesson, "/api/v1/lessons/{}", RouteSource::kFresh, "one lesson with its renditions"},
    Route{RouteId::kApiJobs, "/api/v1/jobs", RouteSource::kFresh, "all transcode jobs, newest first"},
    Route{RouteId::kMirrorList, "/mirror/lessons", RouteSource::kCached,
          "the published lessons, signed, for mirrors; 404 where the library has no key"},
    Route{RouteId::kMirrorChanges, "/mirror/changes/{}", RouteSource::kCached,
          "what changed since the list of that serial, for mirrors; 404 where that cannot be told"},
    Route{RouteId::kSteering, "/steering/{}", RouteSource::kInline,
          "the steering manifest of a lesson (HLS content steering): from where this learner should fetch"},
    Route{RouteId::kHosts, "/hosts", RouteSource::kCached, "every host, address and port that a learner's phone needs"},
    Route{RouteId::kHealth, "/healthz", RouteSource::kInline, "200 while the process answers at all"},
    Route{RouteId::kReady, "/readyz", RouteSource::kFresh, "200 while lessons can be served, else 503"},
    Route{RouteId::kMetrics, "/metrics", RouteSource::kInline, "counters in the Prometheus text format"},
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

// Pages in the language of whoever asks (pages/curriculum_query.hpp).
constexpr bool is_curriculum_page(RouteId id) {
  return id == RouteId::kHome || id == RouteId::kNode || id == RouteId::kLooseCourse || id == RouteId::kSearch;
}

static_assert(match_route("/")->route->id == RouteId::kHome);
static_assert(match_route("/v/abc/video/0/1.m4s")->parameters[1] == "video/0/1.m4s");
static_assert(!match_route("/v/abc/"));

}  // namespace chalkline::streamer
