// Scales pictures of one size to another, for a rung and back again for a comparison. One thread.
#pragma once

#include "core/error.hpp"
#include "transcode/av/ptr.hpp"

namespace chalkline::transcode {

class Scaler {
 public:
  // Lanczos downwards: sharper than bicubic, which is worth several VMAF on a rung of half the size; bicubic upwards,
  // as players do.
  Scaler(int width, int height) : width_(width), height_(height) {}
  // yuv420p in and out, properties kept; a picture of the right size is shared, not copied.
  Result<av::FramePtr> scale(const AVFrame& frame);

 private:
  int width_, height_;
  int from_width_ = 0, from_height_ = 0;
  av::ScalerPtr context_;
};

}  // namespace chalkline::transcode
