// x265 3.5 as Debian 12 has it, with what was measured of its settings (docs/encoding.md has the figures).
#include "transcode/pictures/x265.hpp"

#include <fmt/format.h>

#include "transcode/av/dict.hpp"

namespace chalkline::transcode {

namespace {

// Only the reader's boundaries are IDRs. x265 says nothing of itself, in the stream or on stderr; nor does it claim a
// frame rate, which its pictures do not keep.
constexpr const char* kAlways =
    "keyint=-1:min-keyint=1000000:scenecut=0:open-gop=0:info=0:log-level=none:vui-timing-info=0";

// As of x264 (x264.cpp): on a talking head of 480 lines psychovisual energy costs 7 % of bits at the same VMAF,
// adaptive quantisation 10. Eight B-frames and a longer look ahead cost 2, coding units of 32 pixels at most 3.
constexpr const char* kAtLowRates = ":psy-rd=0:psy-rdoq=0:aq-mode=0";

// Its rate control knows one frame rate, not how long a picture stands, and codes finer what comes more seldom. So that
// a CRF is the same quality in a probe encode and in a rung of any rate it is told the usual one where there are fewer.
constexpr Ratio kUsualRate{30, 1};

// One picture at a time: what several know of one another's bits depends on the machine. The rows of a picture are
// shared out instead, which costs a bit for each.
std::string threads(int count) {
  return count > 1 ? fmt::format(":frame-threads=1:pools={}", count) : ":frame-threads=1:pools=none";
}

}  // namespace

Result<av::CodecPtr> open_x265(const X265Settings& settings, const AVFrame& like) {
  av::PictureFormat format = settings.format;
  if (format.frame_rate.value() < kUsualRate.value()) format.frame_rate = kUsualRate;
  CHALK_TRY_ASSIGN(av::CodecPtr codec, av::picture_encoder("libx265", format, like));
  codec->flags |= AV_CODEC_FLAG_BITEXACT;
  std::string params = kAlways;
  params += kAtLowRates;
  params += threads(settings.threads);
  av::Dict options{{"preset", settings.preset},
                   {"profile", "main"},
                   {"crf", fmt::format("{:.2f}", settings.crf)},
                   {"forced-idr", "1"},
                   {"x265-params", params}};
  CHALK_TRY(av::open_encoder(*codec, options));
  return codec;
}

}  // namespace chalkline::transcode
