// The gain that a sample gets is the mean, over the look-ahead, of the least gain that any peak within it wants: each
// of the averaged values is low enough for the sample, so their mean is. (Giannoulis, Massberg and Reiss, 2012, have
// the parts.)
#include "transcode/sound/limiter.hpp"

#include <algorithm>
#include <cmath>

#include "transcode/sound/loudness.hpp"

namespace chalkline::transcode {

namespace {

const double kRelease = 1 - std::exp(-1 / (0.03 * 48'000));  // 30 ms: the next syllable is whole again
constexpr double kInaudible = 1e-4;                          // of gain: 0.001 dB

}  // namespace

Limiter::Limiter(int channels, double gain_db, double ceiling_db)
    : channels_(static_cast<std::size_t>(channels)),
      gain_(static_cast<float>(db_to_gain(gain_db))),
      ceiling_(db_to_gain(ceiling_db)),
      smoothed_(kLookAhead, 1.0),
      sum_(kLookAhead) {
  for (Channel& channel : channels_) channel.late.assign(static_cast<std::size_t>(latency()), 0.0F);
}

// Of the two samples in the interpolator's middle and of what lies between them.
double Limiter::peak_near_middle() const {
  double peak = 0;
  for (const Channel& channel : channels_) peak = std::max(peak, peak_in_middle(channel.newest.data() + tap_ + kTaps));
  return peak;
}

double Limiter::least_wanted(double wanted) {
  if (wanted < 1) {
    while (!window_.empty() && window_.back().gain >= wanted) window_.pop_back();
    window_.push_back({now_, wanted});
  }
  if (!window_.empty() && window_.front().at < now_ - kLookAhead) window_.pop_front();
  return window_.empty() ? 1.0 : window_.front().gain;
}

void Limiter::process(float* const* planes, std::size_t samples) {
  const auto may_peak = static_cast<float>(ceiling_ / kMostInterpolated);
  for (std::size_t i = 0; i < samples; ++i, ++now_) {
    if (++tap_ == kTaps) tap_ = 0;
    ++quiet_;
    for (std::size_t c = 0; c < channels_.size(); ++c) {
      const float sample = planes[c][i] * gain_;
      channels_[c].newest[tap_] = channels_[c].newest[tap_ + kTaps] = sample;
      if (std::abs(sample) > may_peak) quiet_ = 0;
    }
    const double peak = quiet_ < kTaps ? peak_near_middle() : 0;
    const double least = least_wanted(peak > ceiling_ ? ceiling_ / peak : 1.0);
    double gain = 1;
    if (least >= 1 && whole_ >= kLookAhead) {
      sum_ = kLookAhead;  // all that is averaged is 1
    } else {
      held_ = std::min(least, held_ + (1 - held_) * kRelease);
      if (held_ > 1 - kInaudible) held_ = 1;
      whole_ = held_ < 1 ? 0 : whole_ + 1;
      sum_ += held_ - smoothed_[smooth_at_];
      smoothed_[smooth_at_] = held_;
      if (++smooth_at_ == smoothed_.size()) smooth_at_ = 0;
      gain = std::min(1.0, sum_ / kLookAhead);
    }
    for (std::size_t c = 0; c < channels_.size(); ++c) {
      float& late = channels_[c].late[late_at_];
      const float out = late;
      late = planes[c][i] * gain_;
      planes[c][i] = static_cast<float>(out * gain);
    }
    if (++late_at_ == static_cast<std::size_t>(latency())) late_at_ = 0;
  }
}

}  // namespace chalkline::transcode
