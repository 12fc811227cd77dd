// Loudness is what BS.1770 says of its reference signals; steady noise does not pass for a voice.
#include "transcode/sound/loudness.hpp"

#include <algorithm>
#include <cmath>
#include <random>

#include <doctest/doctest.h>

using namespace chalkline::transcode;

using Samples = std::vector<float>;

static Samples tone(double hertz, double db, double seconds) {
  Samples out(static_cast<std::size_t>(seconds * 48'000));
  for (std::size_t i = 0; i < out.size(); ++i)
    out[i] = static_cast<float>(db_to_gain(db) * std::sin(2 * M_PI * hertz * static_cast<double>(i) / 48'000));
  return out;
}

static Samples noise(double db, double seconds) {
  std::mt19937 random(7);
  std::uniform_real_distribution<float> sample(-1, 1);
  Samples out(static_cast<std::size_t>(seconds * 48'000));
  for (float& value : out) value = sample(random) * static_cast<float>(db_to_gain(db));
  return out;
}

static LoudnessProfile measured(const std::vector<Samples>& channels) {
  LoudnessMeter meter(static_cast<int>(channels.size()));
  std::vector<const float*> planes;
  for (const Samples& channel : channels) planes.push_back(channel.data());
  meter.add(planes.data(), channels[0].size());
  return meter.profile();
}

static Samples operator+(Samples a, const Samples& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

TEST_CASE("a full tone of 997 Hz in one channel has -3.01 LUFS, in two of -23 dBFS each -23 (EBU Tech 3341, case 1)") {
  CHECK(integrated_lufs(measured({tone(997, 0, 10)})) == doctest::Approx(-3.01).epsilon(0.005));
  CHECK(integrated_lufs(measured({tone(997, -23, 20), tone(997, -23, 20)})) == doctest::Approx(-23).epsilon(0.003));
}

TEST_CASE("what is far below the rest does not count (EBU Tech 3341, cases 3 and 4)") {
  const Samples with_pauses = tone(1000, -36, 10) + tone(1000, -23, 60) + tone(1000, -36, 10);
  CHECK(integrated_lufs(measured({with_pauses, with_pauses})) == doctest::Approx(-23).epsilon(0.005));
  const Samples with_silence = tone(1000, -72, 10) + tone(1000, -36, 10) + tone(1000, -23, 60) + tone(1000, -36, 10);
  CHECK(integrated_lufs(measured({with_silence, with_silence})) == doctest::Approx(-23).epsilon(0.005));
}

TEST_CASE("silence, and less than 400 ms of anything, has no loudness") {
  CHECK(integrated_lufs(measured({Samples(96'000)})) == kNoLoudness);
  CHECK(integrated_lufs(measured({tone(500, -75, 3)})) == kNoLoudness);
  CHECK(integrated_lufs(measured({tone(500, 0, 0.3)})) == kNoLoudness);
  CHECK(integrated_lufs(measured({Samples()})) == kNoLoudness);
}

TEST_CASE("the loudness behind a gain is the loudness and the gain") {
  const LoudnessProfile profile = measured({tone(997, -20, 5)});
  const std::vector<float> half(profile.energy.size(), 0.5F);
  CHECK(integrated_lufs(profile, half) == doctest::Approx(integrated_lufs(profile) - 6.02).epsilon(0.001));
}

TEST_CASE("cut into stretches of any size the profile is the same, and peaks are the samples'") {
  const Samples all = noise(-10, 1);
  const LoudnessProfile whole = measured({all});
  LoudnessMeter meter(1);
  for (std::size_t at = 0, size = 1; at < all.size(); at += size, size = size * 3 % 1'021 + 1) {
    const float* plane = all.data() + at;
    meter.add(&plane, std::min(size, all.size() - at));
  }
  CHECK(meter.profile().energy == whole.energy);
  CHECK(meter.profile().peak == whole.peak);
  REQUIRE(whole.peak.size() == 100);
  float most = 0;
  for (std::size_t i = 0; i < kLoudnessPiece; ++i) most = std::max(most, std::abs(all[i]));
  CHECK(whole.peak[0] == most);
}

TEST_CASE("steady noise, alone or with clicks and digital silence, does not stand out; a voice with pauses does") {
  CHECK(outstanding_share(measured({noise(-50, 20)})) == 0);
  CHECK(outstanding_share(measured({noise(-50, 20) + Samples(480'000)})) < 0.05);
  Samples clicks = noise(-50, 20);
  for (std::size_t i = 48'000; i < clicks.size(); i += 480'000) clicks[i] = 0.5F;
  CHECK(outstanding_share(measured({clicks})) < 0.15);
  Samples voice;
  for (int word = 0; word < 20; ++word) voice = voice + noise(-30, 0.5) + noise(-50, 0.4);
  CHECK(outstanding_share(measured({voice})) > 0.4);
}
