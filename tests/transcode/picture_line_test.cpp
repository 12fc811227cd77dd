// What the line asks encoders to code finely.
#include "transcode/pictures/picture_line.hpp"

#include <cstring>

#include <doctest/doctest.h>

#include "tests/transcode/new_picture.hpp"

using namespace chalkline;
using namespace chalkline::transcode;

static constexpr int kWidth = 320, kHeight = 192;

static av::FramePtr slide() {
  auto frame = new_picture(kWidth, kHeight);
  for (int plane = 0; plane < 3; ++plane) {
    const int rows = plane == 0 ? kHeight : kHeight / 2;
    std::memset(frame->data[plane], plane == 0 ? 235 : 128,
                static_cast<std::size_t>(rows) * static_cast<std::size_t>(frame->linesize[plane]));
  }
  return frame;
}

static void stroke(AVFrame& frame, int left, int top, int contrast) {
  for (int y = top; y < top + 10; ++y)
    for (int x = left; x < left + 2; ++x)
      frame.data[0][y * frame.linesize[0] + x] = static_cast<std::uint8_t>(235 - contrast);
}

// Pale regions of each picture that comes out when `frames` go in, a second apart; planned as `plan` says.
static std::vector<Regions> pale_of(std::vector<PlannedFrame> plan, const std::vector<av::FramePtr>& frames) {
  for (std::size_t i = 0; i < plan.size(); ++i) plan[i].pts = static_cast<Ticks>(i) * 1000;
  std::vector<Regions> found;
  SegmentTimeline timeline;
  PictureLine line(plan, 1000, timeline, true, [&](std::size_t, Picture picture) -> Result<void> {
    found.push_back(picture.pale ? *picture.pale : Regions());
    return {};
  });
  for (std::size_t i = 0; i < frames.size(); ++i) REQUIRE(line.add(*frames[i], static_cast<Ticks>(i) * 1000));
  REQUIRE(line.finish(static_cast<Ticks>(plan.size()) * 1000));
  return found;
}

static PlannedFrame planned(Ticks source_pts, bool cut = false) {
  PlannedFrame frame;
  frame.source_pts = source_pts;
  frame.cut = frame.starts_segment = cut;
  return frame;
}

static PlannedFrame repeated(Ticks source_pts) {
  PlannedFrame frame = planned(source_pts);
  frame.repeat = true;
  return frame;
}

TEST_CASE("a pale stroke is pointed out in the picture that brings it, and not in those that repeat it") {
  std::vector<av::FramePtr> frames;
  frames.push_back(slide());
  frames.push_back(slide());
  stroke(*frames[1], 100, 35, 24);
  const auto pale = pale_of({planned(0, true), planned(1000), repeated(1000), repeated(1000)}, frames);
  REQUIRE(pale.size() == 4);
  CHECK(pale[0].empty());
  REQUIRE(pale[1].size() == 1);
  CHECK(pale[1][0].left == 96);
  CHECK(pale[1][0].top == 32);
  CHECK(pale[1][0].right == 112);
  CHECK(pale[1][0].bottom == 48);
  CHECK(pale[1][0].contrast == 24);
  CHECK(pale[2].empty());
  CHECK(pale[3].empty());
}

TEST_CASE("a pale stroke in the picture that sharpens a still is pointed out, the sharpening is not") {
  std::vector<av::FramePtr> frames;
  frames.push_back(slide());
  frames.push_back(slide());
  stroke(*frames[1], 100, 35, 24);
  stroke(*frames[1], 200, 67, 5);
  std::vector<PlannedFrame> plan{planned(0, true), planned(1000)};
  plan[1].refreshed = true;
  const auto pale = pale_of(plan, frames);
  REQUIRE(pale[1].size() == 1);
  CHECK(pale[1][0].left == 96);
}

TEST_CASE("nothing is pointed out where it is not wanted") {
  std::vector<av::FramePtr> frames;
  frames.push_back(slide());
  frames.push_back(slide());
  stroke(*frames[1], 100, 35, 24);
  std::vector<PlannedFrame> plan{planned(0, true), planned(1000)};
  plan[1].pts = 1000;
  SegmentTimeline timeline;
  int pictures = 0;
  PictureLine line(plan, 1000, timeline, false, [&](std::size_t, Picture picture) -> Result<void> {
    CHECK(!picture.pale);
    ++pictures;
    return {};
  });
  for (std::size_t i = 0; i < frames.size(); ++i) REQUIRE(line.add(*frames[i], static_cast<Ticks>(i) * 1000));
  REQUIRE(line.finish(2000));
  CHECK(pictures == 2);
}

TEST_CASE("a clear stroke needs no more care than the rest") {
  std::vector<av::FramePtr> frames;
  frames.push_back(slide());
  frames.push_back(slide());
  stroke(*frames[1], 100, 35, 150);
  const auto pale = pale_of({planned(0, true), planned(1000)}, frames);
  CHECK(pale[1].empty());
}

TEST_CASE("a fade of the whole picture is no event") {
  std::vector<av::FramePtr> frames;
  frames.push_back(slide());
  frames.push_back(slide());
  for (int x = 0; x + 2 < kWidth; x += 4)
    for (int y = 0; y + 10 < kHeight; y += 10) stroke(*frames[1], x, y, 24);
  const auto pale = pale_of({planned(0, true), planned(1000)}, frames);
  CHECK(pale[1].empty());
}

TEST_CASE("in motion a stroke where nothing moved is an event, and what moves is none") {
  std::vector<av::FramePtr> frames;
  std::vector<PlannedFrame> plan;
  for (int i = 0; i < 8; ++i) {
    frames.push_back(slide());
    stroke(*frames.back(), 200, 100, i % 2 == 0 ? 20 : 60);  // moves
    if (i == 7) stroke(*frames.back(), 100, 35, 24);
    plan.push_back(planned(i * 1000, i == 0));
    plan.back().moving = true;
  }
  const auto pale = pale_of(plan, frames);
  CHECK(pale[6].empty());
  REQUIRE(pale[7].size() == 1);
  CHECK(pale[7][0].left == 96);
}
