// Minimum statistics (R. Martin, IEEE Trans. Speech and Audio Processing 9(5), 2001), on 100 ms at a time: who speaks
// draws breath every few seconds, and what is left then is the noise.
#include "transcode/sound/noise.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace chalkline::transcode {

namespace {
constexpr std::size_t kWindow = 500;  // pieces: 5 s
constexpr std::size_t kBreath = 10;   // pieces: 100 ms
// Of the windows' minima that which a quarter is below: where the voice goes on through a window, its minimum is no
// noise.
constexpr double kQuarter = 0.25;
// Below the voice. As far down begins what counts as a pause (audio_track.cpp): where the noise is lower, pauses are
// silent already, and between words the voice hides it.
constexpr double kInaudibleLu = 32;

float least_breath(const float* pieces) {
  float sum = std::accumulate(pieces, pieces + kBreath, 0.0F);
  float least = sum;
  for (std::size_t i = kBreath; i < kWindow; ++i) {
    sum = std::accumulate(pieces + i + 1 - kBreath, pieces + i + 1, 0.0F);
    least = std::min(least, sum);
  }
  return least / kBreath;
}
}  // namespace

double noise_behind_voice(const LoudnessProfile& profile) {
  if (outstanding_share(profile) < kVoiceShare) return kNoLoudness;
  std::vector<float> minima;
  for (std::size_t from = 0; from + kWindow <= profile.energy.size(); from += kWindow)
    minima.push_back(least_breath(profile.energy.data() + from));
  if (minima.empty()) return kNoLoudness;
  const auto quarter = minima.begin() + static_cast<std::ptrdiff_t>(kQuarter * static_cast<double>(minima.size() - 1));
  std::ranges::nth_element(minima, quarter);
  const double noise = 10 * std::log10(static_cast<double>(*quarter));  // -inf for digital silence
  return noise > integrated_lufs(profile) - kInaudibleLu ? noise : kNoLoudness;
}

}  // namespace chalkline::transcode
