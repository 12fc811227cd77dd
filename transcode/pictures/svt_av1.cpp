// SVT-AV1 1.4 as Debian 12 has it, with what was measured of its settings (bench/README.md has the figures).
#include "transcode/pictures/svt_av1.hpp"

extern "C" {
#include <libavutil/pixdesc.h>
}

#include <algorithm>
#include <cmath>
#include <span>

#include <fmt/format.h>

#include "transcode/av/dict.hpp"
#include "transcode/pictures/av1_header.hpp"

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
  CHALK_TRY_ASSIGN(av::CodecPtr codec, av::picture_encoder("libsvtav1", settings.format, like));
  codec->gop_size = kNoKeyFrames;
  av::Dict options{{"preset", std::to_string(settings.preset)},
                   {"crf", std::to_string(std::lround(settings.crf))},
                   {"svtav1-params", fmt::format("lp={}:{}", settings.threads, kParams)}};
  CHALK_TRY(av::open_encoder(*codec, options));
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
