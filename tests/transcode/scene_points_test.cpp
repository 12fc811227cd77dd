// What slides and a camera by turns are coded as, and which rungs come of it.
#include "transcode/plan/scene_points.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <doctest/doctest.h>

using namespace chalkline;
using namespace chalkline::transcode;

constexpr double kShare = 0.2;  // of the camera

// Curves as they were measured on lecture slides and a lecture room, each kind's part of the whole lesson's rate.
static std::vector<ProbePoint> slides() {
  std::vector<ProbePoint> points;
  for (const auto& [width, height, best, dear] :
       {std::tuple{1280, 720, 96.0, 16.0}, {854, 480, 86.0, 11.0}, {426, 240, 55.0, 4.0}})
    for (const double crf : {30.0, 36.0, 42.0, 48.0})
      points.push_back({width, height, 0, crf, dear * std::exp2((30 - crf) / 7), best - std::pow(crf - 30, 2) / 20});
  return points;
}

static std::vector<ProbePoint> camera() {
  std::vector<ProbePoint> points;
  for (const auto& [width, height, best, dear] :
       {std::tuple{1280, 720, 92.0, 70.0}, {854, 480, 90.0, 45.0}, {426, 240, 75.0, 15.0}}) {
    for (const double crf : {27.0, 35.0, 45.0})
      points.push_back({width, height, 0, crf, dear * std::exp2((27 - crf) / 5), best - std::pow(crf - 25, 2) / 8});
    points.push_back({width, height, 18'000, 45, dear / 22, best - 58});
    points.push_back({width, height, 18'000, 51, dear / 36, best - 70});
  }
  return points;
}

static std::vector<ProbePoint> pairs(const EncodingOptions& options = {}) {
  return pair_scenes(slides(), camera(), kShare, options);
}

TEST_CASE("a pair costs what both cost, and is as good as both in their shares") {
  for (const ProbePoint& pair : pairs()) {
    CHECK(pair.camera_crf > 0);
    CHECK(pair.slides_quality > 0);
    CHECK(pair.kbps > 0);
    // The dearer of the two while it lasts: no less than the mean.
    CHECK(pair.busiest_kbps >= pair.kbps * 0.999);
    const double face = (pair.quality - (1 - kShare) * pair.slides_quality) / kShare;
    CHECK(face > 0);
    CHECK(face < 93);
  }
}

TEST_CASE("no pair of one crf for both is better than all that were found") {
  // The old way: the same quantiser everywhere.
  for (const ProbePoint& slide : slides())
    for (const ProbePoint& face : camera()) {
      if (slide.width != face.width || slide.crf != face.crf) continue;
      const double kbps = slide.kbps + face.kbps;
      const double quality = (1 - kShare) * slide.quality + kShare * face.quality;
      const auto all = pairs();
      CHECK(std::ranges::any_of(
          all, [&](const ProbePoint& pair) { return pair.kbps <= kbps * 1.001 && pair.quality >= quality - 0.5; }));
    }
}

TEST_CASE("the lowest rung can be read, though one crf for both could not pay for it") {
  const EncodingOptions options;
  const auto rungs = plan_ladder({}, pairs(), options, 2);
  REQUIRE(rungs.size() >= 3);
  const Rung& lowest = rungs.front();
  CHECK(lowest.slides_quality >= kReadableQuality);
  CHECK(is_readable(lowest));
  CHECK(lowest.expected_quality < kReadableQuality);
  CHECK(lowest.expected_kbps <= options.floor_kbps);
  CHECK(lowest.camera_crf > lowest.crf);
  CHECK(lowest.kind == ContentKind::kStill);
  // Its interval is the camera's.
  CHECK(lowest.interval == 18'000);
}

TEST_CASE("the floor holds a camera while it lasts, not in the mean alone") {
  EncodingOptions options;
  for (const int floor : {8, 12, 18, 30, 60}) {
    options.floor_kbps = floor;
    const auto all = pairs(options);
    const auto rungs = plan_ladder({}, all, options, 2);
    REQUIRE(!rungs.empty());
    if (std::ranges::none_of(all, [&](const ProbePoint& pair) { return fits_floor(pair, options); })) continue;
    const Rung& lowest = rungs.front();
    const auto chosen = std::ranges::find_if(all, [&](const ProbePoint& pair) {
      return pair.width == lowest.width && pair.crf == lowest.crf && pair.camera_crf == lowest.camera_crf &&
             pair.interval == lowest.interval;
    });
    REQUIRE(chosen != all.end());
    CHECK(chosen->busiest_kbps <= floor * 1.5);
  }
}

TEST_CASE("rungs of pairs rise in bits and quality, with no gap where there is something between") {
  for (const int floor : {6, 12, 18, 30}) {
    EncodingOptions options;
    options.floor_kbps = floor;
    const auto rungs = plan_ladder({}, pairs(options), options, 2);
    CHECK(rungs.size() <= 6);
    for (std::size_t i = 1; i < rungs.size(); ++i) {
      CHECK(rungs[i].expected_kbps > rungs[i - 1].expected_kbps);
      CHECK(rungs[i].expected_quality - rungs[i - 1].expected_quality >= options.quality_step / 2.0);
      if (rungs.size() < 6)
        CHECK(rungs[i].expected_quality - rungs[i - 1].expected_quality < 2.5 * options.quality_step);
    }
  }
}

TEST_CASE("a saver ladder's candidates are on its encoder's scale, and its rungs are of its codec") {
  VideoFacts video;
  video.width = 1280;
  video.height = 720;
  video.timescale = 90'000;
  const EncodingOptions options;
  for (const auto& [codec, coarsest] : {std::pair{Codec::kAv1, 63.0}, {Codec::kHevc, 51.0}}) {
    const auto candidates = [&, codec = codec, coarsest = coarsest](bool camera) {
      auto points = scene_candidates(video, options, camera, codec);
      for (ProbePoint& point : points) {
        CHECK(point.codec == codec);
        CHECK(point.crf >= 1);
        CHECK(point.crf <= coarsest);
        point.kbps = point.width * (camera ? 4.0 : 1.0) / 10 * std::exp2((35 - point.crf) / 10);
        point.quality = 95 - (64 - point.width / 20.0) / 4 - std::pow(point.crf - 30, 2) / 60;
      }
      return points;
    };
    const auto rungs = plan_ladder({}, pair_scenes(candidates(false), candidates(true), kShare, options), options, 2);
    REQUIRE(rungs.size() >= 2);
    for (const Rung& rung : rungs) {
      CHECK(rung.codec == codec);
      CHECK(rung.camera_crf > 0);
      CHECK(rung.camera_crf <= coarsest);
    }
  }
}
