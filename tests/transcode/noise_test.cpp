// The noise behind a voice is measured, taken down, and nothing is moved by it.
#include "transcode/sound/noise.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>
#include <span>

#include <doctest/doctest.h>

#include "transcode/sound/sound_input.hpp"

using namespace chalkline;
using namespace chalkline::transcode;

namespace {

using Samples = std::vector<float>;

// Syllables: harmonics of 150 Hz that swell and fade four times a second, with a breath of 400 ms every two seconds.
Samples voice(double seconds, double gain = 0.5) {
  Samples out(static_cast<std::size_t>(seconds * kSampleRate));
  for (std::size_t i = 0; i < out.size(); ++i) {
    const double t = static_cast<double>(i) / kSampleRate;
    if (std::fmod(t, 2) > 1.6) continue;
    double sum = 0;
    for (int n = 1; n <= 20; ++n) sum += std::sin(2 * std::numbers::pi * 150 * n * t + n * n) / n;
    out[i] = static_cast<float>(gain * sum * std::pow(std::sin(std::numbers::pi * 4 * t), 2) / 3);
  }
  return out;
}

Samples noise(double db, double seconds) {
  std::mt19937 random(11);
  std::normal_distribution<double> sample(0, db_to_gain(db));
  Samples out(static_cast<std::size_t>(seconds * kSampleRate));
  std::ranges::generate(out, [&] { return static_cast<float>(sample(random)); });
  return out;
}

Samples both(Samples a, const Samples& b) {
  for (std::size_t i = 0; i < a.size(); ++i) a[i] += b[i];
  return a;
}

double noise_in(const Samples& samples) {
  LoudnessMeter meter(1);
  const float* plane = samples.data();
  meter.add(&plane, samples.size());
  return noise_behind_voice(meter.profile());
}

// `samples` as SoundInput gives them on, which it gets in frames of an odd size.
Samples through(const SoundTreatment& treatment, const Samples& samples) {
  Samples out;
  SoundInput input(treatment, [&](AVFrame& frame) -> Result<void> {
    const auto* plane = reinterpret_cast<const float*>(frame.extended_data[0]);
    out.insert(out.end(), plane, plane + frame.nb_samples);
    return {};
  });
  constexpr std::size_t kFrame = 1111;
  for (std::size_t at = 0; at < samples.size(); at += kFrame) {
    const auto frame = av::make_frame();
    frame->nb_samples = static_cast<int>(std::min(kFrame, samples.size() - at));
    frame->format = AV_SAMPLE_FMT_FLTP;
    frame->sample_rate = kSampleRate;
    av_channel_layout_default(&frame->ch_layout, 1);
    REQUIRE(av_frame_get_buffer(frame.get(), 0) >= 0);
    std::copy_n(samples.data() + at, frame->nb_samples, reinterpret_cast<float*>(frame->extended_data[0]));
    REQUIRE(input.feed(*frame, static_cast<std::int64_t>(at) * 1'000'000 / kSampleRate));
  }
  REQUIRE(input.finish());
  return out;
}

double level_db(std::span<const float> samples) {
  double sum = 0;
  for (const float sample : samples) sum += static_cast<double>(sample) * static_cast<double>(sample);
  return 10 * std::log10(sum / static_cast<double>(samples.size()));
}

// Of all breaths, or of all that is spoken between 0.1 and 1.5 s of each two seconds.
double level_of(const Samples& samples, bool breaths) {
  Samples chosen;
  const double from = breaths ? 1.7 : 0.1, to = breaths ? 1.9 : 1.5;
  for (double t = 0; (t + 2) * kSampleRate <= static_cast<double>(samples.size()); t += 2)
    chosen.insert(chosen.end(), samples.begin() + static_cast<std::ptrdiff_t>((t + from) * kSampleRate),
                  samples.begin() + static_cast<std::ptrdiff_t>((t + to) * kSampleRate));
  return level_db(chosen);
}

// By how many samples `b` is later than `a`.
int lag(const Samples& a, const Samples& b) {
  int best = 0;
  double most = 0;
  for (int by = -2000; by <= 2000; ++by) {
    double sum = 0;
    for (std::size_t i = 10'000; i < 60'000; i += 7)
      sum += static_cast<double>(a[i]) * static_cast<double>(b[static_cast<std::size_t>(static_cast<int>(i) + by)]);
    if (sum > most) {
      most = sum;
      best = by;
    }
  }
  return best;
}

}  // namespace

TEST_CASE("the level of the noise behind a voice is measured") {
  for (const double db : {-35.0, -45.0}) {
    const double found = noise_in(both(voice(20), noise(db, 20)));
    CHECK(found > db);  // K-weighting raises white noise by 3 to 4 dB
    CHECK(found < db + 4.5);
  }
}

TEST_CASE("a quiet room has no noise, nor has noise without a voice, nor what is too short") {
  CHECK(noise_in(voice(20)) == kNoLoudness);
  CHECK(noise_in(both(voice(20), noise(-70, 20))) == kNoLoudness);
  CHECK(noise_in(noise(-35, 20)) == kNoLoudness);
  CHECK(noise_in(both(voice(4), noise(-35, 4))) == kNoLoudness);
  CHECK(noise_in({}) == kNoLoudness);
}

TEST_CASE("noise goes down, the voice stays, and it stays where it was") {
  const Samples spoken = voice(10);
  for (const double db : {-35.0, -45.0}) {
    const Samples noisy = both(spoken, noise(db, 10));
    const Samples as_it_was = through({1, true, std::nullopt}, noisy);
    const Samples better = through({1, true, noise_in(noisy)}, noisy);
    CHECK(better.size() == noisy.size());
    CHECK(as_it_was.size() == noisy.size());
    CHECK(level_of(better, true) < level_of(as_it_was, true) - 4);
    CHECK(std::abs(level_of(better, false) - level_of(as_it_was, false)) < 0.5);
    CHECK(std::abs(lag(as_it_was, better)) <= 2);
  }
}
