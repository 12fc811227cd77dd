// The chain of filters that a frame's own properties call for, rebuilt when they change in mid-stream.
#include "transcode/reading/picture.hpp"

extern "C" {
#include <libavutil/mathematics.h>
#include <libavutil/pixdesc.h>
}

#include <fmt/format.h>

namespace chalkline::transcode {

namespace {

bool is_hdr(AVColorTransferCharacteristic transfer) {
  return transfer == AVCOL_TRC_SMPTE2084 || transfer == AVCOL_TRC_ARIB_STD_B67;
}

bool is_rgb(const AVFrame& frame) {
  const AVPixFmtDescriptor* descriptor = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(frame.format));
  return descriptor != nullptr && (descriptor->flags & (AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL)) != 0;
}

bool is_full_range(const AVFrame& frame) {
  switch (frame.format) {
    case AV_PIX_FMT_YUVJ420P:
    case AV_PIX_FMT_YUVJ422P:
    case AV_PIX_FMT_YUVJ444P:
    case AV_PIX_FMT_YUVJ440P: return true;
    default: return frame.color_range == AVCOL_RANGE_JPEG;
  }
}

}  // namespace

AVColorSpace effective_matrix(AVColorSpace tagged, int height) {
  switch (tagged) {
    case AVCOL_SPC_BT709:
    case AVCOL_SPC_SMPTE170M:
    case AVCOL_SPC_BT470BG:
    case AVCOL_SPC_BT2020_NCL: return tagged;
    default: return height >= 720 ? AVCOL_SPC_BT709 : AVCOL_SPC_SMPTE170M;
  }
}

PictureNormaliser::PictureNormaliser(const VideoFacts& facts, AVRational stream_time_base)
    : facts_(facts), stream_time_base_(stream_time_base), interlaced_(facts.interlaced) {}

bool PictureNormaliser::needs_new_graph(const AVFrame& frame) {
  const bool newly_interlaced = frame.interlaced_frame != 0 && !interlaced_;
  interlaced_ = interlaced_ || newly_interlaced;
  return !graph_ || newly_interlaced || frame.width != width_ || frame.height != height_ || frame.format != format_ ||
         av_cmp_q(frame.sample_aspect_ratio, sar_) != 0 || frame.colorspace != matrix_ || frame.color_range != range_ ||
         frame.color_trc != transfer_;
}

std::string PictureNormaliser::chain_for(const AVFrame& frame) const {
  std::string chain;
  const auto add = [&](const std::string& filter) { chain += (chain.empty() ? "" : ",") + filter; };
  if (interlaced_) add("bwdif=mode=send_frame:deint=interlaced");

  // The size before rotation.
  int width = facts_.width;
  int height = facts_.height;
  if (facts_.on_its_side) std::swap(width, height);

  if (is_hdr(frame.color_trc)) {
    // ITU-R BT.2408: diffuse white at 203 cd/m2. Mobius keeps what is below it as it was.
    const char* matrix = frame.colorspace == AVCOL_SPC_BT709 ? "709" : "2020_ncl";
    const char* primaries = frame.color_primaries == AVCOL_PRI_BT709 ? "709" : "2020";
    const char* transfer = frame.color_trc == AVCOL_TRC_SMPTE2084 ? "smpte2084" : "arib-std-b67";
    add(fmt::format("zscale=tin={}:min={}:pin={}:rin={}:t=linear:npl=203", transfer, matrix, primaries,
                    is_full_range(frame) ? "full" : "limited"));
    add("format=gbrpf32le,zscale=p=709,tonemap=mobius:desat=0,zscale=t=709:m=709:r=limited,format=yuv420p");
    add(fmt::format("scale={}:{}:flags=bicubic", width, height));
  } else {
    const bool same_aspect =
        frame.sample_aspect_ratio.num <= 0 || frame.sample_aspect_ratio.num == frame.sample_aspect_ratio.den;
    const bool crop_only = same_aspect && (frame.width & ~1) == width && (frame.height & ~1) == height;
    if (crop_only && (frame.width != width || frame.height != height))
      add(fmt::format("crop={}:{}:0:0:exact=1", width, height));
    const bool resize = !crop_only;
    const bool first_size = frame.width == facts_.coded_width && frame.height == facts_.coded_height;
    const bool to_limited = is_full_range(frame) || is_rgb(frame);
    std::string scale;
    if (resize && first_size) {
      scale = fmt::format("scale={}:{}:flags=bicubic+accurate_rnd", width, height);
    } else if (resize) {  // the picture changed its size in mid-stream: it is fitted into the first one's
      scale = fmt::format("scale={}:{}:force_original_aspect_ratio=decrease:force_divisible_by=2:flags=bicubic", width,
                          height);
    } else if (to_limited || frame.format != AV_PIX_FMT_YUV420P) {
      scale = "scale=flags=bicubic+accurate_rnd";
    }
    if (!scale.empty()) {
      const AVColorSpace matrix = effective_matrix(frame.colorspace, frame.height);
      const bool bt709 = matrix == AVCOL_SPC_BT709 || matrix == AVCOL_SPC_BT2020_NCL;
      const char* in = matrix == AVCOL_SPC_BT2020_NCL ? "bt2020" : bt709 ? "bt709" : "bt601";
      scale += fmt::format(":in_color_matrix={}:out_color_matrix={}:in_range={}:out_range=tv", in,
                           bt709 ? "bt709" : "bt601", is_full_range(frame) ? "pc" : "tv");
      add(scale);
    }
    if (resize && !first_size) add(fmt::format("pad={}:{}:-1:-1", width, height));
  }
  if (!facts_.upright.empty()) add(facts_.upright);
  add("format=yuv420p,setsar=1");
  add(fmt::format("settb=1/{}", facts_.timescale));
  return chain;
}

Result<void> PictureNormaliser::build_graph(const AVFrame& frame) {
  CHALK_TRY_ASSIGN(graph_, av::FilterGraph::make_video(frame, stream_time_base_, chain_for(frame)));
  width_ = frame.width;
  height_ = frame.height;
  format_ = frame.format;
  sar_ = frame.sample_aspect_ratio;
  matrix_ = frame.colorspace;
  range_ = frame.color_range;
  transfer_ = frame.color_trc;
  return {};
}

void PictureNormaliser::finish_tags(AVFrame& frame) const {
  const AVColorSpace matrix = effective_matrix(matrix_, height_);
  const bool bt709 = is_hdr(transfer_) || matrix == AVCOL_SPC_BT709 || matrix == AVCOL_SPC_BT2020_NCL;
  frame.colorspace = bt709 ? AVCOL_SPC_BT709 : AVCOL_SPC_SMPTE170M;
  frame.color_primaries = bt709 ? AVCOL_PRI_BT709 : AVCOL_PRI_SMPTE170M;
  frame.color_trc = bt709 ? AVCOL_TRC_BT709 : AVCOL_TRC_SMPTE170M;
  frame.color_range = AVCOL_RANGE_MPEG;
  frame.pict_type = AV_PICTURE_TYPE_NONE;
  frame.interlaced_frame = 0;
}

}  // namespace chalkline::transcode
