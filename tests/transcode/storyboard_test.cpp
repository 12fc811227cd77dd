// The storyboard of made-up pictures: which are kept, where they stand, how large the sheets are.
#include "transcode/beside/storyboard.hpp"

#include <utility>
#include <vector>

#include <doctest/doctest.h>

using namespace chalkline;
using namespace chalkline::transcode;

// All of one grey, or noise that no JPEG likes.
static av::FramePtr picture(int luma, int width = 640, int height = 360, bool noisy = false) {
  auto frame = av::make_frame();
  frame->width = width;
  frame->height = height;
  frame->format = AV_PIX_FMT_YUV420P;
  REQUIRE(av_frame_get_buffer(frame.get(), 0) >= 0);
  std::uint32_t random = static_cast<std::uint32_t>(luma) + 1;
  for (int plane = 0; plane < 3; ++plane) {
    const int rows = plane == 0 ? height : height / 2;
    for (int i = 0; i < rows * frame->linesize[plane]; ++i) {
      random = random * 1664525 + 1013904223;
      const auto plain = static_cast<std::uint32_t>(plane == 0 ? luma : 128);
      frame->data[plane][i] = static_cast<std::uint8_t>(noisy ? random >> 24 : plain);
    }
  }
  return frame;
}

static Storyboard made_of(StoryboardMaker& maker, const std::vector<std::pair<int, int>>& lumas_at_ms, int end_ms) {
  for (const auto& [luma, at] : lumas_at_ms) REQUIRE(maker.consider(*picture(luma), {at, 1000}).has_value());
  auto made = maker.conclude({end_ms, 1000});
  REQUIRE(made.has_value());
  return std::move(*made);
}

TEST_CASE("a picture stands for four seconds, by what is on the screen in the middle of them") {
  StoryboardMaker maker({12'000, 1000});
  const auto made = made_of(maker, {{16, 0}, {100, 1'500}, {200, 2'500}, {40, 7'000}}, 12'000);
  CHECK(made.sheets.size() == 1);
  CHECK("\n" + made.cues == R"(
WEBVTT

00:00:00.000 --> 00:00:04.000
storyboard-1.jpg#xywh=0,0,160,90

00:00:04.000 --> 00:00:08.000
storyboard-1.jpg#xywh=160,0,160,90

00:00:08.000 --> 00:00:12.000
storyboard-1.jpg#xywh=320,0,160,90
)");
}

TEST_CASE("a slide that stands for a minute is one tile") {
  StoryboardMaker maker({64'000, 1000});
  const auto made = made_of(maker, {{50, 0}, {51, 20'000}, {52, 40'000}, {200, 60'000}}, 64'000);
  CHECK(made.cues ==
        "WEBVTT\n\n00:00:00.000 --> 00:01:00.000\nstoryboard-1.jpg#xywh=0,0,160,90\n"
        "\n00:01:00.000 --> 00:01:04.000\nstoryboard-1.jpg#xywh=160,0,160,90\n");
}

TEST_CASE("a lesson shorter than any step has its one picture") {
  StoryboardMaker maker({40, 1000});
  const auto made = made_of(maker, {{50, 0}}, 40);
  CHECK(made.cues == "WEBVTT\n\n00:00:00.000 --> 00:00:00.040\nstoryboard-1.jpg#xywh=0,0,160,90\n");
}

TEST_CASE("without pictures there is no storyboard") {
  StoryboardMaker maker({10'000, 1000});
  const auto made = maker.conclude({10'000, 1000});
  REQUIRE(made.has_value());
  CHECK(made->sheets.empty());
  CHECK(made->cues.empty());
}

TEST_CASE("at most a hundred tiles, whatever the length, and no sheet of over 40 kB") {
  StoryboardMaker maker({3'600'000, 1000});
  for (int i = 0; i < 1000; ++i) REQUIRE(maker.consider(*picture(i, 64, 36, true), {i * 4000, 1000}).has_value());
  const auto made = maker.conclude({4'000'000, 1000});  // longer than its container said
  REQUIRE(made.has_value());
  CHECK(made->sheets.size() == 4);
  for (const auto& sheet : made->sheets) CHECK(sheet.size() <= 40'000);
  CHECK(made->cues.find("--> 01:06:40.000\nstoryboard-4.jpg#xywh=256,144,64,36\n") != std::string::npos);
}

TEST_CASE("an upright picture keeps its shape, the longer side at 160 pixels") {
  StoryboardMaker maker({4'000, 1000});
  REQUIRE(maker.consider(*picture(90, 360, 640), {0, 1}).has_value());
  const auto made = maker.conclude({4'000, 1000});
  REQUIRE(made.has_value());
  CHECK(made->cues.find("#xywh=0,0,90,160\n") != std::string::npos);
}
