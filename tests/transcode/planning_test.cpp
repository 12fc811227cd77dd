// Planning: that it tells how far it is while encodes are tried, and not only while a lesson is looked at (who watches
// ends what stands still); and that slides and a camera by turns are told apart in both stages.
#include <algorithm>
#include <cmath>
#include <random>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "tests/library/temporary_folder.hpp"
#include "tests/transcode/new_picture.hpp"
#include "tests/transcode/recording.hpp"
#include "transcode/plan/probe_encodes.hpp"
#include "transcode/plan/saver_plan.hpp"

using namespace chalkline;
using namespace chalkline::transcode;
namespace fs = std::filesystem;

namespace {

constexpr int kWidth = 192, kHeight = 144;
constexpr Timescale kScale = 1000;
constexpr Ticks kStep = 40, kSlide = 2000;

// A pattern that moves to the right, too slowly for each picture to be a cut.
av::FramePtr moved_picture(int by) {
  auto frame = new_picture(kWidth, kHeight);
  for (int plane = 0; plane < 3; ++plane) {
    const int rows = plane == 0 ? kHeight : kHeight / 2, width = plane == 0 ? kWidth : kWidth / 2;
    for (int y = 0; y < rows; ++y)
      for (int x = 0; x < width; ++x)
        frame->data[plane][y * frame->linesize[plane] + x] =
            static_cast<std::uint8_t>(128 + 90 * std::sin((x - 0.3 * by) / 5) * std::cos(y / 7.0));
  }
  return frame;
}

// Lines of writing, others on each.
av::FramePtr slide(int number) {
  auto frame = new_picture(kWidth, kHeight);
  std::mt19937 random(static_cast<unsigned>(number));
  for (int plane = 0; plane < 3; ++plane) {
    const int rows = plane == 0 ? kHeight : kHeight / 2, width = plane == 0 ? kWidth : kWidth / 2;
    for (int y = 0; y < rows; ++y)
      for (int x = 0; x < width; ++x) {
        const bool ink = plane == 0 && y % 12 > 3 && x % 4 < 3 && random() % 3 == 0;
        frame->data[plane][y * frame->linesize[plane] + x] = plane != 0 ? 128 : ink ? 30 : 230;
      }
  }
  return frame;
}

// A slide each two seconds, then what moves.
void record(const fs::path& path, int slides, int moving) {
  REQUIRE(tests::record(path, {kWidth, kHeight, 20}, kScale, slides + moving, [&](int i) {
    Picture picture;
    picture.frame = i < slides ? slide(i) : moved_picture(i);
    picture.pts = i < slides ? i * kSlide : slides * kSlide + (i - slides) * kStep;
    picture.duration = i < slides ? kSlide : kStep;
    picture.starts_segment = i == 0;
    return picture;
  }));
}

std::size_t distinct(std::vector<double> told) {
  CHECK(std::ranges::is_sorted(told));
  told.erase(std::ranges::unique(told).begin(), told.end());
  return told.size();
}

// What both stages planned of such a recording, and how far each told that it was.
struct BothPlans {
  LessonPlan first;
  std::vector<double> told_first;
  SaverPlan second;
  std::vector<double> told_second;
};

BothPlans both_plans(int slides, int moving) {
  const tests::TemporaryFolder folder;
  const fs::path recording = folder.path() / "recording.mp4";
  record(recording, slides, moving);
  const auto facts = probe(recording, {}, [] {});
  REQUIRE(facts.has_value());
  EncodingOptions options;
  options.threads = 2;
  std::vector<double> told;
  const auto tell = [&](double share) { told.push_back(share); };
  auto first = plan_lesson(recording, *facts, options, tell, {});
  REQUIRE(first.has_value());
  std::vector<double> told_first = std::exchange(told, {});
  std::vector<Ticks> starts;
  for (const PlannedFrame& frame : first->frames)
    if (frame.starts_segment) starts.push_back(frame.pts);
  auto second = plan_saver(recording, *facts, starts, first->analysis.end, options, tell, {});
  REQUIRE(second.has_value());
  return {std::move(*first), std::move(told_first), std::move(*second), std::move(told)};
}

}  // namespace

TEST_CASE("each probe encode is told of, in either codec, and none is longer than its share") {
  std::vector<ProbePiece> pieces;
  for (int i = 0; i < 20; ++i) {
    if (i % 10 == 0) pieces.emplace_back().end = (i + 10) * kStep;
    pieces.back().shots.push_back({moved_picture(i), i * kStep, 0.5F});
  }
  LessonAnalysis analysis;
  analysis.timescale = kScale;
  analysis.end = 20 * kStep;
  analysis.moving_share = 1;
  const std::vector<PlannedFrame> frames(20);
  for (const Codec codec : {Codec::kH264, Codec::kHevc, Codec::kAv1}) {
    CAPTURE(static_cast<int>(codec));
    std::vector<ProbePoint> candidates;
    for (const double crf : {30.0, 36.0, 42.0}) {
      candidates.push_back({kWidth, kHeight, 0, crf, 0, 0, codec});
      candidates.push_back({kWidth / 2, kHeight / 2, 0, crf, 0, 0, codec});
    }
    std::vector<double> told;
    const auto tell = [&](double share) { told.push_back(share); };
    REQUIRE(probe_encodes(candidates, {}, pieces, frames, analysis, 1, tell, {}).has_value());
    CHECK(distinct(told) >= candidates.size());
    CHECK(told.back() == doctest::Approx(1));
    // Three large ones and three of a quarter.
    double last = 0;
    for (const double share : told) CHECK(share - std::exchange(last, share) <= doctest::Approx(4.0 / 15));
  }
}

TEST_CASE("for a ladder in HEVC as many bits are foretold of scenes as pictures take, however small their area") {
  const auto foretold = [](float area) {
    std::vector<ProbePiece> pieces(1);
    pieces.front().end = 20 * kStep;
    std::vector<PlannedFrame> frames(20);
    for (int i = 0; i < 20; ++i) {
      pieces.front().shots.push_back({slide(i), i * kStep, i == 0 ? 1 : area});  // all of it is new
      PlannedFrame& frame = frames[static_cast<std::size_t>(i)];
      frame.pts = i * kStep;
      frame.area = i == 0 ? 1 : area;
      frame.starts_segment = i == 0;
      frame.moving = frame.camera = true;
    }
    LessonAnalysis analysis;
    analysis.timescale = kScale;
    analysis.end = 20 * kStep;
    const std::vector<ProbePoint> one = {{kWidth, kHeight, 0, 36, 0, 0, Codec::kHevc}};
    const auto found = probe_encodes(
        one, {}, pieces, frames, analysis, 1, [](double) {}, {}, Scenes::kCamera, true);
    REQUIRE(found.has_value());
    return found->points.front().kbps;
  };
  CHECK(foretold(1) > 10);
  CHECK(foretold(0.01F) == doctest::Approx(foretold(1)).epsilon(0.02));
}

TEST_CASE("progress advances while the encodes of either stage's plan are tried") {
  const BothPlans made = both_plans(0, 75);
  CHECK(made.first.probed.size() > 2);
  CHECK(distinct(made.told_first) > made.first.probed.size());
  CHECK(made.told_first.back() == 1);
  CHECK(made.second.lesson.probed.size() > 2);
  CHECK(distinct(made.told_second) > 2 * made.second.lesson.probed.size());
  CHECK(made.told_second.back() == 1);
}

TEST_CASE("slides and a camera by turns are tried apart in either stage") {
  const BothPlans made = both_plans(3, 150);
  const auto apart = [](const ProbePoint& point) { return point.camera_crf > 0; };
  CHECK(!made.first.probed.empty());
  CHECK(std::ranges::all_of(made.first.probed, apart));
  CHECK(distinct(made.told_first) > 4);
  CHECK(!made.second.lesson.probed.empty());
  CHECK(std::ranges::all_of(made.second.lesson.probed, apart));
  CHECK(distinct(made.told_second) > 8);
}
