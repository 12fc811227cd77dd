// The ladder made of a source.
#include "transcode/plan.hpp"

#include <doctest/doctest.h>

using namespace chalkline;
using namespace chalkline::transcode;

static VideoFacts source(int width, int height) {
  VideoFacts facts;
  facts.width = width;
  facts.height = height;
  return facts;
}

static std::vector<std::pair<int, int>> sizes(int width, int height, const EncodingOptions& options = {}) {
  std::vector<std::pair<int, int>> found;
  for (const Rung& rung : plan_ladder(source(width, height), options, 2)) found.emplace_back(rung.width, rung.height);
  return found;
}

using Sizes = std::vector<std::pair<int, int>>;

TEST_CASE("a 720p source gets every step up to its own size") {
  CHECK(sizes(1280, 720) == Sizes{{426, 240}, {640, 360}, {854, 480}, {1280, 720}});
}

TEST_CASE("nothing is ever larger than the source") {
  for (const auto& [w, h] : Sizes{{1920, 1080}, {640, 480}, {98, 54}, {4096, 16}, {500, 500}, {1080, 1920}})
    for (const auto& [width, height] : sizes(w, h)) {
      CHECK(width <= w);
      CHECK(height <= h);
      CHECK(width % 2 == 0);
      CHECK(height % 2 == 0);
    }
}

TEST_CASE("an upright phone video is measured by its shorter side") {
  CHECK(sizes(720, 1280) == Sizes{{240, 426}, {360, 640}, {480, 854}, {720, 1280}});
}

TEST_CASE("a source below the ladder gets one rung of its own size") { CHECK(sizes(160, 120) == Sizes{{160, 120}}); }

TEST_CASE("a source between two steps keeps its own size when that is worth it") {
  CHECK(sizes(1024, 576).back() == std::pair{1024, 576});
  CHECK(sizes(872, 490).back() == std::pair{854, 480});
}

TEST_CASE("rungs carry the figures of their step") {
  EncodingOptions options;
  options.ladder = {{720, 25, 900}, {360, 30, 200}};
  const auto rungs = plan_ladder(source(1280, 720), options, 4);
  REQUIRE(rungs.size() == 2);
  CHECK(rungs[0].height == 360);
  CHECK(rungs[0].crf == 30);
  CHECK(rungs[0].max_kbps == 200);
  CHECK(rungs[1].max_kbps == 900);
  CHECK(rungs[1].threads == 3);  // four fifths of the pixels, four cores
}
