// Decode times: the rules of transcode/packaging/decode_times.hpp on the shapes encoders produce.
#include "transcode/packaging/decode_times.hpp"

#include <algorithm>
#include <random>
#include <vector>

#include <doctest/doctest.h>

using namespace chalkline;

// The last picture in the order of presentation stands as long as the one before it.
static Ticks end_of(std::vector<Ticks> presented) {
  std::ranges::sort(presented);
  return presented.size() < 2 ? 1 : 2 * presented.back() - presented[presented.size() - 2];
}

static std::vector<Ticks> decode_times(const std::vector<Ticks>& presented, Ticks longest_usual = 22'500) {
  return transcode::decode_times(presented, end_of(presented), longest_usual);
}

static void check_rules(const std::vector<Ticks>& presented, const std::vector<Ticks>& decoded) {
  REQUIRE(decoded.size() == presented.size());
  CHECK(decoded.front() == presented.front());
  for (std::size_t i = 0; i < decoded.size(); ++i) {
    CHECK(decoded[i] <= presented[i]);
    if (i > 0) CHECK(decoded[i] > decoded[i - 1]);
  }
  // No sample lasts beyond the segment's end, and the last one ends there.
  for (std::size_t i = 1; i < decoded.size(); ++i)
    CHECK(presented[i - 1] + decoded[i] - decoded[i - 1] <= end_of(presented));
  CHECK(decoded.back() == presented.back());
}

TEST_CASE("pictures in order are decoded when they are shown") {
  const std::vector<Ticks> presented = {900, 1800, 2700};
  CHECK(decode_times(presented) == presented);
}

TEST_CASE("a reordered picture is decoded before the one it is needed for") {
  const std::vector<Ticks> presented = {0, 300, 100, 200};
  CHECK(decode_times(presented) == std::vector<Ticks>{0, 50, 100, 200});
}

TEST_CASE("a pyramid at an unsteady rate shares the time up to its first picture") {
  const std::vector<Ticks> presented = {0, 4000, 2100, 1000, 3300};
  const auto decoded = decode_times(presented);
  CHECK(decoded == std::vector<Ticks>{0, 333, 666, 1000, 3300});
  check_rules(presented, decoded);
}

TEST_CASE("at a steady rate all decode times but the first few are as steady") {
  const std::vector<Ticks> presented = {0, 1200, 600, 300, 900, 2400, 1800, 1500, 2100};
  const auto decoded = decode_times(presented);
  CHECK(decoded == std::vector<Ticks>{0, 100, 200, 300, 600, 900, 1200, 1500, 2100});
  check_rules(presented, decoded);
}

TEST_CASE("a picture that is left out of a steady rate does not make the others unsteady") {
  const std::vector<Ticks> presented = {0, 1200, 600, 900, 1500, 2400, 1800, 2100, 2700};
  const auto decoded = decode_times(presented);
  CHECK(decoded == std::vector<Ticks>{0, 300, 600, 900, 1200, 1500, 1800, 2100, 2700});
  check_rules(presented, decoded);
}

TEST_CASE("a long still before reordered pictures costs no delay") {
  const std::vector<Ticks> presented = {0, 300'000, 100'000, 200'000, 300'100};
  const auto decoded = decode_times(presented);
  check_rules(presented, decoded);
  CHECK(decoded[2] == 100'000);
}

TEST_CASE("the last picture is decoded when it is shown, so that a segment ends where it says") {
  const std::vector<Ticks> presented = {0, 300, 100, 200, 600, 400, 500};
  CHECK(decode_times(presented).back() == 500);
}

TEST_CASE("a picture that is shown last and decoded early does not last beyond the end") {
  for (const Ticks still : {10'000, 100'000}) {  // at a steady rate, and at none
    const std::vector<Ticks> presented = {0, 2 * still + 1'000, still, 2 * still};
    check_rules(presented, decode_times(presented));
  }
}

TEST_CASE("what a still repeats each second is no steady rate: pictures would wait for seconds") {
  const std::vector<Ticks> presented = {0, 90'000, 270'000, 180'000, 450'000, 360'000};
  CHECK(decode_times(presented) == std::vector<Ticks>{0, 90'000, 135'000, 180'000, 270'000, 360'000});
}

TEST_CASE("a steady rate without reordered pictures needs no delay") {
  const std::vector<Ticks> presented = {900, 1200, 1500, 1800};
  CHECK(decode_times(presented) == presented);
}

TEST_CASE("too few ticks give no answer rather than a wrong one") {
  CHECK(decode_times(std::vector<Ticks>{0, 5, 4, 3, 2, 1}).empty());
  CHECK(decode_times(std::vector<Ticks>{10, 5}).empty());
  CHECK(decode_times(std::vector<Ticks>{}).empty());
}

TEST_CASE("any mini-GOP order at any variable frame rate keeps the rules") {
  std::mt19937 random(7);
  for (int round = 0; round < 500; ++round) {
    std::vector<Ticks> shown = {0};
    const bool steady = round % 2 == 0;  // but for a picture left out here and there
    for (int i = 0; i < 60; ++i) {
      const Ticks interval = steady ? (random() % 8 == 0 ? 6000 : 3000) : 20 + static_cast<Ticks>(random() % 5000);
      shown.push_back(shown.back() + interval);
    }
    std::vector<Ticks> order = {0};
    for (std::size_t at = 1; at < shown.size();) {
      const std::size_t group = std::min<std::size_t>(1 + random() % 8, shown.size() - at);
      order.push_back(shown[at + group - 1]);
      for (std::size_t k = 0; k + 1 < group; ++k) order.push_back(shown[at + k]);
      at += group;
    }
    check_rules(order, decode_times(order));
  }
}
