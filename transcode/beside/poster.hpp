// The lesson's poster: one early picture that is not blank, as a small JPEG. Reader's thread.
#pragma once

#include <cstddef>
#include <vector>

#include "core/error.hpp"
#include "core/media_time.hpp"
#include "transcode/av/ptr.hpp"

namespace chalkline::transcode {

class PosterPicker {
 public:
  // `duration` of the lesson: pictures from a tenth of it on (at most 20 s) are considered first.
  explicit PosterPicker(MediaTime duration);
  // Every normalised picture passes by; a reference to the best one is kept.
  void consider(const AVFrame& picture, MediaTime at);
  // The JPEG (ITU-T T.81), at most 640 pixels wide; empty when no picture came by.
  [[nodiscard]] Result<std::vector<std::byte>> encode() const;

 private:
  MediaTime wanted_from_;
  av::FramePtr best_;
  double best_contrast_ = -1;
  bool settled_ = false;
  int looked_ = 0;
};

}  // namespace chalkline::transcode
