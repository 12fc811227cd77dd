// K weighting, blocks, gates.
#include "transcode/sound/loudness.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>

namespace chalkline::transcode {

namespace {

// BS.1770-4 annex 1, tables 1 and 2: a shelf for the head, then a high-pass; for 48 kHz.
struct Biquad {
  double b0, b1, b2, a1, a2;
};
constexpr Biquad kShelf = {1.53512485958697, -2.69169618940638, 1.19839281085285, -1.69065929318241, 0.73248077421585};
constexpr Biquad kHighPass = {1, -2, 1, -1.99004745483398, 0.99007225036621};

constexpr std::size_t kBlock = 40;       // pieces, 400 ms
constexpr std::size_t kStep = 10;        // pieces from one block to the next: they overlap by three quarters
constexpr double kOffset = -0.691;       // LU
constexpr double kAbsoluteGate = -70;    // LUFS
constexpr double kRelativeGateLu = -10;  // below the mean of what passes the absolute gate
constexpr double kQuietTenth = 0.1;
constexpr double kOutstandingLu = 6;

double filter(const Biquad& f, std::array<double, 2>& state, double in) {
  const double out = f.b0 * in + state[0];
  state[0] = f.b1 * in - f.a1 * out + state[1];
  state[1] = f.b2 * in - f.a2 * out;
  return out;
}

double to_energy(double lufs) { return std::pow(10.0, (lufs - kOffset) / 10); }

// Mean squares of the blocks that pass the absolute gate.
std::vector<double> audible_blocks(const LoudnessProfile& profile, const std::vector<float>& gain) {
  static const double gate = to_energy(kAbsoluteGate);
  std::vector<double> blocks;
  std::array<double, kBlock / kStep> steps{};
  const std::size_t pieces = profile.energy.size();
  for (std::size_t step = 0; (step + 1) * kStep <= pieces; ++step) {
    double sum = 0;
    for (std::size_t i = step * kStep; i < (step + 1) * kStep; ++i) {
      const double factor = gain.empty() ? 1.0 : gain[i];
      sum += profile.energy[i] * factor * factor;
    }
    steps[step % steps.size()] = sum;
    if (step + 1 < steps.size()) continue;
    const double mean = std::accumulate(steps.begin(), steps.end(), 0.0) / kBlock;
    if (mean > gate) blocks.push_back(mean);
  }
  return blocks;
}

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

}  // namespace

double db_to_gain(double db) { return std::pow(10.0, db / 20); }
double gain_to_db(double gain) { return gain > 0 ? 20 * std::log10(gain) : kNoLoudness; }

void LoudnessMeter::add(const float* const* planes, std::size_t samples) {
  for (std::size_t i = 0; i < samples; ++i) {
    for (std::size_t c = 0; c < channels_.size(); ++c) {
      const float sample = planes[c][i];
      const double weighted =
          filter(kHighPass, channels_[c].high_pass, filter(kShelf, channels_[c].shelf, static_cast<double>(sample)));
      energy_ += weighted * weighted;
      peak_ = std::max(peak_, std::abs(sample));
    }
    if (++count_ < kLoudnessPiece) continue;
    profile_.energy.push_back(static_cast<float>(energy_ / kLoudnessPiece));
    profile_.peak.push_back(peak_);
    energy_ = 0;
    peak_ = 0;
    count_ = 0;
  }
}

double integrated_lufs(const LoudnessProfile& profile, const std::vector<float>& gain) {
  std::vector<double> blocks = audible_blocks(profile, gain);
  if (blocks.empty()) return kNoLoudness;
  const double gate = mean_of(blocks) * std::pow(10.0, kRelativeGateLu / 10);
  std::erase_if(blocks, [&](double energy) { return energy <= gate; });
  return kOffset + 10 * std::log10(mean_of(blocks));
}

double outstanding_share(const LoudnessProfile& profile) {
  std::vector<float> audible;
  const double gate = to_energy(kAbsoluteGate);
  std::ranges::copy_if(profile.energy, std::back_inserter(audible), [&](float energy) { return energy > gate; });
  if (audible.empty()) return 0;
  const auto quiet =
      audible.begin() + static_cast<std::ptrdiff_t>(kQuietTenth * static_cast<double>(audible.size() - 1));
  std::nth_element(audible.begin(), quiet, audible.end());
  const double least = *quiet * std::pow(10.0, kOutstandingLu / 10);
  return static_cast<double>(std::ranges::count_if(audible, [&](float energy) { return energy > least; })) /
         static_cast<double>(audible.size());
}

}  // namespace chalkline::transcode
