// /watch/<lesson>: web's watch.html with its holes filled, or a bare page with a <video> where web/ was not built.
// Pure. Holes of the template:
//   {{lang}}          BCP 47 tag, escaped
//   {{title}}         escaped for HTML
//   {{kind}}          "embed" for a frame in another site's page, else empty
//   {{multivariant}}  URL path of the multivariant playlist, escaped
//   {{poster}}        URL path of the poster, escaped; empty where there is none
//   {{data}}          the lesson's facts as JSON (api/json.hpp, lesson_facts_json), escaped so that it may stand in a
//                     <script type="application/json"> element or in a single-quoted attribute
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/index.hpp"
#include "library/catalogue.hpp"
#include "streamer/api/json.hpp"

namespace chalkline::streamer {

enum class WatchPageKind : std::uint8_t { kWhole, kEmbedded };

// What goes before the addresses in the page, "/t/TOKEN", where they want a token; empty elsewhere.
struct PageFronts {
  std::string lesson;   // of the playlist
  std::string version;  // of the version's files
};

// `watch_template` empty: the bare page. The lesson has a version. `notice`: HTML at the end of the page.
std::string render_watch_page(std::string_view watch_template, const library::Lesson& lesson, const VersionIndex& index,
                              WatchPageKind kind = WatchPageKind::kWhole, std::string_view notice = {},
                              const PageReporting& reporting = {}, const PageFronts& fronts = {});

// For a lesson that has no version yet.
std::string render_unpublished_page(const library::Lesson& lesson);

}  // namespace chalkline::streamer
