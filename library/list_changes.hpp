// From one list of an origin's lessons to the next, and what a mirror needs of it that has an earlier one. Each lesson
// carries the serial of the list in which it last changed and each withdrawn one the serial of its going, so that a
// list alone can tell what came after any other: an origin and a mirror answer alike, and keep nothing else. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "library/lesson_list.hpp"

namespace chalkline::library {

// What comes after `before` where the published lessons are `lessons` now (their serials do not matter) and the
// curriculum is `nodes`: the same list where nothing changed, else one whose serial is larger: `now_ms`, or one more
// than before where the clock was set back.
LessonList next_list(const LessonList& before, std::vector<ListedLesson> lessons, std::int64_t now_ms,
                     std::vector<ListedNode> nodes = {});

// Whether changes since the list of that serial can be told: not from a later one, nor where too many lessons went.
bool knows_changes_since(const LessonList& list, std::int64_t serial);
// One line of JSON: what to put in the place of, and what to take out of, the list of that serial.
std::string render_changes(const LessonList& list, std::int64_t since);

// The list that `changes` make of `before`. kCorrupt where they are none, or not for that list.
Result<LessonList> apply_changes(const LessonList& before, std::string_view changes);

}  // namespace chalkline::library
