// Reading and writing of queries.
#include "streamer/pages/curriculum_query.hpp"

#include <algorithm>
#include <charconv>

#include "library/catalogue_checks.hpp"
#include "library/lesson_id.hpp"
#include "streamer/http/target.hpp"

namespace chalkline::streamer {

namespace {

// None where it is badly escaped or no UTF-8. Control characters become spaces.
std::optional<std::string> form_text(std::string_view query, std::string_view key) {
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(pair.size() + 1, query.size()));
    const std::size_t equals = std::min(pair.find('='), pair.size());
    if (pair.substr(0, equals) != key) continue;
    std::string written(pair.substr(std::min(equals + 1, pair.size())));
    std::replace(written.begin(), written.end(), '+', ' ');
    auto text = percent_decoded(written);
    if (!text || !library::is_utf8(*text)) return std::nullopt;
    for (char& c : *text)
      if ((c >= 0 && c < ' ') || c == '\x7f') c = ' ';
    return text;
  }
  return std::string();
}

bool has(std::string_view query, std::string_view key) {
  for (std::size_t at = query.find(key); at != std::string_view::npos; at = query.find(key, at + 1))
    if ((at == 0 || query[at - 1] == '&') && query.substr(at + key.size()).starts_with('=')) return true;
  return false;
}

void trim(std::string& text) {
  text.erase(0, std::min(text.find_first_not_of(' '), text.size()));
  text.erase(text.find_last_not_of(' ') + 1);
}

}  // namespace

CurriculumQuery parse_curriculum_query(std::string_view query, std::string_view accept_language) {
  CurriculumQuery read;
  const auto take = [&](std::string_view key, std::size_t longest) {
    auto text = form_text(query, key);
    if (!text || text->size() > longest)
      read.fault =
          std::string(key) + (text ? " is longer than " + std::to_string(longest) + " bytes" : " is badly written");
    return read.fault.empty() ? std::move(*text) : std::string();
  };
  const std::string language = take("lang", 35);
  const auto chosen = page_language_named(language);
  read.language = chosen.value_or(preferred_page_language(accept_language));
  read.language_chosen = chosen.has_value();
  read.text = take("q", kLongestSearch);
  trim(read.text);
  read.within = take("in", 64);
  if (!read.within.empty() && !library::is_lesson_id(read.within)) read.fault = "in is no part of the curriculum";
  if (has(query, "course")) read.course = take("course", kLongestCourse);
  read.pictures = take("pictures", 8) == "1";
  if (const std::string page = take("page", 8); !page.empty()) {
    const auto [end, failed] = std::from_chars(page.data(), page.data() + page.size(), read.page);
    if (failed != std::errc() || end != page.data() + page.size() || read.page < 1 || read.page > kLastPage) {
      read.page = 1;
      read.fault = "page must be a whole number from 1 to " + std::to_string(kLastPage);
    }
  }
  return read;
}

static std::string written(const CurriculumQuery& query, bool with_language, std::string_view between) {
  std::string text;
  const auto add = [&](std::string_view key, std::string_view value) {
    if (!text.empty()) text += between;
    text.append(key).append("=").append(percent_encode(value));
  };
  if (query.course) add("course", *query.course);
  if (!query.within.empty()) add("in", query.within);
  if (with_language) add("lang", facts_of(query.language).tag);
  if (query.page > 1) add("page", std::to_string(query.page));
  if (query.pictures) add("pictures", "1");
  if (!query.text.empty()) add("q", query.text);
  return text;
}

std::string canonical_query(const CurriculumQuery& query) {
  return written(query, true, "&") + (query.language_chosen ? "" : "&negotiated");
}

CurriculumQuery query_of_key(std::string_view canonical) {
  CurriculumQuery query = parse_curriculum_query(canonical, {});
  query.language_chosen = !canonical.ends_with("&negotiated");
  return query;
}

std::string link_query(const CurriculumQuery& query) {
  std::string text = written(query, query.language_chosen, "&amp;");
  return text.empty() ? text : "?" + text;
}

}  // namespace chalkline::streamer
