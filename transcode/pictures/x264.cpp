// Settings by content, each with its measurement (bench/quality on lecture recordings, VMAF).
#include "transcode/pictures/x264.hpp"

extern "C" {
#include <libavutil/cpu.h>
}

#include <algorithm>

#include <fmt/format.h>

#include "transcode/av/dict.hpp"
#include "transcode/pictures/x264_memory.hpp"

namespace chalkline::transcode {

namespace {

// Only the reader's boundaries are IDRs; a scene cut within a segment may be coded as a plain I picture.
constexpr const char* kAlways = "keyint=infinite:min-keyint=1000000:open-gop=0:stitchable=0";

// At these rates psychovisual energy and adaptive quantisation spend on flat walls and paper what faces and letters
// need: without them the same VMAF costs 15 to 20 % less, on slides and on talking heads.
constexpr const char* kAtLowRates = ":psy=0";
// Only with adaptive quantisation on does x264 heed regions of interest; with no strength it does nothing else.
constexpr const char* kNoAq = ":aq-mode=0";
constexpr const char* kRegions = ":aq-mode=1:aq-strength=0";
// A camera gains another 3 % from more B-frames and a longer look ahead; every picture looked at is held in memory, so
// a large one gets less of it (five rungs of 1080 lines stay under 1.5 GB).
constexpr const char* kMovingParams = ":bframes=8";

// Slides are small work for an encoder, so it may weigh every choice by its bits: 5 % fewer of them at the same CRF and
// VMAF.
constexpr const char* kStillParams = ":subme=10";

// x264 codes an IDR finer than what follows it by its ip_factor, but not the first of an encoder, which has seen
// nothing yet: a zone of one picture does the same for that one.
constexpr const char* kGoesOn = ":zones=0,0,b=1.4";

// As many reference pictures as the level of the size holds (H.264 table A-1, MaxDpbMbs: level 3 up to 480 lines, 3.1
// for 720, 4 for 1080): presets and tunes ask for up to ten, and an old phone refuses the level that this makes.
int references(const X264Settings& settings) {
  const int macroblocks = ((settings.format.width + 15) / 16) * ((settings.format.height + 15) / 16);
  // Of a still's probe encode one: found to give the same bits and quality to a tenth of a percent.
  if (settings.probing && settings.kind == ContentKind::kStill) return 1;
  const int buffer = macroblocks <= 1620 ? 8100 : macroblocks <= 3600 ? 18000 : macroblocks <= 8192 ? 32768 : 110400;
  return std::clamp(buffer / macroblocks, 1, 5);
}

int look_ahead(const X264Settings& settings) {
  const int pixels = settings.format.width * settings.format.height;
  if (pixels > 1280 * 736) return 20;
  // A still is repeated once a second: 20 pictures are as long as it usually stands. Of lecture slides 2 % fewer bits
  // at 0.1 VMAF less than with 40, and half of the encoder's memory. A probe encode's are closer together.
  if (settings.kind == ContentKind::kStill && !settings.probing) return 20;
  return pixels > 854 * 480 ? 40 : 60;
}

// kbit: a slide's first picture, which a lowest rung could not send within two seconds, must still be let through.
constexpr int kLeastBuffer = 300;

}  // namespace

std::string x264_repeatable() {
  return (av_get_cpu_flags() & AV_CPU_FLAG_AVX512) != 0 && !x264_memory_is_clear() ? ":asm=avx2" : "";
}

Result<av::CodecPtr> open_x264(const X264Settings& settings, const AVFrame& like) {
  CHALK_TRY_ASSIGN(av::CodecPtr codec, av::picture_encoder("libx264", settings.format, like));
  codec->thread_count = settings.threads;
  codec->flags |= AV_CODEC_FLAG_BITEXACT;
  if (settings.max_kbps > 0) {
    codec->rc_max_rate = settings.max_kbps * 1000LL;
    codec->rc_buffer_size = std::max(settings.max_kbps * 2, kLeastBuffer) * 1000;  // two seconds, or an IDR
  }
  std::string params = kAlways;
  params += x264_repeatable();
  params += kAtLowRates;
  params += settings.regions ? kRegions : kNoAq;
  params += fmt::format(":rc-lookahead={}:ref={}", look_ahead(settings), references(settings));
  if (settings.goes_on) params += kGoesOn;
  if (settings.kind == ContentKind::kMoving) params += kMovingParams;
  if (settings.kind == ContentKind::kStill && !settings.probing) params += kStillParams;
  av::Dict options{{"preset", settings.preset},
                   {"profile", "high"},
                   {"crf", fmt::format("{:.2f}", settings.crf)},
                   {"forced-idr", "1"},
                   {"x264-params", params}};
  if (settings.kind == ContentKind::kStill) options.set("tune", "animation");
  CHALK_TRY(av::open_encoder(*codec, options));
  return codec;
}

}  // namespace chalkline::transcode
