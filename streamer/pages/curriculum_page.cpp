// HTML of the curriculum pages. Whatever comes from the catalogue or the address is escaped where it is written.
#include "streamer/pages/curriculum_page.hpp"

#include <fmt/format.h>

#include "core/html.hpp"
#include "streamer/pages/page_words.hpp"

namespace chalkline::streamer {

namespace {

std::string filled(std::string_view sentence, const auto&... values) {
  return fmt::format(fmt::runtime(sentence), values...);
}

template <class Details>
Said said(PageLanguage language, const Details& details) {
  const std::string_view wanted = facts_of(language).tag;
  for (const library::Translation& text : details.texts)
    if (page_language_named(text.language) == language && details.language != wanted)
      return {text.title, text.description, text.language == wanted ? std::string() : text.language};
  const bool unknown = details.language == "und" || details.language == wanted;
  return {details.title, details.description, unknown ? std::string() : details.language};
}

// What is written from right to left inside what is not, and the other way round, stays in its place.
std::string isolated(const Said& said, std::string_view inside) {
  const std::string language =
      said.language.empty() ? std::string() : fmt::format(" lang=\"{}\"", escape_html(said.language));
  return fmt::format("<bdi{}>{}</bdi>", language, inside);
}

class Writer {
 public:
  Writer(const CurriculumPage& page, std::string_view stylesheet)
      : page_(page), words_(words_of(page.query.language)), stylesheet_(stylesheet) {}

  std::string write() {
    const PageLanguageFacts& language = facts_of(page_.query.language);
    const std::string title = page_.title.empty() ? std::string(words_.lessons) : escape_html(page_.title);
    std::string body = header() + "<main>\n" + heading(title) + search() + nodes(page_.nodes);
    if (!page_.loose.empty() && !page_.nodes.empty()) body += fmt::format("<h2>{}</h2>\n", words_.more_courses);
    body += nodes(page_.loose) + lessons() + pages() + "</main>\n" + languages();
    return fill_template(kFrame, {{"lang", language.tag},
                                  {"dir", language.right_to_left ? " dir=\"rtl\"" : ""},
                                  {"title", title},
                                  {"style", style()},
                                  {"body", body}});
  }

 private:
  static constexpr std::string_view kFrame = R"(<!doctype html>
<html lang="{{lang}}"{{dir}}>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>{{title}}</title>
{{style}}
{{body}}</html>
)";

  [[nodiscard]] std::string style() const {
    if (!stylesheet_.empty()) return fmt::format("<link rel=\"stylesheet\" href=\"/{}\">", escape_html(stylesheet_));
    return "<style>body{margin:0 auto;max-width:40rem;padding:1rem;font:1rem/1.5 sans-serif}li{margin:.75rem "
           "0}</style>";
  }

  // Where a link leads, in the language that was chosen.
  [[nodiscard]] std::string address(std::string_view path, const std::optional<std::string>& course = {}) const {
    CurriculumQuery query;
    query.language = page_.query.language;
    query.language_chosen = page_.query.language_chosen;
    query.pictures = page_.query.pictures;
    query.course = course;
    return escape_html(path) + link_query(query);
  }

  [[nodiscard]] std::string here(const CurriculumQuery& query) const {
    return escape_html(page_.path) + link_query(query);
  }

  [[nodiscard]] std::string header() const {
    if (page_.path == "/" && page_.query.page == 1) return "";
    std::string text = fmt::format("<header><nav aria-label=\"{}\"><a href=\"{}\">{}</a>", words_.path, address("/"),
                                   words_.all_lessons);
    for (const ShelfLink& link : page_.trail)
      text +=
          fmt::format(" <a href=\"{}\">{}</a>", address(link.path), isolated(link.said, escape_html(link.said.title)));
    return text + "</nav></header>\n";
  }

  [[nodiscard]] std::string heading(const std::string& title) const {
    std::string text = "<h1>" + isolated({"", "", page_.title_language}, title) + "</h1>\n";
    if (!page_.description.empty()) text += "<p dir=\"auto\">" + escape_html(page_.description) + "\n";
    return text;
  }

  [[nodiscard]] std::string search() const {
    const auto hidden = [](std::string_view name, std::string_view value) {
      return fmt::format("<input type=\"hidden\" name=\"{}\" value=\"{}\">", name, escape_html(value));
    };
    const std::string label = page_.within.empty() ? std::string(words_.search_all)
                                                   : filled(words_.search_within, escape_html(page_.within_title));
    std::string text = fmt::format(
        "<form action=\"/search\" role=\"search\"><label for=\"q\">{}</label><div><input "
        "type=\"search\" id=\"q\" name=\"q\" dir=\"auto\" maxlength=\"100\" value=\"{}\">",
        label, escape_html(page_.query.text));
    if (!page_.within.empty()) text += hidden("in", page_.within);
    if (page_.query.language_chosen) text += hidden("lang", facts_of(page_.query.language).tag);
    text += fmt::format("<button>{}</button></div></form>\n", words_.search);
    if (page_.is_search && !page_.within.empty()) {
      CurriculumQuery everywhere = page_.query;
      everywhere.within.clear();
      everywhere.page = 1;
      text += fmt::format("<p><a href=\"{}\">{}</a>\n", here(everywhere), words_.everywhere);
    }
    return text;
  }

  [[nodiscard]] std::string nodes(const std::vector<ShelfLink>& links) const {
    if (links.empty()) return "";
    std::string text = "<ul>\n";
    for (const ShelfLink& link : links) {
      const std::string named =
          fmt::format("<a href=\"{}\">{}</a>", address(link.path, link.course), escape_html(link.said.title));
      std::string note = filled(words_.count, link.lessons);
      if (link.kind) note = std::string(words_.kinds[static_cast<std::size_t>(*link.kind)]) + " · " + note;
      text += "<li>" + isolated(link.said, named) + fmt::format(" <small>{}</small>\n", note);
    }
    return text + "</ul>\n";
  }

  [[nodiscard]] std::string megabytes(std::uint64_t bytes) const {
    return filled(words_.megabytes, megabytes_figure(bytes));
  }

  // "24:10 · 4.1 MB · sound only 2.2 MB · Kiswahili"
  [[nodiscard]] std::string facts(const LessonCard& lesson) const {
    std::vector<std::string> parts;
    if (!lesson.ready) parts.emplace_back(words_.prepared);
    if (lesson.cost) {
      parts.push_back(clock_figure(lesson.cost->duration_ms));
      if (lesson.cost->cheapest_bytes > 0) parts.push_back(megabytes(lesson.cost->cheapest_bytes));
      if (lesson.cost->sound_bytes > 0) parts.push_back(filled(words_.sound_only, megabytes(lesson.cost->sound_bytes)));
    }
    if (!lesson.spoken.empty()) parts.push_back("<bdi>" + escape_html(lesson.spoken) + "</bdi>");
    if (!lesson.course.empty()) parts.push_back("<bdi>" + escape_html(lesson.course) + "</bdi>");
    std::string text;
    for (const std::string& part : parts) text += (text.empty() ? "" : " · ") + part;
    return text.empty() ? text : " <small>" + text + "</small>";
  }

  [[nodiscard]] std::string attachments(const LessonCard& lesson) const {
    if (lesson.attachments.empty()) return "";
    std::string text = fmt::format(" <small>{}:", words_.files);
    for (const AttachmentLink& one : lesson.attachments) {
      const std::string name = "<bdi>" + escape_html(one.name) + "</bdi>";
      text +=
          one.path.empty() ? " " + name : fmt::format(" <a href=\"{}\" download>{}</a>", escape_html(one.path), name);
      if (one.bytes >= 0) text += " (" + megabytes(static_cast<std::uint64_t>(one.bytes)) + ")";
    }
    return text + "</small>";
  }

  [[nodiscard]] std::string lessons() const {
    if (page_.groups.empty()) return nothing();
    std::string text = picture_switch();
    for (const LessonGroup& group : page_.groups) {
      if (!group.heading.empty())
        text += "<h2>" + isolated({}, escape_html(group.heading)) + "</h2>\n";
      else if (page_.groups.size() > 1 || !page_.nodes.empty() || !page_.loose.empty())
        text += fmt::format("<h2>{}</h2>\n", page_.is_search ? words_.lessons : words_.more_lessons);
      text += "<ul>\n";
      for (const LessonCard& lesson : group.lessons) text += card(lesson);
      text += "</ul>\n";
    }
    return text;
  }

  [[nodiscard]] std::string nothing() const {
    if (!page_.nodes.empty() || !page_.loose.empty()) return "";
    if (!page_.is_search) return fmt::format("<p>{}\n", words_.no_lessons);
    if (page_.query.text.empty()) return "";
    const std::string wanted = "<bdi>" + escape_html(page_.query.text) + "</bdi>";
    return "<p role=\"status\">" + filled(words_.nothing_found, wanted) + "\n";
  }

  [[nodiscard]] std::string card(const LessonCard& lesson) const {
    const std::string title = escape_html(lesson.said.title);
    const std::string named =
        lesson.ready ? fmt::format("<a href=\"/watch/{}\">{}</a>", escape_html(lesson.id), title) : title;
    const std::string picture =
        lesson.poster.empty() ? std::string()
                              : fmt::format("<img src=\"{}\" alt=\"\" width=\"160\" height=\"90\" loading=\"lazy\">",
                                            escape_html(lesson.poster));
    return "<li>" + picture + isolated(lesson.said, named) + facts(lesson) + attachments(lesson) + "\n";
  }

  // Pictures weigh more than all else on the page: they come when they are asked for, and say what they weigh.
  [[nodiscard]] std::string picture_switch() const {
    if (page_.pictures_bytes == 0) return "";
    CurriculumQuery other = page_.query;
    other.pictures = !other.pictures;
    return fmt::format(
        "<p><a href=\"{}\" rel=\"nofollow\">{}</a>\n", here(other),
        other.pictures ? filled(words_.pictures, megabytes(page_.pictures_bytes)) : std::string(words_.no_pictures));
  }

  [[nodiscard]] std::string pages() const {
    const bool before = page_.query.page > 1;
    if (!before && !page_.more) return "";
    const std::string where = page_.pages > 0 ? filled(words_.page, page_.query.page, page_.pages)
                                              : filled(words_.page_alone, page_.query.page);
    const auto turn = [&](int by, std::string_view relation, std::string_view word) {
      CurriculumQuery other = page_.query;
      other.page += by;
      return fmt::format("<a href=\"{}\" rel=\"{}\">{}</a> ", here(other), relation, word);
    };
    return fmt::format("<nav class=\"pages\" aria-label=\"{}\">", where) +
           (before ? turn(-1, "prev", words_.before) : std::string()) + "<span>" + where + "</span> " +
           (page_.more ? turn(1, "next", words_.after) : std::string()) + "</nav>\n";
  }

  [[nodiscard]] std::string languages() const {
    std::string text = fmt::format("<footer><nav aria-label=\"{}\">", words_.language);
    for (const PageLanguageFacts& one : kPageLanguages) {
      CurriculumQuery other = page_.query;
      other.language = one.language;
      other.language_chosen = true;
      const bool current = one.language == page_.query.language;
      text += fmt::format("<a href=\"{0}\" lang=\"{1}\" hreflang=\"{1}\"{2}>{3}</a> ", here(other), one.tag,
                          current ? " aria-current=\"true\"" : "", one.name);
    }
    return text + "</nav></footer>\n";
  }

  const CurriculumPage& page_;
  const PageWords& words_;
  std::string_view stylesheet_;
};

}  // namespace

Said said_in(PageLanguage language, const library::LessonDetails& details) { return said(language, details); }
Said said_in(PageLanguage language, const library::NodeDetails& details) { return said(language, details); }

std::string render_curriculum_page(const CurriculumPage& page, std::string_view stylesheet) {
  return Writer(page, stylesheet).write();
}

}  // namespace chalkline::streamer
