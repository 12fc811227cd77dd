// Bit rates: rounding, guards, and the figures measure() leaves.
#include "manifests/bandwidth.hpp"

#include <limits>

#include <doctest/doctest.h>

using namespace chalkline;
using namespace chalkline::manifests;

TEST_CASE("a bit rate is rounded up") {
  CHECK(bit_rate(1000, 90000, 90000) == 8000);
  CHECK(bit_rate(1000, 3, 1) == 2667);
  CHECK(bit_rate(0, 90000, 90000) == 0);
  CHECK(bit_rate(1, 1'000'000, 1) == 1);
}

TEST_CASE("a duration of zero gives a large figure instead of a division by zero") {
  CHECK(bit_rate(1000, 0, 90000) == 8000ULL * 90000);
  CHECK(bit_rate(1000, -5, 90000) == 8000ULL * 90000);
}

TEST_CASE("the largest sizes saturate instead of wrapping") {
  constexpr auto kMost = std::numeric_limits<std::uint64_t>::max();
  CHECK(bit_rate(kMost, 1, std::numeric_limits<Timescale>::max()) == kMost);
}

TEST_CASE("the peak is the worst single segment, the average is over all of them") {
  RenditionEntry entry;
  entry.format.timescale = 1000;
  entry.init_bytes = 700;
  entry.segments = {{0, 2000, 10000, 4000}, {2000, 6000, 12000, 9000}, {8000, 500, 1500, 1000}};
  measure(entry);
  CHECK(entry.bytes == 700 + 10000 + 12000 + 1500);
  CHECK(entry.peak_bandwidth == 40000);
  CHECK(entry.average_bandwidth == 22118);  // 188,000 bits over 8.5 s, rounded up
  CHECK(entry.iframe_peak_bandwidth == 16000);
  CHECK(entry.iframe_average_bandwidth == 13177);
}

TEST_CASE("measuring twice changes nothing, and no segments cost nothing") {
  RenditionEntry entry;
  entry.format.timescale = 1000;
  entry.segments = {{0, 2000, 10000, 0}};
  measure(entry);
  const RenditionEntry once = entry;
  measure(entry);
  CHECK(entry == once);
  entry.segments.clear();
  measure(entry);
  CHECK(entry.peak_bandwidth == 0);
  CHECK(entry.average_bandwidth == 0);
}
