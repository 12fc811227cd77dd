// The ladder made of a source: the fixed table, and the planned one from probed points.
#include "transcode/plan/plan.hpp"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <span>
#include <tuple>
#include <vector>

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
  for (const Rung& rung : fixed_ladder(source(width, height), {}, options, 2))
    found.emplace_back(rung.width, rung.height);
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
  const auto rungs = fixed_ladder(source(1280, 720), {}, options, 4);
  REQUIRE(rungs.size() == 2);
  CHECK(rungs[0].height == 360);
  CHECK(rungs[0].crf == 30);
  CHECK(rungs[0].max_kbps == 200);
  CHECK(rungs[1].max_kbps == 900);
  CHECK(rungs[1].threads == 3);  // four fifths of the pixels, four cores
}

// A lesson of slides: 720 lines pay for themselves at once. And of a face: each size has its own stretch of the hull.
static std::vector<ProbePoint> slides() {
  return {{1280, 720, 0, 30, 30, 96},  {1280, 720, 0, 36, 18, 94}, {1280, 720, 0, 42, 10, 89},
          {1280, 720, 0, 48, 5.5, 80}, {854, 480, 0, 30, 21, 86},  {854, 480, 0, 36, 12, 83},
          {854, 480, 0, 42, 7, 76},    {854, 480, 0, 48, 4, 62}};
}

static std::vector<ProbePoint> face() {
  return {{480, 480, 0, 24, 262, 92},  {480, 480, 0, 31, 130, 85}, {480, 480, 0, 38, 70, 70},
          {360, 360, 0, 24, 180, 87},  {360, 360, 0, 31, 84, 80},  {360, 360, 0, 38, 42, 64},
          {240, 240, 0, 24, 105, 81},  {240, 240, 0, 31, 47, 69},  {240, 240, 0, 38, 24, 52},
          {240, 240, 9000, 38, 18, 50}};
}

static LessonAnalysis moving_lesson() {
  LessonAnalysis analysis;
  analysis.moving_share = 1;
  return analysis;
}

TEST_CASE("the source's own stream takes the place of every rung that it beats, and of those that might cost as much") {
  const auto without = plan_ladder(moving_lesson(), face(), {}, 2);
  const auto rungs = with_own_stream(without, {480, 480, 0, 0, 170, 100}, 2);
  REQUIRE(rungs.size() > 1);
  CHECK(rungs.back().repackaged);
  CHECK(rungs.back().expected_kbps == 170);
  CHECK(rungs.back().expected_quality == 100);
  const auto kept = static_cast<std::size_t>(
      std::ranges::count_if(without, [](const Rung& rung) { return rung.expected_kbps <= 0.75 * 170; }));
  REQUIRE(kept > 0);
  REQUIRE(rungs.size() == kept + 1);
  for (std::size_t i = 0; i < kept; ++i) {
    CHECK_FALSE(rungs[i].repackaged);
    CHECK(rungs[i].crf == without[i].crf);
    CHECK(rungs[i].width == without[i].width);
    // Whatever the probes foretold, its encoder stays below the stream.
    CHECK(rungs[i].max_kbps == std::min(without[i].max_kbps, 153));
  }
}

TEST_CASE("it is the only rung where it takes less than the lowest, and none where it takes hardly more") {
  const auto without = plan_ladder(moving_lesson(), face(), {}, 2);
  const double lowest = without.front().expected_kbps;
  CHECK(with_own_stream(without, {480, 480, 0, 0, lowest * 0.9, 100}, 2).size() == 1);
  CHECK(with_own_stream(without, {480, 480, 0, 0, lowest * 1.1, 100}, 2).empty());
}

static std::vector<Rung> planned(const std::vector<ProbePoint>& points, const EncodingOptions& options = {}) {
  return plan_ladder({}, points, options, 2);
}

TEST_CASE("no planned rung is beaten by another in both bits and quality") {
  for (const auto& points : {slides(), face()}) {
    const auto rungs = planned(points);
    REQUIRE(rungs.size() >= 2);
    for (std::size_t i = 1; i < rungs.size(); ++i) {
      CHECK(rungs[i].expected_kbps > rungs[i - 1].expected_kbps);
      CHECK(rungs[i].expected_quality > rungs[i - 1].expected_quality);
      CHECK(rungs[i].expected_quality - rungs[i - 1].expected_quality >= EncodingOptions{}.quality_step / 2.0);
    }
  }
}

TEST_CASE("slides stay at their full size, and two or three rungs are enough for them") {
  const auto rungs = planned(slides());
  CHECK(rungs.size() <= 3);
  CHECK(rungs.front().expected_quality >= 85);  // readable, though the floor would hold more
  CHECK(rungs.front().expected_kbps < 10);
  for (const Rung& rung : rungs) CHECK(rung.height == 720);
  CHECK(rungs.back().expected_quality >= 91);
}

// As they are tried: the finest of the full size after the coarser ones.
static std::vector<ProbePoint> tried(std::vector<ProbePoint> points) {
  std::rotate(points.begin(), points.begin() + 1, points.begin() + 4);
  return points;
}

TEST_CASE("a slide's full size is probed first, all of it but its finest quality") {
  LessonAnalysis camera;
  camera.moving_share = 1;
  const std::vector<ProbePoint> all = probe_candidates(source(1280, 720), {}, {});
  REQUIRE(probed_first(all, {}) == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(all[i].height == 720);
    CHECK(all[i].crf > all[3].crf);
  }
  CHECK(all[3].height == 720);
  CHECK(probed_first(all, camera) == all.size());
  CHECK(probed_first({}, {}) == 0);
}

TEST_CASE("a slide's smaller sizes are only probed where its full size is too dear to be read at the floor") {
  const std::vector<ProbePoint> all = tried(slides());
  const std::span<const ProbePoint> first(all.data(), 3), others(all.data() + 3, all.size() - 3);
  const auto smaller = [&](const EncodingOptions& options) {
    const auto later = probed_later(others, first, {}, options);
    return std::ranges::count_if(later, [](const ProbePoint& point) { return point.height < 720; });
  };
  EncodingOptions options;
  CHECK(smaller(options) == 0);  // 10 kbit/s at 89
  options.floor_kbps = 9;        // holds 5.5 kbit/s at 80, which cannot be read
  CHECK(smaller(options) == 4);
  CHECK(probed_later({}, first, {}, options).empty());
}

TEST_CASE("a slide's finest quality is only probed where it could be a rung, and left out it changes no ladder") {
  int left_out = 0;
  // Slides from plain ones to photographs: the same curves, so much worse at the same CRF.
  for (double worse = -2; worse <= 30; worse += 0.5) {
    CAPTURE(worse);
    std::vector<ProbePoint> all = tried(slides());
    all.resize(4);
    for (ProbePoint& point : all) point.quality = std::min(98.0, point.quality - worse);
    const std::span<const ProbePoint> first(all.data(), 3), others(all.data() + 3, 1);
    if (!probed_later(others, first, {}, {}).empty()) continue;
    ++left_out;
    const auto without = plan_ladder({}, first, {}, 2), with = plan_ladder({}, all, {}, 2);
    REQUIRE(without.size() == with.size());
    // Between two probed points another third one bends the curve a little.
    for (std::size_t i = 0; i < with.size(); ++i) {
      CHECK(std::abs(without[i].crf - with[i].crf) <= 1);
      CHECK(without[i].width == with[i].width);
    }
  }
  CHECK(left_out > 3);
  CHECK(left_out < 40);
}

TEST_CASE("what is pale is cared for on slides and screens, unless that was switched off") {
  EncodingOptions options;
  CHECK(cares_for_pale(options, ContentKind::kStill));
  CHECK(cares_for_pale(options, ContentKind::kMixed));
  CHECK_FALSE(cares_for_pale(options, ContentKind::kMoving));
  options.pale_details = false;
  CHECK_FALSE(cares_for_pale(options, ContentKind::kStill));
}

TEST_CASE("only the cheapest rung of slides shows a fade in steps of 200 ms") {
  const auto rungs = planned(slides());
  REQUIRE(rungs.size() >= 2);
  CHECK(rungs.front().interval == static_cast<Ticks>(LessonAnalysis{}.timescale) / 5);
  for (std::size_t i = 1; i < rungs.size(); ++i) CHECK(rungs[i].interval == 0);
}

TEST_CASE("the lowest rung is the best that the floor holds") {
  EncodingOptions options;
  options.floor_kbps = 20;
  const auto rungs = planned(face(), options);
  CHECK(rungs.front().expected_kbps <= 20);
  CHECK(rungs.front().interval == 9000);
}

TEST_CASE("a point a little below the hull that uses the floor is better than a much smaller one on it") {
  std::vector<ProbePoint> face = {{180, 180, 9000, 38, 12.6, 49.5},
                                  {180, 180, 9000, 45, 6.9, 28.9},
                                  {180, 180, 6000, 31, 27.4, 63.0},
                                  {180, 180, 6000, 38, 13.4, 48.7}};
  EncodingOptions options;
  options.floor_kbps = 18;
  const auto rungs = planned(face, options);
  CHECK(rungs.front().interval == 6000);
  CHECK(rungs.front().expected_kbps > 15);
  CHECK(rungs.front().expected_kbps <= 18);
  CHECK(rungs.front().expected_quality > 52);
  CHECK(rungs.back().expected_kbps == doctest::Approx(27.4));
}

TEST_CASE("where nothing fits the floor, the cheapest is held to it by its ceiling") {
  EncodingOptions options;
  options.floor_kbps = 10;
  const auto rungs = planned(face(), options);
  CHECK(rungs.front().expected_kbps == doctest::Approx(18));
  CHECK(rungs.front().max_kbps == 10);
}

// Of points of these qualities, from the floor to far beyond the usual top.
static std::vector<Rung> planned_wide(std::initializer_list<double> qualities) {
  std::vector<ProbePoint> points;
  double crf = 46;
  for (const double quality : qualities)
    points.push_back({640, 360, 0, --crf, 10 * std::exp2(std::pow((quality - 40) / 10, 1.2)), quality});
  EncodingOptions options;
  options.floor_kbps = 10;
  options.quality_top = 95;
  options.ceiling_kbps = 5000;
  return planned(points, options);
}

TEST_CASE("there are never more rungs than six, however the points lie") {
  const auto rungs = planned_wide({40, 46, 56, 62, 72, 78, 88, 90});
  CHECK(rungs.size() == 6);
  CHECK(rungs.back().expected_quality == doctest::Approx(90));
}

TEST_CASE("rungs that are spread over a wide ladder do not cost it its top") {
  // From 40 to 90 in five steps of 10: the last point but one is taken, and the top is half of an ordinary step above.
  const auto rungs = planned_wide({40, 50, 60, 86.8, 90});
  REQUIRE(rungs.size() == 5);
  CHECK(rungs[3].expected_quality == doctest::Approx(86.8));
  CHECK(rungs.back().expected_quality == doctest::Approx(90));
}

TEST_CASE("the ceiling ends the ladder") {
  EncodingOptions options;
  options.ceiling_kbps = 100;
  for (const Rung& rung : planned(face(), options)) CHECK(rung.expected_kbps <= 100);
}

TEST_CASE("sizes that are tried differ visibly and never exceed the source or the ceiling") {
  LessonAnalysis camera;
  camera.moving_share = 1;
  EncodingOptions options;
  options.ceiling_height = 480;
  for (const auto& [w, h] : Sizes{{1920, 1080}, {640, 480}, {98, 54}, {1080, 1920}})
    for (const ProbePoint& point : probe_candidates(source(w, h), camera, options)) {
      CHECK(std::min(point.width, point.height) <= std::min(480, std::min(w, h)));
      CHECK(point.width % 2 == 0);
      CHECK(point.height % 2 == 0);
    }
}

static LessonAnalysis camera_alone() {
  LessonAnalysis camera;
  camera.timescale = 1000;
  camera.end = 10'000;
  camera.moving_share = 1;
  for (Ticks at = 0; at < camera.end; at += 33) {
    FrameNote note;
    note.pts = at;
    note.area = 0.09F;
    note.moving = true;
    camera.frames.push_back(note);
  }
  return camera;
}

TEST_CASE("a camera's larger sizes are not tried at the coarsest quality, those of a speaker beside slides are") {
  VideoFacts video = source(480, 480);
  video.timescale = 1000;
  const auto coarsest = [&](const LessonAnalysis& analysis) {
    std::vector<int> widths;
    for (const ProbePoint& point : probe_candidates(video, analysis, {}))
      if (point.crf == 38 && point.interval == 0) widths.push_back(point.width);
    return widths;
  };
  LessonAnalysis beside = camera_alone();
  for (FrameNote& frame : beside.frames) frame.area = 0.03F;
  CHECK(coarsest(camera_alone()) == std::vector{240, 180});
  CHECK(coarsest(beside) == std::vector{480, 360, 240, 180});
}

TEST_CASE("the ladder of a camera is the same without its larger sizes' coarsest quality") {
  // Two talking heads as they were probed, at all sizes and qualities.
  const std::vector<ProbePoint> square = {
      {480, 480, 0, 24, 200, 89.76},   {480, 480, 0, 31, 96.7, 82.82}, {480, 480, 0, 38, 49.8, 70.42},
      {360, 360, 0, 24, 142.9, 86.45}, {360, 360, 0, 31, 66, 78.3},    {360, 360, 0, 38, 34.2, 63.52},
      {240, 240, 0, 24, 83.9, 83.16},  {240, 240, 0, 31, 40.5, 72.5},  {240, 240, 0, 38, 20.8, 54.16},
      {180, 180, 0, 24, 62.2, 77.35},  {180, 180, 0, 31, 29.4, 65.23}, {180, 180, 0, 38, 15.1, 46.24}};
  const std::vector<ProbePoint> room = {
      {512, 512, 0, 24, 69.0, 88.59}, {512, 512, 0, 31, 27.6, 79.81}, {512, 512, 0, 38, 12.8, 63.7},
      {360, 360, 0, 24, 38.4, 84.63}, {360, 360, 0, 31, 16.2, 74.2},  {360, 360, 0, 38, 7.8, 56.83},
      {240, 240, 0, 24, 21.5, 77.29}, {240, 240, 0, 31, 9.4, 65.03},  {240, 240, 0, 38, 4.8, 43.84},
      {180, 180, 0, 24, 14.5, 71.38}, {180, 180, 0, 31, 6.8, 57.67},  {180, 180, 0, 38, 3.6, 34.06}};
  for (const auto& all : {square, room}) {
    auto fewer = all;
    std::erase_if(fewer, [](const ProbePoint& point) { return point.width > 240 && point.crf == 38; });
    REQUIRE(fewer.size() == all.size() - 2);
    const auto with = planned(all), without = planned(fewer);
    REQUIRE(with.size() == without.size());
    for (std::size_t i = 0; i < with.size(); ++i) {
      CHECK(with[i].width == without[i].width);
      CHECK(std::abs(with[i].crf - without[i].crf) <= 1);
      CHECK(without[i].expected_quality == doctest::Approx(with[i].expected_quality).epsilon(0.015));
    }
  }
}

// The same face in AV1, at two thirds of the bits.
static std::vector<ProbePoint> face_in_av1() {
  auto points = face();
  for (ProbePoint& point : points) {
    point.kbps *= 2.0 / 3;
    point.codec = Codec::kAv1;
  }
  return points;
}

TEST_CASE("what AV1 saves is the mean over the qualities that both codecs reach") {
  CHECK(saving(face(), face_in_av1()) == doctest::Approx(1.0 / 3).epsilon(0.001));
  CHECK(saving(face(), face()) == doctest::Approx(0));
  CHECK(saving(face_in_av1(), face()) == doctest::Approx(-0.5).epsilon(0.001));
  CHECK(saving(face(), {}) == 0);
  const std::vector<ProbePoint> far_better = {{480, 480, 0, 30, 100, 97}, {480, 480, 0, 40, 80, 95}};
  CHECK(saving(face(), far_better) == 0);
}

TEST_CASE("rungs of points in AV1 are rungs in AV1") {
  const auto rungs = planned(face_in_av1());
  REQUIRE(rungs.size() > 1);
  for (const Rung& rung : rungs) CHECK(rung.codec == Codec::kAv1);
  for (const Rung& rung : planned(face())) CHECK(rung.codec == Codec::kH264);
}

TEST_CASE("AV1 and HEVC are tried at the same sizes and frame rates as H.264") {
  VideoFacts video = source(854, 480);
  video.timescale = 90000;
  LessonAnalysis moving;
  moving.moving_share = 1;
  const auto shapes = [&](Codec codec) {
    std::vector<std::tuple<int, int, Ticks>> found;
    for (const ProbePoint& point : probe_candidates(video, moving, {}, codec)) {
      CHECK(point.codec == codec);
      found.emplace_back(point.width, point.height, point.interval);
    }
    return found;
  };
  CHECK(shapes(Codec::kAv1) == shapes(Codec::kH264));
  CHECK(shapes(Codec::kHevc) == shapes(Codec::kH264));
}
