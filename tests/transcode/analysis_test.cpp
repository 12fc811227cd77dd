// What moves and what stands still.
#include "transcode/analyse/analysis.hpp"

#include <doctest/doctest.h>

using namespace chalkline;
using namespace chalkline::transcode;

static LessonAnalysis every(Ticks step, double area, Ticks end) {
  LessonAnalysis analysis;
  analysis.timescale = 1000;
  analysis.end = end;
  for (Ticks at = 0; at < end; at += step) {
    FrameNote note;
    note.pts = note.source_pts = at;
    note.area = static_cast<float>(area);
    analysis.frames.push_back(note);
  }
  return analysis;
}

TEST_CASE("a talking head moves all the time") {
  auto analysis = every(33, 0.12, 20'000);
  mark_motion(analysis);
  CHECK(analysis.moving_share > 0.99);
  CHECK(kind_of(analysis) == ContentKind::kMoving);
}

TEST_CASE("a speaker beside slides moves all the time, but is no camera alone") {
  auto face = every(33, 0.09, 20'000), beside = every(33, 0.03, 20'000), slides = every(4000, 1, 60'000);
  for (auto* analysis : {&face, &beside, &slides}) mark_motion(*analysis);
  CHECK(kind_of(beside) == ContentKind::kMoving);
  CHECK(is_camera_alone(face));
  CHECK_FALSE(is_camera_alone(beside));
  CHECK_FALSE(is_camera_alone(slides));
}

TEST_CASE("a pointer on a slide does not make it a film") {
  auto analysis = every(33, 0.003, 20'000);
  mark_motion(analysis);
  CHECK(analysis.moving_share == 0);
  CHECK(kind_of(analysis) == ContentKind::kStill);
}

TEST_CASE("slides that change every few seconds are still") {
  auto analysis = every(4000, 1, 60'000);
  mark_motion(analysis);
  CHECK(kind_of(analysis) == ContentKind::kStill);
}

TEST_CASE("a film between slides is mixed, and only its own frames move") {
  auto analysis = every(40, 0.2, 10'000);
  for (Ticks at = 12'000; at < 30'000; at += 3000) {
    FrameNote note;
    note.pts = at;
    note.area = 1;
    analysis.frames.push_back(note);
  }
  analysis.end = 30'000;
  mark_motion(analysis);
  CHECK(kind_of(analysis) == ContentKind::kMixed);
  CHECK(analysis.frames.front().moving);
  CHECK_FALSE(analysis.frames.back().moving);
}

TEST_CASE("noise is left out of stills and kept in motion") {
  auto still = every(40, 0.01, 4000);
  for (std::size_t i = 1; i < still.frames.size(); ++i) still.frames[i].shows = i % 50 == 0;
  mark_motion(still);
  leave_out_noise(still);
  CHECK(still.frames.size() == 2);

  auto moving = every(40, 0.3, 4000);
  for (std::size_t i = 0; i < moving.frames.size(); ++i) moving.frames[i].shows = i % 3 == 0;
  mark_motion(moving);
  leave_out_noise(moving);
  CHECK(moving.frames.size() == 100);
}
