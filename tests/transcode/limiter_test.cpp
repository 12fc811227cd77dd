// The limiter: nothing comes out above its ceiling, what needs no limiting comes out as it went in, late by what it
// says.
#include "transcode/sound/limiter.hpp"

#include <algorithm>
#include <cmath>

#include <doctest/doctest.h>

#include "transcode/sound/loudness.hpp"

using namespace chalkline::transcode;

static std::vector<float> tone(double hertz, double gain, std::size_t samples, double phase = 0) {
  std::vector<float> out(samples);
  for (std::size_t i = 0; i < samples; ++i)
    out[i] = static_cast<float>(gain * std::sin(2 * M_PI * hertz * static_cast<double>(i) / 48'000 + phase));
  return out;
}

// The largest value of the band-limited signal through the samples, at eight points from each to the next: a windowed
// sinc of 64 taps.
static double between_samples(const std::vector<float>& samples) {
  constexpr std::size_t kTaps = 64, kPhases = 8;
  std::vector<double> taps;
  for (std::size_t phase = 0; phase < kPhases; ++phase)
    for (std::size_t k = 0; k < kTaps; ++k) {
      const double x = static_cast<double>(k) - 31 - static_cast<double>(phase) / kPhases;
      const double sinc = std::abs(x) < 1e-9 ? 1 : std::sin(M_PI * x) / (M_PI * x);
      taps.push_back(sinc * 0.5 * (1 + std::cos(M_PI * x / 33)));
    }
  double most = 0;
  for (std::size_t at = 0; at + kTaps <= samples.size(); ++at)
    for (std::size_t phase = 0; phase < kPhases; ++phase) {
      double sum = 0;
      for (std::size_t k = 0; k < kTaps; ++k) sum += static_cast<double>(samples[at + k]) * taps[phase * kTaps + k];
      most = std::max(most, std::abs(sum));
    }
  return most;
}

static void run(Limiter& limiter, std::vector<float>& samples) {
  float* plane = samples.data();
  limiter.process(&plane, samples.size());
}

TEST_CASE("what stays below the ceiling comes out unchanged, late by latency()") {
  Limiter limiter(1, 0, -1);
  const auto in = tone(440, 0.5, 4'800);
  auto out = in;
  run(limiter, out);
  const auto late = static_cast<std::size_t>(Limiter::latency());
  for (std::size_t i = 0; i < late; ++i) CHECK(out[i] == 0.0F);
  for (std::size_t i = late; i < out.size(); ++i) REQUIRE(out[i] == in[i - late]);
}

TEST_CASE("the gain is applied before the ceiling") {
  Limiter limiter(1, 6.0206, 0);
  auto out = tone(440, 0.25, 4'800);
  run(limiter, out);
  float most = 0;
  for (const float sample : out) most = std::max(most, std::abs(sample));
  CHECK(most == doctest::Approx(0.5).epsilon(0.001));
}

TEST_CASE("no true peak passes the ceiling: bursts, clicks, and tones whose peaks lie between the samples") {
  for (const double hertz : {50.0, 997.0, 11'025.0, 12'000.0, 15'000.0}) {
    CAPTURE(hertz);
    Limiter limiter(1, 6, -3);
    auto samples = tone(hertz, 0.9, 24'000, M_PI / 4);
    for (std::size_t i = 0; i < samples.size(); ++i) samples[i] *= (i / 4'000) % 2 == 0 ? 1.0F : 0.02F;
    for (std::size_t i = 6'000; i < samples.size(); i += 5'000) samples[i] = 1.0F;
    run(limiter, samples);
    CHECK(between_samples(samples) <= db_to_gain(-3 + 0.35));  // this interpolator is another one
    for (const float sample : samples) REQUIRE(std::abs(sample) <= db_to_gain(-3) * 1.0001);
  }
}

TEST_CASE("cut into pieces of any size the stream is the same") {
  auto whole = tone(300, 1.2, 20'000);
  auto pieces = whole;
  Limiter one(1, 3, -2), other(1, 3, -2);
  run(one, whole);
  for (std::size_t at = 0, size = 1; at < pieces.size(); at += size, size = size * 3 % 1'021 + 1) {
    float* plane = pieces.data() + at;
    other.process(&plane, std::min(size, pieces.size() - at));
  }
  CHECK(pieces == whole);
}

TEST_CASE("both channels get the same gain, so that the picture of the sound does not move") {
  Limiter limiter(2, 0, -6);
  auto left = tone(200, 1.0, 9'600);
  auto right = tone(200, 0.1, 9'600);
  float* planes[] = {left.data(), right.data()};
  limiter.process(planes, left.size());
  for (std::size_t i = 2'000; i < left.size(); ++i) CHECK(right[i] == doctest::Approx(left[i] * 0.1).epsilon(0.001));
}
