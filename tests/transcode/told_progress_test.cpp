// What is told of a lesson's progress, from the first look at it to its last picture.
#include "transcode/told_progress.hpp"

#include <doctest/doctest.h>

using namespace chalkline::transcode;

TEST_CASE("while a lesson is planned no time is told: nobody knows what encoding it will take") {
  for (const double planned : {0.0, 0.01, 0.5, 0.99, 1.0}) {
    const Progress now = while_planning(planned, 0.15);
    CHECK(now.stage == Progress::Stage::kAnalysing);
    CHECK(now.fraction == doctest::Approx(0.15 * planned));
    CHECK(now.seconds_left < 0);
    CHECK(now.speed == 0);
  }
}

TEST_CASE("the time that is left of an encode is reckoned of its own share and its own seconds") {
  // Half of five minutes in a hundred seconds: a hundred more, whatever planning was shown as.
  for (const double planning : {0.0, 0.1, 0.15, 0.9}) {
    const Progress now = while_encoding({0.5, 150, 100}, planning);
    CHECK(now.stage == Progress::Stage::kEncoding);
    CHECK(now.seconds_left == doctest::Approx(100));
    CHECK(now.speed == doctest::Approx(1.5));
    CHECK(now.fraction == doctest::Approx(planning + (1 - planning) / 2));
  }
  CHECK(while_encoding({0.02, 6, 10}, 0.15).seconds_left == doctest::Approx(490));
  CHECK(while_encoding({1, 300, 100}, 0.15).seconds_left == 0);
}

TEST_CASE("what is written of the source's own stream is a share of the encoding, the last one") {
  CHECK(share_beside_own_stream(0, 0) == 0);
  CHECK(share_beside_own_stream(1, 1) == doctest::Approx(1));
  CHECK(share_beside_own_stream(1, 0) < 1);
  CHECK(share_beside_own_stream(1, 0) > 0.9);
  double last = share_beside_own_stream(1, 0);
  for (const double written : {0.00001, 0.1, 0.5, 0.9, 1.0}) {
    CHECK(share_beside_own_stream(1, written) > last);
    last = share_beside_own_stream(1, written);
  }
}

TEST_CASE("the first moments of an encode foretell nothing") {
  CHECK(while_encoding({0, 0, 60}, 0.15).seconds_left < 0);
  CHECK(while_encoding({0.01, 3, 60}, 0.15).seconds_left < 0);
  CHECK(while_encoding({0.5, 1, 0.4}, 0.15).seconds_left < 0);
  CHECK(while_encoding({0.5, 1, 0.4}, 0.15).speed == 0);
}

TEST_CASE("an encode goes on where planning ended, and never past the end") {
  CHECK(while_encoding({0, 0, 1}, 0.15).fraction == doctest::Approx(while_planning(1, 0.15).fraction));
  const Progress over = while_encoding({1.1, 330, 100}, 0.15);  // sound and pictures do not end at one moment
  CHECK(over.fraction == 1);
  CHECK(over.seconds_left == 0);
}
