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
  const std::vector<Ticks> presented = {0, 300, 130, 200};
  CHECK(decode_times(presented) == std::vector<Ticks>{0, 65, 130, 200});
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
  CHECK(decoded == std::vector<Ticks>{0, 100, 200, 300, 600, 900, 1200, 1500, 1800});
  check_rules(presented, decoded);
}

TEST_CASE("a picture that is left out of a steady rate does not make the others unsteady") {
  const std::vector<Ticks> presented = {0, 1200, 600, 900, 1500, 2400, 1800, 2100, 2700};
  const auto decoded = decode_times(presented);
  CHECK(decoded == std::vector<Ticks>{0, 300, 600, 900, 1200, 1500, 1800, 2100, 2400});
  check_rules(presented, decoded);
}

TEST_CASE("a long still before reordered pictures costs no delay") {
  const std::vector<Ticks> presented = {0, 300'000, 100'000, 200'000, 300'100};
  const auto decoded = decode_times(presented);
  check_rules(presented, decoded);
  CHECK(decoded[2] == 100'000);
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
