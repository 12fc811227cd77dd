// Filling in an AVCodecContext.
#include "transcode/av/picture_encoder.hpp"

#include <string>

#include <fmt/format.h>

#include "transcode/av/error.hpp"

namespace chalkline::transcode::av {

Result<CodecPtr> picture_encoder(const char* name, const PictureFormat& format, const AVFrame& like) {
  const std::string doing = fmt::format("preparing {} for {}x{}", name, format.width, format.height);
  const AVCodec* encoder = avcodec_find_encoder_by_name(name);
  if (encoder == nullptr)
    return Error(Errc::kInternal, fmt::format("{}: {} is missing", doing, name), "install Debian's libavcodec59");
  CodecPtr codec(avcodec_alloc_context3(encoder));
  if (!codec) return error(AVERROR(ENOMEM), doing);
  codec->width = format.width;
  codec->height = format.height;
  codec->pix_fmt = format.pixels;
  codec->sample_aspect_ratio = {1, 1};
  codec->time_base = {1, static_cast<int>(format.timescale)};
  codec->framerate = {static_cast<int>(format.frame_rate.num), static_cast<int>(format.frame_rate.den)};
  codec->colorspace = like.colorspace;
  codec->color_primaries = like.color_primaries;
  codec->color_trc = like.color_trc;
  codec->color_range = AVCOL_RANGE_MPEG;
  codec->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  return codec;
}

Result<void> open_encoder(AVCodecContext& codec, Dict& options) {
  const char* name = codec.codec->name;
  const int status = avcodec_open2(&codec, codec.codec, &options);
  if (status < 0) return error(status, fmt::format("opening {} for {}x{}", name, codec.width, codec.height));
  return options.all_used(name);
}

}  // namespace chalkline::transcode::av
