// Where a camera and slides take turns.
#include "transcode/analyse/scenes.hpp"

#include <doctest/doctest.h>

using namespace chalkline;
using namespace chalkline::transcode;

constexpr Ticks kSecond = 1000;

// Slides that stand for five seconds, and 25 pictures a second of a camera, as mark_motion finds them.
class Lesson {
 public:
  Lesson& slides(Ticks seconds) {
    const Ticks until = at_ + seconds * kSecond;
    for (; at_ < until; at_ += 5 * kSecond) add(true, 1);
    at_ = until;
    return *this;
  }
  Lesson& rests(Ticks seconds) {
    at_ += seconds * kSecond;
    return *this;
  }
  Lesson& still(bool cut, Ticks stands) {
    add(cut, cut ? 1 : 0.05F);
    at_ += stands;
    return *this;
  }
  // `cut`: or it fades in.
  Lesson& camera(Ticks seconds, bool cut = true) {
    const Ticks until = at_ + seconds * kSecond;
    for (Ticks n = 0; at_ < until; at_ += 40, ++n) add(cut && n == 0, cut && n == 0 ? 1 : 0.12F);
    at_ = until;
    return *this;
  }
  [[nodiscard]] std::vector<Scene> scenes() {
    analysis_.timescale = kSecond;
    analysis_.end = at_;
    mark_motion(analysis_);
    return camera_scenes(analysis_);
  }

 private:
  void add(bool cut, float area) {
    FrameNote note;
    note.source_pts = note.pts = at_;
    note.cut = cut;
    note.area = area;
    analysis_.frames.push_back(note);
  }
  LessonAnalysis analysis_;
  Ticks at_ = 0;
};

TEST_CASE("a camera between slides is a scene from its cut to theirs") {
  CHECK(Lesson().slides(40).camera(20).slides(60).scenes() == std::vector<Scene>{{40'000, 60'000}});
  CHECK(Lesson().camera(15).slides(30).camera(10).scenes() == std::vector<Scene>{{0, 15'000}, {45'000, 55'000}});
}

TEST_CASE("what a slide shows just after its cut is not the camera's") {
  Lesson lesson;
  lesson.slides(40).camera(20);
  for (int n = 0; n < 3; ++n) lesson.still(n == 0, 300);  // sharpened twice within a second
  CHECK(lesson.slides(60).scenes() == std::vector<Scene>{{40'000, 60'000}});
}

TEST_CASE("a lesson of one kind has no scenes apart") {
  CHECK(Lesson().slides(60).scenes().empty());
  CHECK(Lesson().camera(60).scenes().empty());
  CHECK(Lesson().camera(60).slides(3).scenes().empty());    // a title at the end
  CHECK(Lesson().slides(600).camera(15).scenes().empty());  // less than a twentieth
}

TEST_CASE("a moment's motion is no camera, and a moment's rest no slide") {
  CHECK(Lesson().slides(40).camera(3).slides(40).scenes().empty());
  const auto scenes = Lesson().slides(30).camera(10).rests(3).camera(10, false).slides(30).scenes();
  CHECK(scenes == std::vector<Scene>{{30'000, 53'000}});
}

TEST_CASE("a slide between two shots is a slide, however short") {
  const auto scenes = Lesson().slides(30).camera(10).still(true, 1500).camera(10).slides(30).scenes();
  CHECK(scenes == std::vector<Scene>{{30'000, 40'000}, {41'500, 51'500}});
}

TEST_CASE("without a cut a scene begins and ends about where things move") {
  const auto scenes = Lesson().slides(40).camera(20, false).slides(40).scenes();
  REQUIRE(scenes.size() == 1);
  CHECK(std::abs(scenes[0].start - 40'000) <= kSecond);
  CHECK(std::abs(scenes[0].end - 60'000) <= kSecond);
}
