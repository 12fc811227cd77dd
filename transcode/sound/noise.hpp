// The noise of a room behind a voice: a fan, a street, the microphone itself. Heard from what the loudness was measured
// by, so that it costs no pass of its own. Pure.
#pragma once

#include "transcode/sound/loudness.hpp"

namespace chalkline::transcode {

// dB, K-weighted (BS.1770-4), of the noise that is there also where nobody speaks. kNoLoudness where no voice stands
// out of it, where it is so far below the voice that nobody hears it, and where less than five seconds were heard.
double noise_behind_voice(const LoudnessProfile& profile);

}  // namespace chalkline::transcode
