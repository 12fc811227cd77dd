// The page around one lesson.
#include "streamer/pages/watch_page.hpp"

#include <fmt/format.h>

#include "core/format.hpp"
#include "core/html.hpp"

namespace chalkline::streamer {

static constexpr std::string_view kBarePage = R"(<!doctype html>
<html lang="{{lang}}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,">
<title>{{title}}</title>
<style>body{margin:0 auto;max-width:60rem;padding:1rem;font:1rem/1.5 sans-serif}video{width:100%;background:#000}</style>
<p><a href="/">All lessons</a>
<h1>{{title}}</h1>
<video controls playsinline preload="metadata" poster="{{poster}}" src="{{multivariant}}"></video>
<script type="application/json" id="lesson">{{data}}</script>
</html>
)";

std::string render_watch_page(std::string_view watch_template, const library::Lesson& lesson, const VersionIndex& index,
                              WatchPageKind kind, std::string_view notice, const PageReporting& reporting,
                              const PageFronts& fronts) {
  const std::string& language = lesson.language == "und" ? index.language : lesson.language;
  const std::string poster =
      index.poster.empty() ? std::string() : fronts.version + "/v/" + lesson.version.value_or("") + "/" + index.poster;
  std::string page =
      fill_template(watch_template.empty() ? kBarePage : watch_template,
                    {{"lang", escape_html(language)},
                     {"title", escape_html(lesson.title)},
                     {"kind", kind == WatchPageKind::kEmbedded ? "embed" : ""},
                     {"multivariant", escape_html(fronts.lesson + lesson_playlist_url(lesson.id))},
                     {"poster", escape_html(poster)},
                     {"data", escape_json_for_html(lesson_facts_json(lesson, index, reporting, fronts.version))}});
  // No hole of the template: those who read it where nothing is to be said would pay for it.
  if (const std::size_t at = page.find("<script type=\"application/json\""); at != std::string::npos)
    page.insert(at, notice);
  return page;
}

std::string render_unpublished_page(const library::Lesson& lesson) {
  return fill_template(R"(<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,">
<meta http-equiv="refresh" content="10">
<title>{{title}}</title>
<style>body{margin:0 auto;max-width:40rem;padding:1rem;font:1rem/1.5 sans-serif}</style>
<p><a href="/">All lessons</a>
<h1>{{title}}</h1>
<p>This lesson is still being prepared. The page looks again every ten seconds.
</html>
)",
                       {{"title", escape_html(lesson.title)}});
}

}  // namespace chalkline::streamer
