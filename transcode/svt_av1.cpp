// SVT-AV1 1.4 as Debian 12 has it, with what was measured of its settings (bench/README.md has the figures).
#include "transcode/svt_av1.hpp"

extern "C" {
#include <libavutil/pixdesc.h>
}

#include <algorithm>
#include <cmath>
#include <span>

#include <fmt/format.h>

#include "transcode/av/dict.hpp"
#include "transcode/av/error.hpp"
#include "transcode/av1_header.hpp"

namespace chalkline::transcode {

namespace {
constexpr int kNoKeyFrames = 1'000'000;  // pictures: the first is the only one

// As many bits as four levels for the same VMAF, and a tenth less CPU. tune 0, overlays and no temporal filter cost 2
// to 6 % of bits; a longer look ahead and quantisation matrices change nothing.
constexpr const char* kParams = "hierarchical-levels=5";

}  // namespace

int av1_preset_for(int preset, int width, int height) {
  const int side = std::min(width, height);
  return std::min(preset + (side > 480 ? 1 : 0) + (side > 720 ? 1 : 0), 12);
}

Result<av::CodecPtr> open_svt_av1(const SvtAv1Settings& settings, const AVFrame& like) {
  const std::string doing = fmt::format("opening the AV1 encoder for {}x{}", settings.width, settings.height);
  const AVCodec* encoder = avcodec_find_encoder_by_name("libsvtav1");
  if (encoder == nullptr)
    return Error(Errc::kInternal, doing + ": libsvtav1 is missing", "install Debian's libavcodec59");
  av::CodecPtr codec(avcodec_alloc_context3(encoder));
  if (!codec) return av::error(AVERROR(ENOMEM), doing);
  codec->width = settings.width;
  codec->height = settings.height;
  codec->pix_fmt = kAv1PixelFormat;
  codec->sample_aspect_ratio = {1, 1};
  codec->time_base = {1, static_cast<int>(settings.timescale)};
  codec->framerate = {static_cast<int>(settings.frame_rate.num), static_cast<int>(settings.frame_rate.den)};
  codec->colorspace = like.colorspace;
  codec->color_primaries = like.color_primaries;
  codec->color_trc = like.color_trc;
  codec->color_range = AVCOL_RANGE_MPEG;
  codec->gop_size = kNoKeyFrames;
  codec->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  av::Dict options{{"preset", std::to_string(settings.preset)},
                   {"crf", std::to_string(std::lround(settings.crf))},
                   {"svtav1-params", fmt::format("lp={}:{}", settings.threads, kParams)}};
  const int status = avcodec_open2(codec.get(), encoder, &options);
  if (status < 0) return av::error(status, doing);
  CHALK_TRY(options.all_used("libsvtav1"));
  return codec;
}

Result<std::string> av1_codecs(const AVCodecContext& codec) {
  const auto* data = reinterpret_cast<const std::byte*>(codec.extradata);
  const auto level = av1_level({data, static_cast<std::size_t>(codec.extradata_size)});
  if (!level) return Error(Errc::kInternal, "the AV1 encoder wrote no sequence header that can be read");
  const AVPixFmtDescriptor* format = av_pix_fmt_desc_get(codec.pix_fmt);
  return fmt::format("av01.{}.{:02}{}.{:02}", level->profile, level->level, level->high_tier ? 'H' : 'M',
                     format->comp[0].depth);
}

}  // namespace chalkline::transcode
