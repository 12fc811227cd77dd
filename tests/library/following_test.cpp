// What is known of an upstream, and whom a list of hops names.
#include "library/following.hpp"

#include <doctest/doctest.h>

using namespace chalkline::library;

TEST_CASE("an upstream is stale since the first time that it could not be heard of") {
  Following following("https://video.example", "chalkline-1", 5);
  CHECK(following.view().in_step_ms == 5);
  following.out_of_step(10, "gone");
  following.out_of_step(20, "still gone");
  CHECK(following.view().stale_since_ms == 10);
  CHECK(following.view().in_step_ms == 5);
  CHECK(following.view().trouble == "still gone");
  following.in_step(7, 30, "1.1 other");
  CHECK(following.view().stale_since_ms == 0);
  CHECK(following.view().in_step_ms == 30);
  CHECK(following.view().via == "1.1 other");
}

TEST_CASE("a hop is named by all of its identifier, with or without parameters") {
  CHECK(names_hop("chalkline-1", "chalkline-1"));
  CHECK(names_hop("foo123.foocdn.example, chalkline-1; abc=123; def=\"456\", AnotherCDN", "chalkline-1"));
  CHECK(names_hop("1.1 vegur, 1.1 chalkline-1", "chalkline-1"));
  CHECK(!names_hop("chalkline-12, xchalkline-1", "chalkline-1"));
  CHECK(!names_hop("", "chalkline-1"));
  CHECK(!names_hop(" , ", "chalkline-1"));
}
