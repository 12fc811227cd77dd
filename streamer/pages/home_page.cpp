// Lessons grouped by course, courses in the order of their newest lesson.
#include "streamer/pages/home_page.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/html.hpp"
#include "core/rendition.hpp"

namespace chalkline::streamer {

namespace {

std::string item(const library::Lesson& lesson) {
  const std::string title = escape_html(lesson.title);
  const std::string language = lesson.language == "und"
                                   ? std::string()
                                   : fmt::format(" <small>{}</small>", escape_html(language_label(lesson.language)));
  if (!lesson.version) return fmt::format("<li>{}{} <small>(being prepared)</small>\n", title, language);
  return fmt::format("<li><a href=\"/watch/{}\">{}</a>{}\n", escape_html(lesson.id), title, language);
}

}  // namespace

std::string render_home_page(const std::vector<library::Lesson>& lessons, std::string_view stylesheet) {
  const std::size_t count = std::min(lessons.size(), kMostListed);
  std::vector<std::string> courses;
  for (std::size_t i = 0; i < count; ++i)
    if (std::find(courses.begin(), courses.end(), lessons[i].course) == courses.end())
      courses.push_back(lessons[i].course);

  std::string list;
  for (const std::string& course : courses) {
    if (!course.empty()) list += "<h2>" + escape_html(course) + "</h2>\n";
    list += "<ul>\n";
    for (std::size_t i = 0; i < count; ++i)
      if (lessons[i].course == course) list += item(lessons[i]);
    list += "</ul>\n";
  }
  if (lessons.empty()) list = "<p>There are no lessons yet. <code>chalkline add VIDEO</code> makes the first one.\n";
  if (lessons.size() > count)
    list += fmt::format("<p>The newest {} of {} lessons are listed.\n", count, lessons.size());
  const std::string style = stylesheet.empty()
                                ? "<style>body{margin:0 auto;max-width:40rem;padding:1rem;font:1rem/1.5 "
                                  "sans-serif}li{margin:.75rem 0}</style>"
                                : fmt::format("<link rel=\"stylesheet\" href=\"/{}\">", escape_html(stylesheet));
  return fill_template(R"(<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,">
<title>Lessons</title>
{{style}}
<main>
<h1>Lessons</h1>
{{list}}</main>
</html>
)",
                       {{"style", style}, {"list", list}});
}

}  // namespace chalkline::streamer
