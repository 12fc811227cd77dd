// Block comparison in loops that the compiler turns into vector code, and copy-on-write.
#include "transcode/analyse/held_picture.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <cstring>

#include "transcode/av/error.hpp"

namespace chalkline::transcode {

namespace {

constexpr int kBlock = 16;
constexpr int kFewPixels = 4;
constexpr float kFlat = 64 * 1.5F;  // 64 times a standard deviation of a block that is blank paper

// Adds what each pixel of one row differs beyond the deadzone to its column's sum. In bytes throughout, of which the
// compiler's vectors hold most: a quarter of the time that it takes in wider numbers.
void add_row(const std::uint8_t* __restrict a, const std::uint8_t* __restrict b, int width, std::uint8_t deadzone,
             std::uint16_t* __restrict columns) {
  for (int x = 0; x < width; ++x) {
    const std::uint8_t larger = a[x] > b[x] ? a[x] : b[x], smaller = a[x] > b[x] ? b[x] : a[x];
    const auto difference = static_cast<std::uint8_t>(larger - smaller);
    const std::uint8_t seen = difference > deadzone ? difference : deadzone;
    columns[x] = static_cast<std::uint16_t>(columns[x] + static_cast<std::uint8_t>(seen - deadzone));
  }
}

struct Plane {
  const std::uint8_t* data;
  int stride;
  int width, height;
  int scale;  // luma pixels per pixel
};

Plane plane_of(const AVFrame& frame, int plane) {
  const int shift = plane == 0 ? 0 : 1;
  return {frame.data[plane], frame.linesize[plane], (frame.width + shift) >> shift, (frame.height + shift) >> shift,
          1 << shift};
}

// 64 times the standard deviation of the 8x8 block at (left, top).
float contrast_at(const Plane& plane, int left, int top) {
  const int right = std::min(plane.width, left + 8), bottom = std::min(plane.height, top + 8);
  std::int64_t sum = 0, squares = 0;
  for (int y = top; y < bottom; ++y)
    for (int x = left; x < right; ++x) {
      const std::int64_t value = plane.data[static_cast<std::ptrdiff_t>(y) * plane.stride + x];
      sum += value;
      squares += value * value;
    }
  const double count = std::max(1, (right - left) * (bottom - top));
  const double mean = static_cast<double>(sum) / count;
  return static_cast<float>(64 * std::sqrt(std::max(0.0, static_cast<double>(squares) / count - mean * mean)));
}

// Marks the 16x16-luma blocks in which any 8x8 block of this plane changed; returns the sum of all differences, and
// whether there are none at all.
std::int64_t mark_plane(const Plane& now, const Plane& held, const ChangeThreshold& threshold, int blocks_across,
                        std::vector<float>& contrast, std::vector<std::uint16_t>& columns,
                        std::vector<std::uint8_t>& changed, bool& identical) {
  std::int64_t total = 0;
  identical = true;
  const int block = kBlock / now.scale;
  const int width = now.width;
  columns.resize(static_cast<std::size_t>(width));
  std::size_t index = 0;  // of the 8x8 block
  for (int top = 0; top < now.height; top += 8) {
    std::fill(columns.begin(), columns.end(), std::uint16_t{0});
    const int bottom = std::min(now.height, top + 8);
    bool same = true;
    for (int y = top; y < bottom; ++y) {
      const std::uint8_t* a = now.data + static_cast<std::ptrdiff_t>(y) * now.stride;
      const std::uint8_t* b = held.data + static_cast<std::ptrdiff_t>(y) * held.stride;
      if (std::memcmp(a, b, static_cast<std::size_t>(width)) == 0) continue;
      same = identical = false;
      add_row(a, b, width, static_cast<std::uint8_t>(threshold.deadzone), columns.data());
    }
    std::uint8_t* row = changed.data() + static_cast<std::ptrdiff_t>(top / block) * blocks_across;
    for (int left = 0; left < width; left += 8, ++index) {
      if (same) continue;
      int sum = 0;
      for (int x = left; x < std::min(width, left + 8); ++x) sum += columns[static_cast<std::size_t>(x)];
      total += sum;
      if (sum < std::min(threshold.sum, threshold.flat_sum) || row[left / block] != 0) continue;
      if (contrast[index] < 0) contrast[index] = contrast_at(held, left, top);
      const int least = contrast[index] < kFlat ? threshold.flat_sum : threshold.sum;
      if (sum >= least + threshold.contrast * contrast[index]) row[left / block] = 1;
    }
  }
  return total;
}

// By how much the luma of a 16x16 block changed: the median of what changed beyond noise at all, for a stroke over a
// word differs far more from the word than from the paper.
int contrast_between(const AVFrame& a, const AVFrame& b, int x, int y) {
  std::array<int, 256> pixels{};
  int changed = 0;
  for (int row = y; row < std::min(a.height, y + kBlock); ++row)
    for (int column = x; column < std::min(a.width, x + kBlock); ++column) {
      const int difference = std::abs(a.data[0][static_cast<std::ptrdiff_t>(row) * a.linesize[0] + column] -
                                      b.data[0][static_cast<std::ptrdiff_t>(row) * b.linesize[0] + column]);
      if (difference <= kChange.deadzone) continue;
      ++pixels[static_cast<std::size_t>(difference)];
      ++changed;
    }
  if (changed < kFewPixels) return 255;  // its colour, or a corner
  int median = 0;
  for (int below = 0; below * 2 < changed; ++median) below += pixels[static_cast<std::size_t>(median)];
  return std::max(1, median - 1);
}

void copy_block(const AVFrame& from, AVFrame& to, int plane, int x, int y, int size) {
  const int shift = plane == 0 ? 0 : 1;
  const int width = std::min(size >> shift, ((to.width + shift) >> shift) - (x >> shift));
  const int height = std::min(size >> shift, ((to.height + shift) >> shift) - (y >> shift));
  for (int row = 0; row < height; ++row) {
    const std::ptrdiff_t line = (y >> shift) + row;
    std::memcpy(to.data[plane] + line * to.linesize[plane] + (x >> shift),
                from.data[plane] + line * from.linesize[plane] + (x >> shift), static_cast<std::size_t>(width));
  }
}

}  // namespace

bool is_same_picture(const AVFrame& a, const AVFrame& b) {
  if (a.width != b.width || a.height != b.height) return false;
  for (int plane = 0; plane < 3; ++plane) {
    const Plane one = plane_of(a, plane), other = plane_of(b, plane);
    for (int y = 0; y < one.height; ++y)
      if (std::memcmp(one.data + static_cast<std::ptrdiff_t>(y) * one.stride,
                      other.data + static_cast<std::ptrdiff_t>(y) * other.stride,
                      static_cast<std::size_t>(one.width)) != 0)
        return false;
  }
  return true;
}

Change HeldPicture::compare(const AVFrame& picture, const ChangeThreshold& threshold) {
  const int across = (picture.width + kBlock - 1) / kBlock;
  const int down = (picture.height + kBlock - 1) / kBlock;
  Change change;
  change.blocks = across * down;
  all_changed_ = !held_ || held_->width != picture.width || held_->height != picture.height;
  if (all_changed_) {
    change.changed_blocks = change.blocks;
    change.mean_difference = 255;
    return change;
  }
  changed_.assign(static_cast<std::size_t>(change.blocks), 0);
  std::int64_t total = 0;
  change.identical = true;
  for (int plane = 0; plane < 3; ++plane) {
    bool identical = true;
    const std::int64_t sum = mark_plane(plane_of(picture, plane), plane_of(*held_, plane), threshold, across,
                                        contrast_[plane], columns_, changed_, identical);
    if (plane == 0) total = sum;
    change.identical = change.identical && identical;
  }
  change.changed_blocks = static_cast<int>(std::count(changed_.begin(), changed_.end(), std::uint8_t{1}));
  change.mean_difference = static_cast<double>(total) / (static_cast<double>(picture.width) * picture.height);
  return change;
}

std::vector<std::uint8_t> HeldPicture::contrasts(const AVFrame& picture) const {
  const int across = (picture.width + kBlock - 1) / kBlock;
  const int down = (picture.height + kBlock - 1) / kBlock;
  std::vector<std::uint8_t> found(static_cast<std::size_t>(across) * static_cast<std::size_t>(down), 255);
  if (all_changed_) return found;
  for (std::size_t i = 0; i < found.size(); ++i) {
    const int x = static_cast<int>(i) % across * kBlock, y = static_cast<int>(i) / across * kBlock;
    found[i] = changed_[i] == 0 ? std::uint8_t{0} : static_cast<std::uint8_t>(contrast_between(picture, *held_, x, y));
  }
  return found;
}

Result<void> HeldPicture::take(const AVFrame& picture, bool whole) {
  if (whole || all_changed_) {
    held_ = av::share(picture);
    for (int plane = 0; plane < 3; ++plane) {
      const Plane whole_plane = plane_of(*held_, plane);
      contrast_[plane].assign(static_cast<std::size_t>((whole_plane.width + 7) / 8) *
                                  static_cast<std::size_t>((whole_plane.height + 7) / 8),
                              -1.0F);
    }
    return {};
  }
  // What others still read is copied before it is written to.
  const int status = av_frame_make_writable(held_.get());
  if (status < 0) return av::error(status, "holding a picture");
  const int across = (picture.width + kBlock - 1) / kBlock;
  for (std::size_t i = 0; i < changed_.size(); ++i) {
    if (changed_[i] == 0) continue;
    const int x = static_cast<int>(i) % across * kBlock;
    const int y = static_cast<int>(i) / across * kBlock;
    for (int plane = 0; plane < 3; ++plane) {
      copy_block(picture, *held_, plane, x, y, kBlock);
      forget_contrast(plane, x, y);
    }
  }
  return {};
}

void HeldPicture::forget_contrast(int plane, int x, int y) {
  const Plane held = plane_of(*held_, plane);
  const int across = (held.width + 7) / 8;
  const int right = std::min(held.width, (x + kBlock) / held.scale),
            bottom = std::min(held.height, (y + kBlock) / held.scale);
  for (int top = y / held.scale; top < bottom; top += 8)
    for (int left = x / held.scale; left < right; left += 8)
      contrast_[plane][static_cast<std::size_t>(top / 8 * across + left / 8)] = -1.0F;
}

Result<av::FramePtr> HeldPicture::share(const AVFrame& like) const {
  auto frame = av::share(*held_);
  const int status = av_frame_copy_props(frame.get(), &like);
  if (status < 0) return av::error(status, "holding a picture");
  return frame;
}

}  // namespace chalkline::transcode
