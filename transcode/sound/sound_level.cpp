// The rules, and the limiter on paper.
#include "transcode/sound/sound_level.hpp"

#include <algorithm>
#include <cmath>

namespace chalkline::transcode {

namespace {

// What a coder does to speech, measured on four lectures and on synthetic voices: it takes from the loudness what it
// leaves out above its band, and its errors stand on top of the peaks, the more the fewer its bits. Of Opus the few
// packets that pass -1 dBTP nevertheless are encoded again (opus_coder.cpp), which is why its ceilings need not be
// lower.
struct CoderTraits {
  double lost_lu;
  double ceiling_db;
};

CoderTraits traits_of(Codec codec, int kbps) {
  if (codec != Codec::kOpus) return {0.0, -2.5};
  if (kbps < 16) return {0.4, -3.4};
  if (kbps < 32) return {0.2, -2.6};
  return {0.1, -2.0};
}

constexpr double kMostGainDb = 60;   // for a voice far from its microphone
constexpr double kMostBlindDb = 20;  // where nothing but noise is heard
constexpr double kMostTrimDb = 12;   // what the limiter takes may be given back by this much
constexpr double kReleased = 0.283;  // in a piece, of what the limiter took: 1 - exp(-10 ms / 30 ms)
constexpr int kHalvings = 12;
// A voice so peaky that the limiter cannot give it its loudness gets a higher ceiling, in steps.
constexpr double kMissedLu = 0.4;
constexpr double kCeilingStepDb = 0.5;
constexpr double kHighestCeilingDb = -1.5;

}  // namespace

std::vector<float> gains_behind(const LoudnessProfile& profile, const SoundLevel& level) {
  const auto gain = static_cast<float>(db_to_gain(level.gain_db));
  const auto ceiling = static_cast<float>(db_to_gain(level.ceiling_db));
  std::vector<float> gains(profile.peak.size());
  float held = 1;
  for (std::size_t i = 0; i < gains.size(); ++i) {
    const float peak = profile.peak[i] * gain;
    held = std::min(peak > ceiling ? ceiling / peak : 1.0F, held + (1 - held) * static_cast<float>(kReleased));
    gains[i] = held * gain;
  }
  return gains;
}

SoundLevel level_for(const LoudnessProfile& profile, Codec codec, int kbps_per_channel, int target_lufs, bool music) {
  const CoderTraits coder = traits_of(codec, kbps_per_channel);
  SoundLevel level{0, coder.ceiling_db};
  const double lufs = integrated_lufs(profile);
  if (!std::isfinite(lufs)) return level;
  const double wanted = target_lufs + coder.lost_lu;
  const double most = music || outstanding_share(profile) >= kVoiceShare ? kMostGainDb : kMostBlindDb;
  if (wanted - lufs > most) {
    level.gain_db = most;
    return level;
  }
  // Without the limiter this would be it; with it, somewhat more. Loudness never falls with the gain.
  for (;; level.ceiling_db += kCeilingStepDb) {
    double low = wanted - lufs, high = std::min(low + kMostTrimDb, most);
    for (int i = 0; i < kHalvings; ++i) {
      level.gain_db = (low + high) / 2;
      (integrated_lufs(profile, gains_behind(profile, level)) < wanted ? low : high) = level.gain_db;
    }
    level.gain_db = low;
    const bool missed = integrated_lufs(profile, gains_behind(profile, level)) < wanted - kMissedLu;
    if (!missed || level.ceiling_db + kCeilingStepDb > kHighestCeilingDb) return level;
  }
}

}  // namespace chalkline::transcode
