// pack.json: what a pack holds, as a value and as text. With the signature beside it, pack.sig (library/trust.hpp), it
// vouches for every byte: a version's name is the hash of its index, which has the hash of each file. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "library/curriculum.hpp"

namespace chalkline::library {

struct ListedLesson {
  std::string id;
  std::string title;
  std::string course;
  std::string language;
  std::string version;          // sha256 of its index.json
  std::int64_t updated_ms = 0;  // when its origin published that; Unix time
  std::int64_t serial = 0;      // of the list in which it last changed
  // What pages and search know of it; a pack says none of that.
  std::string course_id = {};  // a node of the list; "" outside the curriculum
  std::int64_t position = 0;   // in its course
  std::string description = {};
  std::string licence = {};
  std::vector<std::string> tags = {};
  std::vector<Translation> texts = {};
  friend bool operator==(const ListedLesson&, const ListedLesson&) = default;
};

// A country, grade, subject or course.
struct ListedNode {
  std::string id;
  NodeDetails details;
  friend bool operator==(const ListedNode&, const ListedNode&) = default;
};

// One that was in a list before, until the one of `serial`.
struct WithdrawnLesson {
  std::string id;
  std::int64_t serial = 0;
  friend bool operator==(const WithdrawnLesson&, const WithdrawnLesson&) = default;
};

struct LessonList {
  std::vector<ListedLesson> lessons = {};  // sorted by id, each once
  // Of the lists of one origin, each larger than the one before (library/list_changes.hpp); 0: a pack's, which has
  // none.
  std::int64_t serial = 0;
  std::int64_t since = 0;                       // what changed since lists of this serial and later ones can be told
  std::vector<WithdrawnLesson> withdrawn = {};  // after `since`; sorted by id
  std::vector<ListedNode> nodes = {};           // of the curriculum, each after the one that it stands below
  std::int64_t nodes_serial = 0;                // of the list in which any of them last changed; 0: there never was one
  friend bool operator==(const LessonList&, const LessonList&) = default;
};

inline constexpr std::size_t kMaxListBytes = 64 * 1024 * 1024;

// One line a lesson, in a fixed order.
std::string render_lesson_list(const LessonList& list);

// kCorrupt with what is wrong: no such JSON, an id or a version that has not the shape of one, an id twice.
Result<LessonList> parse_lesson_list(std::string_view text);

}  // namespace chalkline::library
