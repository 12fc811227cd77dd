// From titles to addresses.
#include "library/lesson_id.hpp"

#include <string>

#include <doctest/doctest.h>

using namespace chalkline::library;

TEST_CASE("a title becomes lower-case words joined by single hyphens") {
  CHECK(lesson_id_from_title("Fractions: Lesson 3 -- Halves & Quarters!") == "fractions-lesson-3-halves-quarters");
  CHECK(lesson_id_from_title("  It's  raining ") == "its-raining");
}

TEST_CASE("accents of Latin letters are dropped") {
  CHECK(lesson_id_from_title("Géométrie à l'école: Ça, œuvre, Straße, Ñandú") ==
        "geometrie-a-lecole-ca-uvre-strasse-nandu");
}

TEST_CASE("a title without a Latin letter still has an address") {
  CHECK(lesson_id_from_title("الكسور") == "lesson");
  CHECK(lesson_id_from_title("...") == "lesson");
}

TEST_CASE("an id never passes 64 characters, numbered or not") {
  const std::string id = lesson_id_from_title(std::string(200, 'a'));
  CHECK(id.size() == 64);
  CHECK(numbered_lesson_id(id, 12) == std::string(61, 'a') + "-12");
  CHECK(lesson_id_from_title(std::string(63, 'b') + " c") == std::string(63, 'b'));
  CHECK(numbered_lesson_id("maths", 1) == "maths");
  CHECK(numbered_lesson_id("maths", 2) == "maths-2");
}

TEST_CASE("only what such an id looks like is taken for one") {
  CHECK(is_lesson_id("maths-2"));
  CHECK_FALSE(is_lesson_id(""));
  CHECK_FALSE(is_lesson_id("../etc"));
  CHECK_FALSE(is_lesson_id("Maths"));
  CHECK_FALSE(is_lesson_id(std::string(65, 'a')));
}
