// Choosing and encoding the poster.
#include "transcode/poster.hpp"

extern "C" {
#include <libavutil/opt.h>
}

#include <algorithm>

#include "transcode/av/error.hpp"

namespace chalkline::transcode {

namespace {
constexpr int kMaxWidth = 640;
constexpr double kGoodContrast = 12;  // variance of luma under which a picture is blank to the eye

// Variance of every eighth luma sample.
double contrast(const AVFrame& picture) {
  double sum = 0;
  double squares = 0;
  double count = 0;
  for (int y = 0; y < picture.height; y += 8) {
    const std::uint8_t* row = picture.data[0] + static_cast<std::ptrdiff_t>(y) * picture.linesize[0];
    for (int x = 0; x < picture.width; x += 8) {
      sum += row[x];
      squares += static_cast<double>(row[x]) * row[x];
      ++count;
    }
  }
  return count == 0 ? 0 : squares / count - sum / count * (sum / count);
}
}  // namespace

PosterPicker::PosterPicker(MediaTime duration)
    : wanted_from_(std::min(MediaTime{duration.ticks / 10, duration.timescale}, MediaTime{20, 1})) {}

void PosterPicker::consider(const AVFrame& picture, MediaTime at) {
  if (settled_ || (best_ && at < wanted_from_ && looked_ > 0)) return;
  if (at >= wanted_from_ && looked_++ % 15 != 0) return;  // twice a second is enough to leave a black stretch
  const double found = contrast(picture);
  if (found > best_contrast_) {
    best_ = av::share(picture);
    best_contrast_ = found;
  }
  settled_ = (at >= wanted_from_ && best_contrast_ > kGoodContrast) || looked_ > 600;
}

Result<std::vector<std::byte>> PosterPicker::encode() const {
  if (!best_) return std::vector<std::byte>();
  const int width = std::min(kMaxWidth, best_->width);
  const int height =
      std::max(2, static_cast<int>(static_cast<std::int64_t>(best_->height) * width / best_->width) & ~1);
  const av::ScalerPtr scaler(sws_getContext(best_->width, best_->height, AV_PIX_FMT_YUV420P, width, height,
                                            AV_PIX_FMT_YUVJ420P, SWS_AREA, nullptr, nullptr, nullptr));
  const AVCodec* encoder = avcodec_find_encoder(AV_CODEC_ID_MJPEG);
  if (!scaler || encoder == nullptr) return Error(Errc::kInternal, "cannot make the poster");
  const av::CodecPtr codec(avcodec_alloc_context3(encoder));
  codec->width = width;
  codec->height = height;
  codec->pix_fmt = AV_PIX_FMT_YUVJ420P;
  codec->time_base = {1, 25};
  codec->flags |= AV_CODEC_FLAG_QSCALE | AV_CODEC_FLAG_BITEXACT;
  codec->global_quality = FF_QP2LAMBDA * 8;
  int status = avcodec_open2(codec.get(), encoder, nullptr);
  const auto frame = av::make_frame();
  frame->width = width;
  frame->height = height;
  frame->format = AV_PIX_FMT_YUVJ420P;
  frame->quality = codec->global_quality;
  if (status >= 0) status = av_frame_get_buffer(frame.get(), 0);
  if (status >= 0)
    sws_scale(scaler.get(), best_->data, best_->linesize, 0, best_->height, frame->data, frame->linesize);
  if (status >= 0) status = avcodec_send_frame(codec.get(), frame.get());
  const auto packet = av::make_packet();
  if (status >= 0) status = avcodec_receive_packet(codec.get(), packet.get());
  if (status < 0) return av::error(status, "making the poster");
  const auto* bytes = reinterpret_cast<const std::byte*>(packet->data);
  return std::vector<std::byte>(bytes, bytes + packet->size);
}

}  // namespace chalkline::transcode
