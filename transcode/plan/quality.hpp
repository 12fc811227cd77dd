// How good a picture looks beside the one it was made from, on a scale of 0..100 on which about six are one
// just-noticeable step, as VMAF's is. Pure arithmetic over luma.
#pragma once

extern "C" {
#include <libavutil/frame.h>
}

namespace chalkline::transcode {

// Both of the same size, yuv420p.
double picture_quality(const AVFrame& reference, const AVFrame& shown);

}  // namespace chalkline::transcode
