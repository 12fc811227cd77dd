// What a signal reaches between its samples (ITU-R BS.1770-4 annex 2): the interpolator that the limiter and whoever
// hears what was coded share. Pure.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace chalkline::transcode {

inline constexpr std::size_t kPeakTaps = 12;
inline constexpr std::size_t kPeakReach = 6;      // samples, to either side of what lies in the middle
inline constexpr double kMostInterpolated = 2.1;  // over the largest sample: the sum of the taps' sizes

// BS.1770-4's order 48, four phases: the other two are these two backwards. Of the sample k ago, in what lies at each
// of the phases: one row, so that a vector holds it.
inline constexpr std::array<std::array<double, 4>, kPeakTaps> kPeakPhases = [] {
  constexpr std::array<double, kPeakTaps> quarter = {
      0.0017089843750, 0.0109863281250,  -0.0196533203125, 0.0332031250000, -0.0594482421875, 0.1373291015625,
      0.9721679687500, -0.1022949218750, 0.0476074218750,  -0.026611328125, 0.0148925781250,  -0.0083007812500};
  constexpr std::array<double, kPeakTaps> half = {
      -0.0291748046875, 0.0292968750000,  -0.0517578125000, 0.0891113281250,  -0.1665039062500, 0.4650878906250,
      0.7797851562500,  -0.2003173828125, 0.1015625000000,  -0.0582275390625, 0.0330810546875,  -0.0189208984375};
  std::array<std::array<double, 4>, kPeakTaps> rows{};
  for (std::size_t k = 0; k < kPeakTaps; ++k) rows[k] = {quarter[k], half[k], half[11 - k], quarter[11 - k]};
  return rows;
}();

// The largest of the two samples in the middle of kPeakTaps, of which `newest` is the last, and of what lies between
// them: at kPeakReach before it and half a sample later.
inline double peak_in_middle(const float* newest) {
  std::array<double, 4> between{};
  const float* now = newest;  // k samples ago: now[-k]
  for (std::size_t k = 0; k < kPeakTaps; ++k, --now)
    for (std::size_t phase = 0; phase < between.size(); ++phase) between[phase] += kPeakPhases[k][phase] * *now;
  const float* middle = newest - kPeakReach;
  double peak = std::max<double>(std::abs(middle[0]), std::abs(middle[1]));
  for (const double value : between) peak = std::max(peak, std::abs(value));
  return peak;
}

}  // namespace chalkline::transcode
