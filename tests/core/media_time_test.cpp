// Integer media time: exact at every size, in both directions, and in what a person reads.
#include "core/media_time.hpp"

#include <array>
#include <cstdint>
#include <limits>
#include <random>

#include <doctest/doctest.h>

using namespace chalkline;

namespace {
constexpr Ticks kMost = std::numeric_limits<Ticks>::max();
constexpr Ticks kLeast = std::numeric_limits<Ticks>::min();
}  // namespace

TEST_CASE("rescale keeps the value where the timescales are equal, however large") {
  CHECK(rescale(kMost, 90000, 90000) == kMost);
  CHECK(rescale(kLeast, 90000, 90000) == kLeast);
}

TEST_CASE("rescale does not overflow in between") {
  // 2^62 / 3 ticks of 1/90000 s, to 1/48000 and back: the product needs 80 bits.
  const Ticks large = (Ticks{1} << 62) / 3 * 3;
  CHECK(rescale(large, 3, 4294967295U / 5 * 5) == 0x7fffffffffffffff);  // saturates rather than wraps
  CHECK(rescale(kMost / 2, 2, 4) == kMost - 1);
  CHECK(rescale(kMost, 4294967295U, 4294967294U) == 9223372034707292159);
}

TEST_CASE("a result too large for 64 bits is the nearest end, never a wrapped value") {
  CHECK(rescale(kMost, 1, 2) == kMost);
  CHECK(rescale(kLeast, 1, 2) == kLeast);
  CHECK(rescale(kMost, 1, 4294967295U, Rounding::kDown) == kMost);
}

TEST_CASE("rescale rounds down, to nearest and up on both sides of zero") {
  struct Case {
    Ticks value;
    Timescale from, to;
    Ticks down, nearest, up;
  };
  constexpr std::array kCases = {
      Case{1, 3, 1, 0, 0, 1},     Case{2, 3, 1, 0, 1, 1},         Case{1, 2, 1, 0, 1, 1},
      Case{-1, 2, 1, -1, -1, 0},  Case{-1, 3, 1, -1, 0, 0},       Case{-2, 3, 1, -1, -1, 0},
      Case{3, 2, 1, 1, 2, 2},     Case{-3, 2, 1, -2, -2, -1},     Case{0, 7, 11, 0, 0, 0},
      Case{7, 7, 11, 11, 11, 11}, Case{-7, 7, 11, -11, -11, -11}, Case{1001, 30000, 90000, 3003, 3003, 3003},
  };
  for (const Case& c : kCases) {
    CAPTURE(c.value);
    CAPTURE(c.from);
    CHECK(rescale(c.value, c.from, c.to, Rounding::kDown) == c.down);
    CHECK(rescale(c.value, c.from, c.to, Rounding::kNearest) == c.nearest);
    CHECK(rescale(c.value, c.from, c.to, Rounding::kUp) == c.up);
  }
}

TEST_CASE("going to a finer timescale that is a multiple and back loses nothing") {
  std::mt19937_64 random(20240229);
  std::uniform_int_distribution<Ticks> any(-(Ticks{1} << 40), Ticks{1} << 40);
  for (int i = 0; i < 2000; ++i) {
    const Ticks value = any(random);
    for (const Rounding rounding : {Rounding::kDown, Rounding::kNearest, Rounding::kUp})
      CHECK(rescale(rescale(value, 30000, 90000), 90000, 30000, rounding) == value);
  }
}

TEST_CASE("times of different timescales compare exactly") {
  CHECK(MediaTime{1, 3} == MediaTime{30000, 90000});
  CHECK(MediaTime{1, 3} < MediaTime{33334, 100000});
  CHECK(MediaTime{33333, 100000} < MediaTime{1, 3});
  CHECK(MediaTime{-1, 2} < MediaTime{-1, 3});
  // One tick apart at 2^62: doubles cannot tell them from one another.
  const Ticks large = Ticks{1} << 62;
  CHECK(MediaTime{large, 90000} < MediaTime{large + 1, 90000});
  CHECK(MediaTime{kMost, 1} > MediaTime{kMost, 2});
  CHECK(MediaTime{kLeast, 4294967295U} < MediaTime{0, 1});
}

TEST_CASE("decimal seconds come from integers, rounded to nearest") {
  CHECK(format_seconds({1001, 30000}, 5) == "0.03337");
  CHECK(format_seconds({6, 1}, 3) == "6.000");
  CHECK(format_seconds({6, 1}, 0) == "6");
  CHECK(format_seconds({1, 3}, 9) == "0.333333333");
  CHECK(format_seconds({2, 3}, 9) == "0.666666667");
  CHECK(format_seconds({1999, 1000}, 2) == "2.00");
  CHECK(format_seconds({5, 100}, 2) == "0.05");
}

TEST_CASE("a negative time keeps its sign, and what rounds to zero has none") {
  CHECK(format_seconds({-1, 2}, 1) == "-0.5");
  CHECK(format_seconds({-3, 2}, 0) == "-2");
  CHECK(format_seconds({-1, 1000}, 2) == "0.00");
}

TEST_CASE("a clock counts whole seconds, rounded down") {
  CHECK(format_clock({0, 1}) == "0:00");
  CHECK(format_clock({59999, 1000}) == "0:59");
  CHECK(format_clock({61, 1}) == "1:01");
  CHECK(format_clock({3600, 1}) == "1:00:00");
  CHECK(format_clock({3723, 1}) == "1:02:03");
  CHECK(format_clock({360000, 1}) == "100:00:00");
  CHECK(format_clock({-61, 1}) == "-1:01");
}

TEST_CASE("ratios are equal by value, and zero over one is unknown") {
  CHECK(Ratio{30000, 1001} == Ratio{60000, 2002});
  CHECK_FALSE(Ratio{30, 1} == Ratio{30000, 1001});
  CHECK_FALSE(Ratio{}.known());
  CHECK_FALSE(Ratio{25, 0}.known());
  CHECK(Ratio{25, 1}.known());
  CHECK(Ratio{25, 0}.value() == 0.0);
  // An encoder's mean over a day at 90 kHz: the cross products pass 64 bits.
  CHECK(Ratio{Ticks{2'592'000} * 90000 * 4, Ticks{7'776'000'000} * 4} == Ratio{30, 1});
  CHECK_FALSE(Ratio{Ticks{1} << 62, 4} == Ratio{0, 1});
}
