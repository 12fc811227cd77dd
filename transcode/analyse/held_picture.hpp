// What a learner has on the screen, block by block: a block of the picture is replaced only when it shows something
// new. Both passes over a source use it: the analysis to tell which frames show anything, the encode so that codec and
// sensor noise in parts that stand still never reaches an encoder (on slides that is most of a stream's bits). One
// thread.
#pragma once

#include <cstdint>
#include <vector>

#include "core/error.hpp"
#include "transcode/av/ptr.hpp"

namespace chalkline::transcode {

// How different two 8x8 blocks must be. Differences of a pixel up to `deadzone` (of 255) are noise; what is above it,
// summed over the block, is a change from `sum` on, and in a block that has contrast of its own from `contrast` times
// the standard deviation of its 64 pixels more: re-encoding shakes the edges of letters, and nothing else. On blank
// paper, where it shakes little, `flat_sum` is enough.
struct ChangeThreshold {
  int deadzone = 5;
  int sum = 170;
  double contrast = 0.12;
  int flat_sum = 170;
};

// A pen stroke two pixels wide of a contrast of 20 crosses an empty block with 16 * (20 - 5) = 240.
inline constexpr ChangeThreshold kChange{5, 170, 0.12, 170};
// With transcode.pale_details: one aslant that ends in the block, with soft edges, leaves 100, a letter of a contrast
// of 16 as much.
inline constexpr ChangeThreshold kPaleChange{5, 170, 0.12, 60};
// For the closer look at a still (analyse.cpp says when).
inline constexpr ChangeThreshold kSharpening{2, 80, 0.03, 80};

// To the last pixel; both yuv420p.
bool is_same_picture(const AVFrame& a, const AVFrame& b);

// What a picture brought, in blocks of 16x16 luma pixels and their chroma.
struct Change {
  int changed_blocks = 0;
  int blocks = 0;
  double mean_difference = 0;  // mean absolute luma difference per pixel over the whole picture, deadzone left off
  bool identical = false;      // to the last pixel
  [[nodiscard]] double area() const { return blocks > 0 ? static_cast<double>(changed_blocks) / blocks : 0; }
};

class HeldPicture {
 public:
  // Compares `picture` (yuv420p) with what is held, without taking it over. All of it is new when nothing is held yet
  // or the size differs.
  Change compare(const AVFrame& picture, const ChangeThreshold& threshold);
  // Takes over the blocks that the last compare() found changed; `whole`: all of them.
  Result<void> take(const AVFrame& picture, bool whole);
  // By how much the luma changed of each block that the last compare() found changed, row by row: the median of what
  // changed in it; 0 where nothing did, 255 where it is colour. Before `picture` is taken.
  [[nodiscard]] std::vector<std::uint8_t> contrasts(const AVFrame& picture) const;
  // A new reference to what is held, with the properties of `like`. Valid however long; later changes copy first.
  [[nodiscard]] Result<av::FramePtr> share(const AVFrame& like) const;
  [[nodiscard]] bool empty() const { return !held_; }
  [[nodiscard]] const AVFrame& frame() const { return *held_; }

 private:
  void forget_contrast(int plane, int x, int y);

  av::FramePtr held_;
  std::vector<std::uint8_t> changed_;  // one a block, of the last compare()
  std::vector<std::uint16_t> columns_;
  std::vector<float> contrast_[3];  // of each 8x8 block held, 64 times its standard deviation; below 0: not known
  bool all_changed_ = true;
};

}  // namespace chalkline::transcode
