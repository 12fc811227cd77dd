// Opening SVT-AV1 through libavcodec, as x264.hpp does for H.264. The rungs' encoders and the probe encodes go through
// here.
#pragma once

#include <string>

#include "core/error.hpp"
#include "core/rendition.hpp"
#include "transcode/av/picture_encoder.hpp"

namespace chalkline::transcode {

struct SvtAv1Settings {
  av::PictureFormat format;  // of kAv1PixelFormat; its frame rate chooses the level (AV1 A.3)
  double crf = 45;           // 0..63, whole numbers: SVT-AV1 1.4 takes no others
  int preset = 5;            // 0..12, lower is slower
  int threads = 1;
};

// The pictures must be of kAv1PixelFormat. `like`: a picture whose colour tags the stream takes over. The first picture
// is the only key frame, whatever AVFrame::pict_type says: SVT-AV1 1.4 does not place key frames where it is asked to,
// so a segment has an encoder of its own. All of the same settings write the same sequence header. One at a time in a
// process: SVT-AV1 1.4 fills tables that all its encoders share whenever one is opened, and one that works meanwhile
// writes where it should not. It takes 0.4 GB for a million pixels, whatever the lesson's length.
Result<av::CodecPtr> open_svt_av1(const SvtAv1Settings& settings, const AVFrame& like);

// The preset for a picture of this size, of the one configured for small pictures: one more above 480 lines, another
// above 720. A 1080p rung would else take a day for an hour of lesson, and is the last that a saver needs.
int av1_preset_for(int preset, int width, int height);

// 10 bit, which AV1's Main profile has as well as 8: 1 to 2 % fewer bits for the same VMAF on a talking head.
inline constexpr AVPixelFormat kAv1PixelFormat = AV_PIX_FMT_YUV420P10LE;

// Of the pictures that a codec's encoder is given.
constexpr AVPixelFormat pixel_format(Codec codec) {
  return codec == Codec::kAv1 ? kAv1PixelFormat : AV_PIX_FMT_YUV420P;
}

// RFC 6381 by the AV1 ISOBMFF binding (5): "av01.", profile, level and tier, bit depth, from the sequence header OBU
// that an open encoder has as its extradata. kInternal where that is none.
Result<std::string> av1_codecs(const AVCodecContext& codec);

}  // namespace chalkline::transcode
