// A track is brought to its loudness whatever it had, behind the limiter too; silence stays silence.
#include "transcode/sound/sound_level.hpp"

#include <cmath>
#include <random>

#include <doctest/doctest.h>

#include "transcode/sound/limiter.hpp"

using namespace chalkline;
using namespace chalkline::transcode;

using Samples = std::vector<float>;

static LoudnessProfile measured(const Samples& samples) {
  LoudnessMeter meter(1);
  const float* plane = samples.data();
  meter.add(&plane, samples.size());
  return meter.profile();
}

// A voice: pulses through three formants, in syllables, with a pause after every second. `hertz`: its pitch; the lower
// it is, the sharper are its peaks over its loudness.
static Samples voice(double db, double seconds, double hertz) {
  Samples out(static_cast<std::size_t>(seconds * 48'000));
  for (std::size_t i = 0; i < out.size(); ++i) {
    const double t = static_cast<double>(i) / 48'000;
    const double since = std::fmod(t, 1 / hertz);
    double sum = 0;
    for (const auto& [formant, share] : {std::pair(600.0, 1.0), std::pair(1500.0, 0.5), std::pair(2800.0, 0.2)})
      sum += share * std::sin(2 * M_PI * formant * since) * std::exp(-since * 200);
    const bool speaks = std::fmod(t, 1.5) < 1;
    const double syllable = std::pow(std::sin(2 * M_PI * 2 * t), 2);
    out[i] = static_cast<float>(db_to_gain(speaks ? db : db - 45) * (0.05 + syllable) * sum);
  }
  return out;
}

static Samples behind(const SoundLevel& level, Samples samples) {
  Limiter limiter(1, level.gain_db, level.ceiling_db);
  float* plane = samples.data();
  limiter.process(&plane, samples.size());
  return samples;
}

TEST_CASE("what comes out of gain and limiter has the wished loudness, from a whisper to a shout, smooth or peaky") {
  for (const double db : {-45.0, -25.0, -12.0, 0.0})
    for (const double hertz : {80.0, 120.0, 250.0}) {
      CAPTURE(db);
      CAPTURE(hertz);
      const Samples spoken = voice(db, 20, hertz);
      const SoundLevel level = level_for(measured(spoken), Codec::kAacLc, 48, -16);
      CHECK(integrated_lufs(measured(behind(level, spoken))) == doctest::Approx(-16).epsilon(0.03));  // half an LU
    }
}

TEST_CASE("a coder of few bits gets a little more, and a lower ceiling for what it adds to the peaks") {
  const LoudnessProfile spoken = measured(voice(-25, 10, 120));
  const SoundLevel low = level_for(spoken, Codec::kOpus, 12, -16), high = level_for(spoken, Codec::kOpus, 24, -16);
  CHECK(low.gain_db > high.gain_db);
  CHECK(low.ceiling_db < high.ceiling_db);
  CHECK(high.ceiling_db <= -2);
}

TEST_CASE("silence and very short tracks are left as they are") {
  for (const Samples& samples : {Samples(), Samples(100), Samples(480'000), voice(-20, 0.3, 120)})
    CHECK(level_for(measured(samples), Codec::kOpus, 12, -16).gain_db == 0);
}

TEST_CASE("noise in which nobody speaks is not raised to the loudness of a voice") {
  std::mt19937 random(3);
  std::normal_distribution<float> sample(0, 0.0007F);  // a silent room, about -63 LUFS
  Samples room(960'000);
  for (float& value : room) value = sample(random);
  const SoundLevel level = level_for(measured(room), Codec::kOpus, 12, -16);
  CHECK(level.gain_db == doctest::Approx(20));
  CHECK(integrated_lufs(measured(behind(level, room))) < -38);
}

TEST_CASE("a voice is raised by 60 dB at most, and no ceiling is above -1.5 dBTP") {
  CHECK(level_for(measured(voice(-56, 20, 120)), Codec::kOpus, 24, -16).gain_db <= 60);
  for (const Codec codec : {Codec::kOpus, Codec::kAacLc})
    for (const int kbps : {8, 12, 24, 48})
      for (const double hertz : {30.0, 80.0, 250.0})
        CHECK(level_for(measured(voice(-20, 3, hertz)), codec, kbps, -16).ceiling_db <= -1.5);
}
