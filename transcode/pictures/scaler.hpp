// Scales pictures of one size to another, for a rung and back again for a comparison. One thread.
#pragma once

#include "core/error.hpp"
#include "transcode/av/ptr.hpp"

namespace chalkline::transcode {

class Scaler {
 public:
  // Lanczos downwards: sharper than bicubic, which is worth several VMAF on a rung of half the size; bicubic upwards,
  // as players do.
  explicit Scaler(int width, int height, AVPixelFormat format = AV_PIX_FMT_YUV420P)
      : width_(width), height_(height), format_(format) {}
  // Planar 4:2:0 of any depth in, `format` out, properties kept; a picture that is right as it is is shared, not
  // copied.
  Result<av::FramePtr> scale(const AVFrame& frame);

 private:
  int width_, height_;
  AVPixelFormat format_;
  int from_width_ = 0, from_height_ = 0, from_format_ = AV_PIX_FMT_NONE;
  av::ScalerPtr context_;
};

}  // namespace chalkline::transcode
