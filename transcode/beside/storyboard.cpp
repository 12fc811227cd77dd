// What stands on the screen in the middle of each stretch; same-looking neighbours share a tile.
#include "transcode/beside/storyboard.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <span>

#include <fmt/format.h>

#include "transcode/av/error.hpp"
#include "transcode/beside/jpeg.hpp"
#include "transcode/sink.hpp"

namespace chalkline::transcode {

namespace {

constexpr int kTileSide = 160;  // the longer one
constexpr int kAcross = 5;
constexpr int kPerSheet = kAcross * kAcross;
constexpr std::int64_t kMostTiles = 100;
constexpr std::int64_t kLeastStepMs = 4000;
constexpr std::size_t kSheetBytes = 40'000;
constexpr int kScales[] = {5, 7, 9, 12, 16, 22, 31};  // of the quantisers, until a sheet is small enough
constexpr int kSeenDifference = 16;                   // of luma, in one pixel of a tile: two of a pen stroke

struct Plane {
  int width, height;
};
Plane plane_of(const AVFrame& frame, int plane) {
  const int shift = plane == 0 ? 0 : 1;
  return {frame.width >> shift, frame.height >> shift};
}

bool looks_the_same(const AVFrame& a, const AVFrame& b) {
  for (int plane = 0; plane < 3; ++plane) {
    const auto [width, height] = plane_of(a, plane);
    for (int y = 0; y < height; ++y) {
      const std::uint8_t* one = a.data[plane] + static_cast<std::ptrdiff_t>(y) * a.linesize[plane];
      const std::uint8_t* other = b.data[plane] + static_cast<std::ptrdiff_t>(y) * b.linesize[plane];
      for (int x = 0; x < width; ++x)
        if (std::abs(one[x] - other[x]) > kSeenDifference) return false;
    }
  }
  return true;
}

std::string clock(std::int64_t ms) {
  return fmt::format("{:02}:{:02}:{:02}.{:03}", ms / 3'600'000, ms / 60'000 % 60, ms / 1000 % 60, ms % 1000);
}

std::int64_t step_for(MediaTime duration) {
  const std::int64_t whole = duration.in(1, Rounding::kUp);
  const std::int64_t seconds = (whole + kMostTiles - 1) / kMostTiles;
  return std::max(kLeastStepMs, seconds * 1000);
}

// Copies a tile to its place; both have sides that 4:2:0 can halve.
void place(const AVFrame& tile, AVFrame& sheet, int column, int row) {
  for (int plane = 0; plane < 3; ++plane) {
    const auto [width, height] = plane_of(tile, plane);
    for (int y = 0; y < height; ++y)
      std::memcpy(
          sheet.data[plane] + static_cast<std::ptrdiff_t>(row * height + y) * sheet.linesize[plane] + column * width,
          tile.data[plane] + static_cast<std::ptrdiff_t>(y) * tile.linesize[plane], static_cast<std::size_t>(width));
  }
}

Result<av::FramePtr> blank_sheet(int width, int height) {
  auto sheet = av::make_frame();
  sheet->width = width;
  sheet->height = height;
  sheet->format = AV_PIX_FMT_YUVJ420P;
  const int status = av_frame_get_buffer(sheet.get(), 0);
  if (status < 0) return av::error(status, "making the storyboard");
  for (int plane = 0; plane < 3; ++plane)
    std::memset(
        sheet->data[plane], plane == 0 ? 0 : 128,
        static_cast<std::size_t>(sheet->linesize[plane]) * static_cast<std::size_t>(plane_of(*sheet, plane).height));
  return sheet;
}

Result<std::vector<std::byte>> small_enough(const AVFrame& sheet) {
  std::vector<std::byte> bytes;
  for (const int scale : kScales) {
    CHALK_TRY_ASSIGN(bytes, encode_jpeg(sheet, scale));
    if (bytes.size() <= kSheetBytes) break;
  }
  return bytes;
}

}  // namespace

StoryboardMaker::StoryboardMaker(MediaTime duration) : step_ms_(step_for(duration)) {}

MediaTime StoryboardMaker::middle_of(std::int64_t slot) const { return {slot * step_ms_ + step_ms_ / 2, 1000}; }

Result<void> StoryboardMaker::consider(const AVFrame& picture, MediaTime at) {
  if (slot_ == kMostTiles) return {};
  CHALK_TRY(take_until(at));
  last_ = av::share(picture);
  last_is_tiled_ = false;
  return {};
}

Result<void> StoryboardMaker::take_until(MediaTime until) {
  if (!last_) return {};
  for (; slot_ < kMostTiles && middle_of(slot_) < until; ++slot_) {
    if (last_is_tiled_) continue;
    last_is_tiled_ = true;
    if (width_ == 0) {
      const int longer = std::max(last_->width, last_->height);
      const auto side = [&](int own) {
        return std::max(2,
                        static_cast<int>(static_cast<std::int64_t>(own) * std::min(longer, kTileSide) / longer) & ~1);
      };
      width_ = side(last_->width);
      height_ = side(last_->height);
    }
    CHALK_TRY_ASSIGN(av::FramePtr tile, scale_for_jpeg(*last_, width_, height_));
    if (tiles_.empty() || !looks_the_same(*tiles_.back().picture, *tile))
      tiles_.push_back({std::move(tile), MediaTime{slot_ * step_ms_, 1000}});
  }
  return {};
}

Result<Storyboard> StoryboardMaker::conclude(MediaTime end) {
  Storyboard made;
  CHALK_TRY(take_until(tiles_.empty() ? std::max(end, MediaTime{step_ms_, 1000}) : end));
  last_.reset();
  const int count = static_cast<int>(tiles_.size());
  if (count == 0) return made;
  made.cues = "WEBVTT\n";
  for (int first = 0; first < count; first += kPerSheet) {
    const int here = std::min(kPerSheet, count - first);
    CHALK_TRY_ASSIGN(const av::FramePtr sheet,
                     blank_sheet(std::min(here, kAcross) * width_, (here + kAcross - 1) / kAcross * height_));
    for (int i = 0; i < here; ++i) {
      const int column = i % kAcross, row = i / kAcross, number = first + i;
      place(*tiles_[static_cast<std::size_t>(number)].picture, *sheet, column, row);
      const std::int64_t start = tiles_[static_cast<std::size_t>(number)].start.in(1000);
      const std::int64_t until =
          number + 1 < count ? tiles_[static_cast<std::size_t>(number) + 1].start.in(1000) : end.in(1000);
      made.cues += fmt::format("\n{} --> {}\nstoryboard-{}.jpg#xywh={},{},{},{}\n", clock(start),
                               clock(std::max(until, start + 1)), first / kPerSheet + 1, column * width_, row * height_,
                               width_, height_);
    }
    CHALK_TRY_ASSIGN(auto bytes, small_enough(*sheet));
    made.sheets.push_back(std::move(bytes));
  }
  return made;
}

Result<void> add_storyboard(const Storyboard& storyboard, VersionSink& sink) {
  if (storyboard.cues.empty()) return {};
  for (std::size_t i = 0; i < storyboard.sheets.size(); ++i)
    CHALK_TRY(sink.add_file(fmt::format("image/storyboard-{}.jpg", i + 1), "image/jpeg", storyboard.sheets[i]));
  return sink.add_file("image/storyboard.vtt", "text/vtt", std::as_bytes(std::span(storyboard.cues)));
}

}  // namespace chalkline::transcode
