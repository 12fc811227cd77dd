// What the address of a curriculum page asks for. Pure. Parameters that are not known are left out: they would only
// fill the cache with copies.
//   lang=sw      the page's language, kept in its links; without it Accept-Language decides
//   page=2       of the lessons, from 1
//   q=water      what is searched (as forms write it: "+" is a space)
//   in=science   the node of the curriculum that is searched
//   course=Maths a course outside the curriculum
//   pictures=1   with the lessons' pictures, which cost more than the rest of the page
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "streamer/pages/page_language.hpp"

namespace chalkline::streamer {

inline constexpr std::size_t kLongestSearch = 200;  // bytes of q
inline constexpr std::size_t kLongestCourse = 500;  // bytes of course, as long as titles may be
inline constexpr int kLastPage = 5000;

struct CurriculumQuery {
  PageLanguage language = PageLanguage::kEnglish;
  bool language_chosen = false;
  int page = 1;
  std::string text;
  std::string within;
  std::optional<std::string> course;
  bool pictures = false;
  std::string fault;  // why it is refused, or ""
  friend bool operator==(const CurriculumQuery&, const CurriculumQuery&) = default;
};

// A fault: q or course too long or no UTF-8, page no whole number from 1 to kLastPage, in no id.
CurriculumQuery parse_curriculum_query(std::string_view query, std::string_view accept_language);

// For the cache's key, in a fixed order, without what has its usual value but for the language.
std::string canonical_query(const CurriculumQuery& query);
CurriculumQuery query_of_key(std::string_view canonical);  // canonical_query backwards

// The query of a link, with "?" and escaped for HTML: `query` in another page. The language is in it where it was
// chosen.
std::string link_query(const CurriculumQuery& query);

}  // namespace chalkline::streamer
