// The clock of a sound track: noise is passed over, jumps and lasting differences are not.
#include "transcode/sound/sound_clock.hpp"

#include <doctest/doctest.h>

using chalkline::transcode::SoundClock;

TEST_CASE("timestamps rounded to milliseconds leave no gaps") {
  SoundClock clock;
  std::int64_t exact = 0;
  for (int i = 0; i < 1000; ++i, exact += 21'333) CHECK(clock.place(exact / 1000 * 1000, 21'333) == exact);
  CHECK(clock.end() == exact);
}

TEST_CASE("a frame without a timestamp follows the one before") {
  SoundClock clock;
  CHECK(clock.place(5'000, 20'000) == 5'000);
  CHECK(clock.place(std::nullopt, 20'000) == 25'000);
  CHECK(clock.place(46'000, 20'000) == 45'000);
}

TEST_CASE("a single wrong timestamp is passed over") {
  SoundClock clock;
  clock.place(0, 20'000);
  CHECK(clock.place(70'000, 20'000) == 20'000);
  CHECK(clock.place(40'000, 20'000) == 40'000);
}

TEST_CASE("a gap is a gap at once") {
  SoundClock clock;
  clock.place(0, 20'000);
  CHECK(clock.place(1'000'000, 20'000) == 1'000'000);
  CHECK(clock.place(500'000, 20'000) == 500'000);  // and so is an overlap
}

TEST_CASE("a difference that lasts is believed before it is long") {
  SoundClock clock;
  std::int64_t stamp = 0;
  for (int i = 0; i < 10; ++i, stamp += 20'000) clock.place(stamp, 20'000);
  stamp += 50'000;
  int frames = 0;
  while (clock.place(stamp, 20'000) != stamp) {
    stamp += 20'000;
    REQUIRE(++frames < 10);
  }
  CHECK(frames == 7);
}

TEST_CASE("a device whose clock runs slow stays within 20 ms of the truth") {
  SoundClock clock;
  std::int64_t stamp = 0;
  for (int i = 0; i < 100'000; ++i, stamp += 20'010) {  // each frame of 20 ms lasts 10 us longer
    const std::int64_t off = stamp - clock.place(stamp, 20'000);
    REQUIRE(off < 20'000);
    REQUIRE(off > -20'000);
  }
}
