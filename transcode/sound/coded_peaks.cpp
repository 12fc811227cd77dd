// A packet at a time, looked at between its samples only where these come near the limit.
#include "transcode/sound/coded_peaks.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "transcode/sound/loudness.hpp"
#include "transcode/sound/true_peak.hpp"

namespace chalkline::transcode {

namespace {

constexpr std::size_t kBefore = kPeakTaps - 1;
constexpr long kHeld = 96;  // samples, 2 ms: of a voice's pulse, the part that is loud

// Of the lowering, so many samples from its peak.
float share_at(long distance) {
  static const std::array<float, kLowered> table = [] {
    std::array<float, kLowered> shares{};
    for (long i = 0; i < kLowered; ++i)
      shares[static_cast<std::size_t>(i)] =
          i <= kHeld ? 1.0F
                     : static_cast<float>(0.5 + 0.5 * std::cos(std::numbers::pi * static_cast<double>(i - kHeld) /
                                                               static_cast<double>(kLowered - kHeld)));
    return shares;
  }();
  return table[static_cast<std::size_t>(std::abs(distance))];
}

}  // namespace

CodedPeaks::CodedPeaks(int channels)
    : channels_(static_cast<std::size_t>(channels), std::vector<float>(kBefore, 0.0F)) {}

void CodedPeaks::forget() {
  for (auto& channel : channels_) channel.assign(kBefore, 0.0F);
}

float CodedPeaks::find(std::span<const float> interleaved, double most, std::vector<CodedPeak>& peaks) {
  const auto may_peak = static_cast<float>(most / kMostInterpolated);
  const std::size_t samples = interleaved.size() / channels_.size();
  float largest = 0;
  for (std::size_t c = 0; c < channels_.size(); ++c) {
    auto& channel = channels_[c];
    channel.erase(channel.begin(), channel.end() - static_cast<std::ptrdiff_t>(kBefore));
    for (std::size_t i = 0; i < samples; ++i) channel.push_back(interleaved[i * channels_.size() + c]);
    std::size_t loud = 0;  // samples for which one that may be part of a peak is among the taps
    for (std::size_t i = 0; i < channel.size(); ++i) {
      const float size = std::abs(channel[i]);
      if (i >= kBefore) largest = std::max(largest, size);
      if (size > may_peak) loud = kPeakTaps;
      if (loud == 0) continue;
      --loud;
      if (i < kBefore) continue;
      if (const double peak = peak_in_middle(&channel[i]); peak > most)
        peaks.push_back(
            {static_cast<long>(i - kBefore) - static_cast<long>(kPeakReach), static_cast<float>(most / peak)});
    }
  }
  return largest;
}

std::vector<float> gains_around(std::span<const CodedPeak> peaks, double more_db, long from, std::size_t samples) {
  std::vector<float> gains(samples, 1.0F);
  const auto more = static_cast<float>(db_to_gain(-more_db));
  const long end = from + static_cast<long>(samples);
  for (const CodedPeak& peak : peaks) {
    const float lowered = 1 - peak.gain * more;
    for (long i = std::max(from, peak.at - kLowered + 1); i < std::min(end, peak.at + kLowered); ++i) {
      float& gain = gains[static_cast<std::size_t>(i - from)];
      gain = std::min(gain, 1 - lowered * share_at(i - peak.at));
    }
  }
  return gains;
}

}  // namespace chalkline::transcode
