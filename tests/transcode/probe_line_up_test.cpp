// What a probe encode is given: pieces one after the other, and what is left out at fewer frames a second.
#include "transcode/plan/probe_line_up.hpp"

#include <doctest/doctest.h>

using namespace chalkline::transcode;

TEST_CASE("what a picture that is left out would have shown is new in the next one that is kept") {
  ProbePiece piece;
  for (int i = 0; i < 7; ++i) piece.shots.push_back({chalkline::transcode::av::make_frame(), i * 3000, 0.25F});
  piece.end = 7 * 3000;
  const auto whole = line_up(std::span(&piece, 1), 0, 90'000);
  const auto halved = line_up(std::span(&piece, 1), 6000, 90'000);
  REQUIRE(whole.size() == 7);
  REQUIRE(halved.size() == 7);
  for (std::size_t i = 0; i < 7; ++i) {
    CHECK(whole[i].kept);
    CHECK(whole[i].area == 0.25F);
    CHECK(halved[i].kept == (i % 2 == 0));
    CHECK(halved[i].area == (i == 0 ? 0.25F : i % 2 == 0 ? 0.5F : 0.0F));
  }
  // No more than a whole picture can be new.
  CHECK(line_up(std::span(&piece, 1), 18'000, 90'000).back().area == 1.0F);
}
