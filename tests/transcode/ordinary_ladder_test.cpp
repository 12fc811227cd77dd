// What an ordinary site's ladder is, and what its rates are reckoned from.
#include "transcode/plan/ordinary_ladder.hpp"

#include <doctest/doctest.h>

using namespace chalkline;
using namespace chalkline::transcode;

static std::vector<std::pair<int, int>> sizes(int width, int height) {
  VideoFacts facts;
  facts.width = width;
  facts.height = height;
  std::vector<std::pair<int, int>> found;
  for (const ProbePoint& point : ordinary_candidates(facts)) {
    CHECK(point.crf == 23);
    found.emplace_back(point.width, point.height);
  }
  return found;
}

using Sizes = std::vector<std::pair<int, int>>;

TEST_CASE("an ordinary ladder has the usual heights up to the source's own, or the source's size below all of them") {
  CHECK(sizes(1280, 720) == Sizes{{426, 240}, {640, 360}, {854, 480}, {1280, 720}});
  CHECK(sizes(480, 480) == Sizes{{240, 240}, {360, 360}, {480, 480}});
  CHECK(sizes(720, 1280).back() == std::pair{720, 1280});
  CHECK(sizes(320, 180) == Sizes{{320, 180}});
}

TEST_CASE("a picture that is larger than any site takes has no ordinary ladder") {
  VideoFacts facts;
  facts.coded_width = 3840;
  facts.coded_height = 2160;
  CHECK(has_ordinary_ladder(facts));
  facts.coded_width = 8000;
  facts.coded_height = 4000;
  CHECK_FALSE(has_ordinary_ladder(facts));
}

TEST_CASE("every frame of the source is paid for: IDRs every two seconds, what is new, and repeats") {
  LessonAnalysis analysis;
  analysis.timescale = 1000;
  analysis.end = 10'000;
  analysis.seen = 100;
  analysis.frames.resize(20);
  ProbedBytes probed;
  probed.idrs = {8000, 2};        // 4000 each, five of them
  probed.predicted = {6000, 10};  // 600 each, for 19 of the other 95
  probed.repeats = {100, 5};      // 20 each, for 76
  CHECK(ordinary_kbps(probed, analysis) == doctest::Approx((5 * 4000 + 19 * 600 + 76 * 20) * 8 / 1000.0 / 10));
  const double before = ordinary_kbps(probed, analysis);
  analysis.frames.resize(100);  // a camera: all of them are new
  CHECK(ordinary_kbps(probed, analysis) == doctest::Approx((5 * 4000 + 95 * 600) * 8 / 1000.0 / 10));
  CHECK(ordinary_kbps(probed, analysis) > before);
}

TEST_CASE("a lesson of one still is paid for at its frame rate all the same") {
  LessonAnalysis analysis;
  analysis.timescale = 1000;
  analysis.end = 10'000;
  analysis.seen = 250;
  analysis.frames.resize(1);
  ProbedBytes probed;
  probed.idrs = {4000, 1};
  CHECK(ordinary_rate(analysis) == 25);
  CHECK(ordinary_kbps(probed, analysis) > 5 * 4000 * 8 / 1000.0 / 10 + 0.9 * 245 * 25 * 8 / 1000.0 / 10);
}
