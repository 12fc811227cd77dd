// What every encoder of pictures is told before its own settings: size, pixels, clock, colours. Used by x264.cpp,
// svt_av1.cpp and ordinary_ladder.cpp.
#pragma once

#include <string_view>

#include "core/error.hpp"
#include "core/media_time.hpp"
#include "transcode/av/dict.hpp"
#include "transcode/av/ptr.hpp"

namespace chalkline::transcode::av {

struct PictureFormat {
  int width = 0;
  int height = 0;
  AVPixelFormat pixels = AV_PIX_FMT_YUV420P;
  Timescale timescale = 90000;
  Ratio frame_rate;  // the most
};

// Allocated, with square pixels, limited range and the colour tags of `like`, its headers apart from its packets; not
// open yet. `name`: libavcodec's ("libx264"). kInternal where this libavcodec has no such encoder.
Result<CodecPtr> picture_encoder(const char* name, const PictureFormat& format, const AVFrame& like);

// Opens it; an option that it does not know is kInternal.
Result<void> open_encoder(AVCodecContext& codec, Dict& options);

}  // namespace chalkline::transcode::av
