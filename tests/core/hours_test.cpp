// Parts of the day.
#include "core/hours.hpp"

#include <doctest/doctest.h>

using namespace chalkline;

TEST_CASE("hours are read, and contain what lies between them") {
  CHECK(parse_hours("01:00-05:30") == Hours{60, 330});
  CHECK(Hours{60, 330}.contains(60));
  CHECK(Hours{60, 330}.contains(329));
  CHECK_FALSE(Hours{60, 330}.contains(330));
  CHECK_FALSE(Hours{60, 330}.contains(59));
}

TEST_CASE("hours may go over midnight, and from a time to itself is the whole day") {
  CHECK(Hours{1380, 300}.contains(1400));
  CHECK(Hours{1380, 300}.contains(0));
  CHECK_FALSE(Hours{1380, 300}.contains(300));
  CHECK(Hours{0, 0}.contains(700));
}

TEST_CASE("what is no part of the day is not read") {
  for (const char* text : {"", "1:00-5:00", "24:00-05:00", "01:60-02:00", "01:00-05:00 ", "01.00-05.00", "ab:cd-ef:gh"})
    CHECK_FALSE_MESSAGE(parse_hours(text).has_value(), text);
}
