// Every sentence of the curriculum pages in each of their languages. A "{}" is filled by the page; what counts things
// is written so that it needs no plural ("Lessons: 3").
#pragma once

#include <array>
#include <string_view>

#include "streamer/pages/page_language.hpp"

namespace chalkline::streamer {

struct PageWords {
  std::string_view lessons;               // the name of the whole
  std::string_view all_lessons;           // the way back to the first page
  std::string_view path;                  // name of the breadcrumbs
  std::string_view language;              // name of the choice of language
  std::string_view search;                // the button
  std::string_view search_all;            // the field's name
  std::string_view search_within;         // the same, in {}
  std::string_view everywhere;            // the search that leaves {} behind
  std::array<std::string_view, 4> kinds;  // country, grade, subject, course: as NodeKind
  std::string_view count;                 // {} lessons
  std::string_view more_courses;          // outside the curriculum
  std::string_view more_lessons;          // outside any course
  std::string_view megabytes;             // {} MB
  std::string_view sound_only;            // {}: so many MB
  std::string_view prepared;              // no version yet
  std::string_view files;                 // attachments
  std::string_view nothing_found;         // for {}
  std::string_view no_lessons;
  std::string_view page;        // {} of {}
  std::string_view page_alone;  // {} where nobody knows how many there are
  std::string_view before;
  std::string_view after;
  std::string_view pictures;  // show them, for {} MB
  std::string_view no_pictures;
  std::string_view copy;  // of a mirror without its upstream: in step at {}
};

const PageWords& words_of(PageLanguage language);

}  // namespace chalkline::streamer
