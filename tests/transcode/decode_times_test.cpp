// Decode times: the rules of transcode/decode_times.hpp on the shapes encoders produce.
#include "transcode/decode_times.hpp"

#include <random>

#include <doctest/doctest.h>

using namespace chalkline;
using chalkline::transcode::decode_times;

static void check_rules(const std::vector<Ticks>& presented, const std::vector<Ticks>& decoded) {
  REQUIRE(decoded.size() == presented.size());
  CHECK(decoded.front() == presented.front());
  for (std::size_t i = 0; i < decoded.size(); ++i) {
    CHECK(decoded[i] <= presented[i]);
    if (i > 0) CHECK(decoded[i] > decoded[i - 1]);
  }
}

TEST_CASE("pictures in order are decoded when they are shown") {
  const std::vector<Ticks> presented = {900, 1800, 2700};
  CHECK(decode_times(presented) == presented);
}

TEST_CASE("a reordered picture is decoded before the one it is needed for") {
  const std::vector<Ticks> presented = {0, 300, 100, 200};
  CHECK(decode_times(presented) == std::vector<Ticks>{0, 50, 100, 200});
}

TEST_CASE("a pyramid shares the time up to its first picture") {
  const std::vector<Ticks> presented = {0, 4000, 2000, 1000, 3000};
  const auto decoded = decode_times(presented);
  CHECK(decoded == std::vector<Ticks>{0, 333, 666, 1000, 3000});
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

TEST_CASE("too few ticks give no answer rather than a wrong one") {
  CHECK(decode_times(std::vector<Ticks>{0, 5, 4, 3, 2, 1}).empty());
  CHECK(decode_times(std::vector<Ticks>{10, 5}).empty());
  CHECK(decode_times(std::vector<Ticks>{}).empty());
}

TEST_CASE("any mini-GOP order at any variable frame rate keeps the rules") {
  std::mt19937 random(7);
  for (int round = 0; round < 500; ++round) {
    std::vector<Ticks> shown = {0};
    for (int i = 0; i < 60; ++i) shown.push_back(shown.back() + 20 + static_cast<Ticks>(random() % 5000));
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
