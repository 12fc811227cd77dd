// Where a lesson without chapters of its own gets them.
#include "transcode/beside/chapters.hpp"

#include <doctest/doctest.h>

using namespace chalkline;
using namespace chalkline::transcode;

static FrameNote frame(Ticks at_ms, double area, bool cut = false, double difference = 5) {
  FrameNote note;
  note.pts = note.source_pts = at_ms;
  note.area = static_cast<float>(area);
  note.difference = static_cast<float>(difference);
  note.cut = cut;
  return note;
}

static std::vector<Ticks> starts(std::vector<FrameNote> frames, Ticks end_ms) {
  LessonAnalysis analysis;
  analysis.timescale = 1000;
  analysis.end = end_ms;
  analysis.frames = std::move(frames);
  std::vector<Ticks> found;
  for (const Chapter& chapter : chapters_at_slides(analysis, {end_ms, 1000})) found.push_back(chapter.start_ms);
  return found;
}

TEST_CASE("a chapter begins at each slide, and together they cover the lesson") {
  LessonAnalysis analysis;
  analysis.timescale = 90'000;
  analysis.frames = {frame(0, 1, true), frame(90'000 * 10, 0.8, true), frame(90'000 * 25, 0.3, true)};
  const auto chapters = chapters_at_slides(analysis, {40'001, 1000});
  CHECK(chapters == std::vector<Chapter>{{0, 10'000, "1"}, {10'000, 25'000, "2"}, {25'000, 40'001, "3"}});
}

TEST_CASE("a lesson of one slide has no table of contents") {
  CHECK(starts({frame(0, 1, true)}, 60'000).empty());
  CHECK(starts({}, 60'000).empty());
}

TEST_CASE("a cut in a film begins no chapter, a slide after it does") {
  std::vector<FrameNote> frames{frame(0, 1, true)};
  for (Ticks at = 10'000; at < 20'000; at += 40) frames.push_back(frame(at, 0.3, at % 4000 == 0));
  frames.push_back(frame(20'000, 1, true));
  CHECK(starts(frames, 40'000) == std::vector<Ticks>{0, 20'000});
}

TEST_CASE("a slide that fades in, is sharpened late and is written on begins a chapter") {
  std::vector<FrameNote> frames{frame(0, 1, true), frame(10'000, 0.9, true)};
  for (Ticks at = 10'040; at < 10'800; at += 40) frames.push_back(frame(at, 0.9));
  frames.push_back(frame(11'800, 0.5));
  frames.back().refreshed = true;
  for (Ticks at = 11'840; at < 14'000; at += 40) frames.push_back(frame(at, 0.003));
  CHECK(starts(frames, 40'000) == std::vector<Ticks>{0, 10'000});
}

TEST_CASE("slides leafed through begin one chapter, where the leafing ends") {
  CHECK(starts({frame(0, 1, true), frame(20'000, 1, true), frame(22'000, 1, true), frame(24'000, 1, true)}, 60'000) ==
        std::vector<Ticks>{0, 24'000});
}

TEST_CASE("of two slides within five seconds the greater change begins the chapter") {
  CHECK(starts({frame(0, 1, true), frame(20'000, 0.4, true, 4), frame(24'000, 1, true, 30)}, 60'000) ==
        std::vector<Ticks>{0, 24'000});
  CHECK(starts({frame(0, 1, true), frame(20'000, 1, true, 30), frame(24'000, 0.4, true, 4)}, 60'000) ==
        std::vector<Ticks>{0, 20'000});
}

TEST_CASE("no chapter is shorter than five seconds, the last one neither") {
  CHECK(starts({frame(0, 1, true), frame(4'900, 1, true), frame(55'100, 1, true)}, 60'000).empty());
  CHECK(starts({frame(0, 1, true), frame(5'000, 1, true), frame(55'000, 1, true)}, 60'000) ==
        std::vector<Ticks>{0, 5'000, 55'000});
}

TEST_CASE("of hundreds of slides the forty greatest changes stay") {
  std::vector<FrameNote> frames{frame(0, 1, true)};
  for (int i = 1; i < 300; ++i) frames.push_back(frame(i * 10'000, 1, true, i % 5 == 0 ? 20 + i * 0.01 : 5));
  const auto found = starts(frames, 3'000'000);
  REQUIRE(found.size() == 40);
  for (const Ticks at : found) CHECK(at % 50'000 == 0);
  CHECK(found[1] == 1'050'000);  // 59 strong ones, the weakest 20 of them left out
}
