// Which pictures stand for a camera's scenes and which for slides.
#include "transcode/plan/scene_sampler.hpp"

#include <doctest/doctest.h>

#include "tests/transcode/new_picture.hpp"

using namespace chalkline;
using namespace chalkline::transcode;

constexpr Ticks kEnd = 90'000;

namespace {

class Fed {
 public:
  // A slide each three seconds.
  void slides(Ticks from, Ticks to) {
    for (Ticks at = from; at < to; at += 3000) sampler.consider(*picture_, at, 1, true, false);
  }
  // 25 pictures a second; that things move is found `late`, or was so before: a cut says nothing of what follows.
  void camera(Ticks from, Ticks to, bool cut = true, Ticks late = 200) {
    for (Ticks at = from; at < to; at += 40)
      sampler.consider(*picture_, at, 0.1F, cut && at == from, at >= from + late);
  }
  SceneSampler sampler{kEnd, 1000, 64 * 64 * 3 / 2};

 private:
  av::FramePtr picture_ = new_picture(64, 64);
};

bool within(const ProbePiece& piece, Ticks from, Ticks to) {
  return piece.shots.front().pts >= from && piece.shots.back().pts < to && piece.end <= to;
}

}  // namespace

TEST_CASE("pictures from a cut on are of the kind that it has a second later") {
  Fed fed;
  fed.slides(0, 9000);
  fed.camera(9000, 20'000);
  fed.slides(20'000, 30'000);
  const ScenePieces found = fed.sampler.take(kEnd);
  REQUIRE(found.camera.size() == 1);
  REQUIRE(found.slides.size() == 1);
  CHECK(found.camera[0].shots.front().pts == 9000);
  CHECK(within(found.camera[0], 9000, 20'000));
  CHECK(found.camera[0].shots.size() == 30);
  CHECK(found.slides[0].shots.size() == 1);
  CHECK(found.slides[0].end == 3000);
}

TEST_CASE("each window has pieces of its own, and a short run gives way to the next") {
  Fed fed;
  fed.camera(0, 400);  // too short, though it begins the lesson
  fed.slides(400, 10'000);
  fed.camera(10'000, 15'000);
  fed.slides(15'000, 60'000);
  fed.camera(60'000, 70'000);
  fed.slides(70'000, kEnd);
  const ScenePieces found = fed.sampler.take(kEnd);
  REQUIRE(found.camera.size() == 2);
  CHECK(within(found.camera[0], 10'000, 15'000));
  CHECK(within(found.camera[1], 60'000, 70'000));
  CHECK(found.slides.size() == 3);
}

TEST_CASE("where one fades into the other, the second between them belongs to neither") {
  Fed fed;
  fed.sampler.consider(*new_picture(64, 64), 0, 1, true, false);
  for (Ticks at = 1000; at < 5000; at += 500) fed.sampler.consider(*new_picture(64, 64), at, 0.01F, false, false);
  fed.camera(5000, 9000, false);
  const ScenePieces found = fed.sampler.take(kEnd);
  REQUIRE(found.slides.size() == 1);
  CHECK(found.slides[0].shots.back().pts <= 4500);
  CHECK(found.slides[0].end <= 5000);
  REQUIRE(found.camera.size() == 1);
  CHECK(found.camera[0].shots.front().pts >= 5000);
}

TEST_CASE("a lesson of one kind has pieces of that kind alone") {
  Fed slides, camera;
  slides.slides(0, kEnd);
  camera.camera(0, kEnd, true, 0);
  CHECK(slides.sampler.take(kEnd).camera.empty());
  CHECK(camera.sampler.take(kEnd).slides.empty());
}
