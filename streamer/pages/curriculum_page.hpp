// The pages on which learners find lessons: the first page, a node of the curriculum, a course outside it, and search.
// A few kB of HTML each, no script. Pure: delivery/curriculum_source.hpp gathers what they show.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "library/curriculum.hpp"
#include "streamer/pages/curriculum_query.hpp"
#include "streamer/pages/lesson_cost.hpp"

namespace chalkline::streamer {

inline constexpr int kLessonsOnPage = 20;

// A title in the page's language, or else in its own, which is then said.
struct Said {
  std::string title;
  std::string description;
  std::string language;  // BCP 47; "" where it is the page's or not known
};
Said said_in(PageLanguage language, const library::LessonDetails& details);
Said said_in(PageLanguage language, const library::NodeDetails& details);

// A node of the curriculum or a course outside it.
struct ShelfLink {
  std::string path;                   // "/browse/science"
  std::optional<std::string> course;  // for ?course=
  Said said;
  std::optional<library::NodeKind> kind;
  std::int64_t lessons = 0;
};

struct AttachmentLink {
  std::string name;
  std::int64_t bytes = -1;  // -1: not known
  std::string path;         // "": the file is not here
};

struct LessonCard {
  std::string id;
  Said said;
  std::string spoken;  // language of the lesson, for people; "" where not known
  std::string course;  // where the page is of several courses
  bool ready = false;  // has a version
  std::optional<LessonCost> cost;
  std::string poster;  // URL path, where the page shows pictures
  std::vector<AttachmentLink> attachments;
};

struct LessonGroup {
  std::string heading;  // "": none
  std::vector<LessonCard> lessons;
};

struct CurriculumPage {
  CurriculumQuery query;  // of this page
  std::string path;       // of this page, "/browse/science"
  std::string title;      // "": the words' own for the first page
  std::string title_language;
  std::string description;
  std::vector<ShelfLink> trail;  // from the top to the node above this one
  std::string within;            // the node that its search form searches: id,
  std::string within_title;      // and title
  bool is_search = false;
  std::vector<ShelfLink> nodes;
  std::vector<ShelfLink> loose;  // courses outside the curriculum
  std::vector<LessonGroup> groups;
  int pages = 1;                     // of lessons; 0: nobody knows
  bool more = false;                 // another page comes after this one
  std::uint64_t pictures_bytes = 0;  // what this page's pictures weigh; 0: there are none to show
};

// `stylesheet`: relative path of web's style for these pages, or empty: a bare built-in one.
std::string render_curriculum_page(const CurriculumPage& page, std::string_view stylesheet);

}  // namespace chalkline::streamer
