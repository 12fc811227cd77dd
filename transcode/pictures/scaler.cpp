// libswscale.
#include "transcode/pictures/scaler.hpp"

#include <fmt/format.h>

#include "transcode/av/error.hpp"

namespace chalkline::transcode {

Result<av::FramePtr> Scaler::scale(const AVFrame& frame) {
  if (frame.width == width_ && frame.height == height_ && frame.format == format_) return av::share(frame);
  if (!context_ || frame.width != from_width_ || frame.height != from_height_ || frame.format != from_format_) {
    from_width_ = frame.width;
    from_height_ = frame.height;
    from_format_ = frame.format;
    const int kernel = width_ < frame.width ? SWS_LANCZOS : SWS_BICUBIC;
    context_.reset(sws_getContext(frame.width, frame.height, static_cast<AVPixelFormat>(frame.format), width_, height_,
                                  format_, kernel | SWS_ACCURATE_RND, nullptr, nullptr, nullptr));
    if (!context_) return Error(Errc::kInternal, fmt::format("cannot scale to {}x{}", width_, height_));
  }
  auto out = av::make_frame();
  out->width = width_;
  out->height = height_;
  out->format = format_;
  int status = av_frame_get_buffer(out.get(), 0);
  if (status >= 0) status = av_frame_copy_props(out.get(), &frame);
  if (status < 0) return av::error(status, "scaling a picture");
  sws_scale(context_.get(), frame.data, frame.linesize, 0, frame.height, out->data, out->linesize);
  return out;
}

}  // namespace chalkline::transcode
