// Pictures come out as they were put in, whatever is between them.
#include "transcode/analyse/kept_pictures.hpp"

#include <cstring>
#include <random>

#include <doctest/doctest.h>

#include "tests/transcode/new_picture.hpp"
#include "transcode/analyse/held_picture.hpp"

using namespace chalkline;
using namespace chalkline::transcode;

namespace {

constexpr int kWidth = 328, kHeight = 182;  // no whole number of blocks

av::FramePtr grey(std::uint8_t luma, Ticks pts) {
  auto frame = new_picture(kWidth, kHeight);
  for (int plane = 0; plane < 3; ++plane) {
    const int height = plane == 0 ? kHeight : kHeight / 2;
    std::memset(frame->data[plane], luma, static_cast<std::size_t>(frame->linesize[plane] * height));
  }
  frame->pts = pts;
  return frame;
}

// What no packing makes smaller.
av::FramePtr noise(std::mt19937& chance, Ticks pts) {
  auto frame = grey(0, pts);
  for (int plane = 0; plane < 3; ++plane) {
    const int height = plane == 0 ? kHeight : kHeight / 2;
    for (int i = 0; i < frame->linesize[plane] * height; ++i)
      frame->data[plane][i] = static_cast<std::uint8_t>(chance());
  }
  return frame;
}

av::FramePtr copy(const AVFrame& picture, Ticks pts) {
  auto frame = av::share(picture);
  REQUIRE(av_frame_make_writable(frame.get()) == 0);
  frame->pts = pts;
  return frame;
}

// A lesson: a slide, strokes on it in its middle, in a corner and in colour, another slide, and a stroke on that.
std::vector<av::FramePtr> lesson() {
  std::vector<av::FramePtr> pictures;
  pictures.push_back(grey(200, 0));
  for (const auto& [plane, x, y] : {std::tuple{0, 100, 50}, {0, kWidth - 1, kHeight - 1}, {2, 3, kHeight / 2 - 1}}) {
    auto next = copy(*pictures.back(), static_cast<Ticks>(pictures.size()) * 10);
    next->data[plane][y * next->linesize[plane] + x] = 17;
    pictures.push_back(std::move(next));
  }
  pictures.push_back(grey(40, 40));
  pictures.push_back(copy(*pictures.back(), 50));
  pictures.back()->data[1][0] = 99;
  std::mt19937 chance(2);
  pictures.push_back(noise(chance, 60));
  return pictures;
}

}  // namespace

TEST_CASE("pictures that are kept come out to the last bit, in their order, with their properties") {
  const auto pictures = lesson();
  KeptPictures kept(10'000'000);
  std::vector<Ticks> times;
  for (const auto& picture : pictures) {
    kept.add(*picture, picture->pts);
    times.push_back(picture->pts);
  }
  CHECK(kept.hold(times));
  CHECK(kept.hold(std::vector<Ticks>{10, 40}));
  CHECK(!kept.hold(std::vector<Ticks>{10, 45}));
  std::vector<av::FramePtr> out;  // held, so that a later one that wrote into an earlier one were seen
  while (const auto at = kept.next()) {
    auto next = kept.take();
    REQUIRE(next.has_value());
    CHECK(next->source_pts == *at);
    CHECK(next->frame->pts == *at);
    out.push_back(std::move(next->frame));
  }
  REQUIRE(out.size() == pictures.size());
  for (std::size_t i = 0; i < out.size(); ++i) {
    CAPTURE(i);
    CHECK(out[i]->pts == pictures[i]->pts);
    CHECK(is_same_picture(*out[i], *pictures[i]));
  }
}

TEST_CASE("slides and strokes take little, and a lesson that takes more than the bound is not kept at all") {
  const std::size_t slide = kWidth * kHeight * 3 / 2;
  KeptPictures kept(slide * 3);
  std::mt19937 chance(1);
  std::vector<Ticks> times;
  auto picture = grey(200, 0);
  for (int i = 0; i < 100; ++i) {
    picture = i % 10 == 0 ? grey(static_cast<std::uint8_t>(i), i) : copy(*picture, i);
    picture->data[0][i % kHeight * picture->linesize[0] + i] = 17;
    kept.add(*picture, i);
    times.push_back(i);
  }
  CHECK(kept.hold(times));
  for (int i = 100; i < 103; ++i) kept.add(*noise(chance, i), i);
  CHECK(!kept.hold(times));
  CHECK(!kept.hold({}));
  CHECK(!kept.next());
}

TEST_CASE("pictures that do not pack are given up early, however much room there is") {
  KeptPictures kept(1'000'000'000);
  std::mt19937 chance(1);
  std::vector<Ticks> times;
  for (int i = 0; i < 3; ++i) {
    kept.add(*noise(chance, i), i);
    times.push_back(i);
  }
  CHECK(kept.hold(times));  // a photograph or two among slides
  for (int i = 3; i < 16; ++i) kept.add(*noise(chance, i), i);
  CHECK(!kept.hold(times));
}

TEST_CASE("pictures that differ in nothing are not kept for nothing") {
  KeptPictures kept(100'000);
  const auto picture = grey(200, 0);
  for (int i = 0; i < 1000; ++i) kept.add(*picture, i);
  CHECK(!kept.hold({}));
}
