// What counts as something new on the screen.
#include "transcode/analyse/held_picture.hpp"

#include <cstring>
#include <random>

#include <doctest/doctest.h>

#include "tests/transcode/new_picture.hpp"
#include "transcode/plan/quality.hpp"

using namespace chalkline;
using namespace chalkline::transcode;

constexpr int kWidth = 320, kHeight = 176;

static av::FramePtr paper(int luma = 235) {
  auto frame = new_picture(kWidth, kHeight);
  for (int y = 0; y < kHeight; ++y) std::memset(frame->data[0] + y * frame->linesize[0], luma, kWidth);
  for (int plane = 1; plane <= 2; ++plane)
    for (int y = 0; y < kHeight / 2; ++y) std::memset(frame->data[plane] + y * frame->linesize[plane], 128, kWidth / 2);
  return frame;
}

static std::uint8_t& at(AVFrame& frame, int x, int y) { return frame.data[0][y * frame.linesize[0] + x]; }

static void box(AVFrame& frame, int left, int top, int width, int height, int luma) {
  for (int y = top; y < top + height; ++y)
    for (int x = left; x < left + width; ++x) at(frame, x, y) = static_cast<std::uint8_t>(luma);
}

// Rows of letters: strokes three pixels wide.
static void write_text(AVFrame& frame, int seed) {
  std::mt19937 random(static_cast<unsigned>(seed));
  for (int row = 20; row < kHeight - 20; row += 24)
    for (int x = 10; x < kWidth - 20; x += 8)
      if (random() % 3 != 0) box(frame, x, row, 3, 12, 30);
}

// What re-encoding does: a little everywhere, more at edges.
static void shake(AVFrame& frame, int seed) {
  std::mt19937 random(static_cast<unsigned>(seed));
  for (int y = 1; y < kHeight - 1; ++y)
    for (int x = 1; x < kWidth - 1; ++x) {
      const bool edge = std::abs(at(frame, x + 1, y) - at(frame, x, y)) > 60;
      const int most = edge ? 12 : 2;
      const int moved = at(frame, x, y) + static_cast<int>(random() % (2 * static_cast<unsigned>(most) + 1)) - most;
      at(frame, x, y) = static_cast<std::uint8_t>(std::min(255, std::max(0, moved)));
    }
}

static int changed(const AVFrame& before, const AVFrame& now) {
  HeldPicture held;
  held.compare(before, kChange);
  REQUIRE(held.take(before, true));
  return held.compare(now, kChange).changed_blocks;
}

TEST_CASE("the first picture is all new") {
  HeldPicture held;
  const auto picture = paper();
  const Change change = held.compare(*picture, kChange);
  CHECK(change.area() == 1);
}

TEST_CASE("the noise of re-encoding shows nothing, on paper and on text") {
  auto before = paper(), now = paper();
  write_text(*before, 1);
  write_text(*now, 1);
  shake(*now, 2);
  CHECK(changed(*before, *now) == 0);
}

TEST_CASE("a pen stroke two pixels wide shows, also a faint one") {
  for (const int contrast : {200, 60, 24}) {
    const auto before = paper();
    auto now = paper();
    box(*now, 100, 60, 2, 40, 235 - contrast);
    CHECK_MESSAGE(changed(*before, *now) > 0, contrast);
  }
}

TEST_CASE("a stroke over text, one changed word and a moved pointer show") {
  auto before = paper();
  write_text(*before, 1);
  auto stroke = paper();
  write_text(*stroke, 1);
  box(*stroke, 100, 60, 40, 2, 120);
  CHECK(changed(*before, *stroke) > 0);
  auto word = paper();
  write_text(*word, 1);
  box(*word, 50, 44, 30, 12, 235);
  box(*word, 52, 44, 3, 12, 30);
  box(*word, 63, 44, 3, 12, 30);
  CHECK(changed(*before, *word) > 0);
  auto pointer = paper();
  write_text(*pointer, 1);
  box(*pointer, 200, 100, 6, 8, 0);
  CHECK(changed(*before, *pointer) > 0);
}

TEST_CASE("a low-contrast bullet shows") {
  const auto before = paper();
  auto now = paper();
  box(*now, 40, 80, 6, 6, 215);
  CHECK(changed(*before, *now) > 0);
}

TEST_CASE("a colour that changes shows without any change of brightness") {
  const auto before = paper();
  auto now = paper();
  for (int y = 20; y < 30; ++y) std::memset(now->data[1] + y * now->linesize[1] + 40, 150, 10);
  CHECK(changed(*before, *now) > 0);
}

TEST_CASE("only what changed is taken over, and what was shared before stays as it was") {
  auto before = paper(), now = paper();
  shake(*now, 3);
  box(*now, 160, 80, 16, 16, 40);
  HeldPicture held;
  held.compare(*before, kChange);
  REQUIRE(held.take(*before, true));
  auto shared = held.share(*before);
  REQUIRE(shared);
  REQUIRE(held.compare(*now, kChange).changed_blocks > 0);
  REQUIRE(held.take(*now, false));
  auto after = held.share(*now);
  REQUIRE(after);
  CHECK(at(**after, 165, 85) == 40);
  CHECK(at(**after, 20, 20) == 235);
  CHECK(at(**shared, 165, 85) == 235);
}

TEST_CASE("the same picture is the same to the last pixel, of every plane") {
  const auto before = paper();
  auto now = paper();
  CHECK(is_same_picture(*before, *now));
  at(*now, kWidth - 1, kHeight - 1) = 234;
  CHECK_FALSE(is_same_picture(*before, *now));
  auto tinted = paper();
  tinted->data[2][0] = 127;
  CHECK_FALSE(is_same_picture(*before, *tinted));
}

TEST_CASE("sharpening is a closer look") {
  auto before = paper();
  auto now = paper();
  box(*now, 64, 64, 8, 8, 230);
  HeldPicture held;
  held.compare(*before, kChange);
  REQUIRE(held.take(*before, true));
  CHECK(held.compare(*now, kChange).changed_blocks == 0);
  CHECK(held.compare(*now, kSharpening).changed_blocks > 0);
}

TEST_CASE("quality: equal pictures are best, and what blurs letters costs more than what blurs paper") {
  auto text = paper();
  write_text(*text, 1);
  const double best = picture_quality(*text, *text);
  CHECK(best > 97);
  auto blurred = paper();
  write_text(*blurred, 1);
  for (int y = 1; y < kHeight - 1; ++y)
    for (int x = 1; x < kWidth - 1; ++x)
      at(*blurred, x, y) =
          static_cast<std::uint8_t>((at(*text, x - 1, y) + 2 * at(*text, x, y) + at(*text, x + 1, y)) / 4);
  auto shifted = paper(233);
  write_text(*shifted, 1);
  CHECK(picture_quality(*text, *blurred) < best - 4);  // softer letters
  CHECK(picture_quality(*text, *shifted) > picture_quality(*text, *blurred));
  CHECK(picture_quality(*text, *paper()) < 20);
}
