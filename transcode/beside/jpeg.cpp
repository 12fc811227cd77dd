// libswscale and libavcodec's mjpeg.
#include "transcode/beside/jpeg.hpp"

#include "transcode/av/error.hpp"

namespace chalkline::transcode {

Result<av::FramePtr> scale_for_jpeg(const AVFrame& picture, int width, int height) {
  const av::ScalerPtr scaler(sws_getContext(picture.width, picture.height, AV_PIX_FMT_YUV420P, width, height,
                                            AV_PIX_FMT_YUV420P, SWS_AREA | SWS_ACCURATE_RND, nullptr, nullptr,
                                            nullptr));
  if (!scaler) return Error(Errc::kInternal, "cannot scale a picture for JPEG");
  const int* own = sws_getCoefficients(picture.colorspace == AVCOL_SPC_BT709 ? SWS_CS_ITU709 : SWS_CS_ITU601);
  constexpr int kAsItIs = 1 << 16;
  sws_setColorspaceDetails(scaler.get(), own, 0, sws_getCoefficients(SWS_CS_ITU601), 1, 0, kAsItIs, kAsItIs);
  auto out = av::make_frame();
  out->width = width;
  out->height = height;
  out->format = AV_PIX_FMT_YUVJ420P;
  const int status = av_frame_get_buffer(out.get(), 0);
  if (status < 0) return av::error(status, "scaling a picture for JPEG");
  sws_scale(scaler.get(), picture.data, picture.linesize, 0, picture.height, out->data, out->linesize);
  return out;
}

Result<std::vector<std::byte>> encode_jpeg(const AVFrame& picture, int scale) {
  const AVCodec* encoder = avcodec_find_encoder(AV_CODEC_ID_MJPEG);
  if (encoder == nullptr) return Error(Errc::kInternal, "this FFmpeg has no JPEG encoder");
  const av::CodecPtr codec(avcodec_alloc_context3(encoder));
  codec->width = picture.width;
  codec->height = picture.height;
  codec->pix_fmt = AV_PIX_FMT_YUVJ420P;
  codec->time_base = {1, 25};
  codec->flags |= AV_CODEC_FLAG_QSCALE | AV_CODEC_FLAG_BITEXACT;
  codec->global_quality = FF_QP2LAMBDA * scale;
  int status = avcodec_open2(codec.get(), encoder, nullptr);
  const auto frame = av::share(picture);
  frame->quality = codec->global_quality;
  if (status >= 0) status = avcodec_send_frame(codec.get(), frame.get());
  const auto packet = av::make_packet();
  if (status >= 0) status = avcodec_receive_packet(codec.get(), packet.get());
  if (status < 0) return av::error(status, "making a JPEG");
  const auto* bytes = reinterpret_cast<const std::byte*>(packet->data);
  return std::vector<std::byte>(bytes, bytes + packet->size);
}

}  // namespace chalkline::transcode
