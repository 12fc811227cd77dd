// Dark spells of a link.
#include "bench/weaklink/outage.hpp"

#include <doctest/doctest.h>

using namespace chalkline::weaklink;
using namespace std::chrono_literals;

TEST_CASE("a link without outages is never dark and work takes its own time") {
  const Outage none;
  CHECK_FALSE(none.dark_at(0s));
  CHECK(none.finish(3s, 2s) == 5s);
}

TEST_CASE("the dark spell ends each cycle") {
  const Outage outage{3s, 60s};
  CHECK_FALSE(outage.dark_at(0s));
  CHECK_FALSE(outage.dark_at(57s - 1ns));
  CHECK(outage.dark_at(57s));
  CHECK(outage.dark_at(60s - 1ns));
  CHECK_FALSE(outage.dark_at(60s));
  CHECK(outage.dark_at(119s));
}

TEST_CASE("work that meets a dark spell waits through it") {
  const Outage outage{3s, 10s};
  CHECK(outage.finish(0s, 7s) == 7s);  // ends as the light does
  CHECK(outage.finish(5s, 2s) == 7s);
  CHECK(outage.finish(5s, 3s) == 11s);  // one second after the dark
  CHECK(outage.finish(8s, 1s) == 11s);  // begun in the dark
  CHECK(outage.finish(8s, 0s) == 10s);  // even nothing waits for light
  CHECK(outage.finish(10s, 0s) == 10s);
  CHECK(outage.finish(0s, 15s) == 21s);       // two spells
  CHECK(outage.finish(20s + 6s, 8s) == 37s);  // one second left of this light, then all of the next
}
