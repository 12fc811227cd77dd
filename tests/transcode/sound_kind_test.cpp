// What a track holds, and what follows from it.
#include "transcode/sound/sound_kind.hpp"

#include <cmath>
#include <functional>
#include <numbers>
#include <random>

#include <doctest/doctest.h>

#include "transcode/sound/kind_listener.hpp"

using namespace chalkline;
using namespace chalkline::transcode;

namespace {

using Wave = std::function<float(double seconds)>;

SoundKind heard(double seconds, const Wave& left, const Wave& right) {
  constexpr int kSamples = 1024;
  KindListener listener(seconds);
  for (int at = 0; at < static_cast<int>(seconds * kSampleRate); at += kSamples) {
    const auto frame = av::make_frame();
    frame->nb_samples = kSamples;
    frame->format = AV_SAMPLE_FMT_FLTP;
    frame->sample_rate = kSampleRate;
    av_channel_layout_default(&frame->ch_layout, 2);
    REQUIRE(av_frame_get_buffer(frame.get(), 0) >= 0);
    for (int i = 0; i < kSamples; ++i) {
      const double t = static_cast<double>(at + i) / kSampleRate;
      reinterpret_cast<float*>(frame->extended_data[0])[i] = left(t);
      reinterpret_cast<float*>(frame->extended_data[1])[i] = right(t);
    }
    REQUIRE(listener.add(*frame, std::int64_t{at} * 1'000'000 / kSampleRate));
  }
  return *listener.conclude();
}

// Plucked strings, each note again and again.
Wave strings(double lowest) {
  return [lowest](double t) {
    double sum = 0;
    for (int i = 0; i < 5; ++i)
      sum += std::sin(2 * std::numbers::pi * lowest * std::pow(2.0, i * 4 / 12.0) * t) *
             std::exp(-3 * std::fmod(t + i * 0.31, 1 + i * 0.37));
    return static_cast<float>(0.12 * sum);
  };
}

}  // namespace

TEST_CASE("chords are music, and two instruments left and right are two sides") {
  const SoundKind middle = heard(8, strings(220), strings(220));
  CHECK(middle.music_share > 0.9);
  CHECK(middle.side_share < 0.001);
  CHECK(heard(8, strings(220), strings(330)).side_share > 0.1);
}

TEST_CASE("noise and silence are no music") {
  std::mt19937 random(3);
  std::normal_distribution<float> noise(0, 0.05F);
  float low = 0;
  const auto hiss = [&](double) { return low = 0.9F * low + noise(random); };
  CHECK(heard(8, hiss, hiss).music_share < 0.1);
  const auto nothing = [](double) { return 0.0F; };
  CHECK(heard(8, nothing, nothing) == SoundKind{});
}

TEST_CASE("a beep now and then is no music") {
  const Wave beeps = [](double t) {
    return std::fmod(t, 1) < 0.1 ? static_cast<float>(0.3 * std::sin(2000 * std::numbers::pi * t)) : 0.0F;
  };
  CHECK(heard(8, beeps, beeps).music_share < 0.2);
}

TEST_CASE("a long lesson is heard here and there") {
  // Strings in the second half alone.
  const Wave late = [play = strings(220)](double t) { return t < 50 ? 0.0F : play(t); };
  const SoundKind kind = heard(100, late, late);
  CHECK(kind.music_share > 0.4);
  CHECK(kind.music_share < 0.6);
}

TEST_CASE("speech is mono whatever the recording has") {
  const EncodingOptions options;
  const SoundChoice choice = choose_sound({0.1, 0.4}, 2, options);
  CHECK(choice == SoundChoice{false, 1, options.opus_mono_kbps, options.aac_mono_kbps});
  CHECK(choice.treat_as_voice());
}

TEST_CASE("music keeps its sides where it has two, and gets more") {
  const EncodingOptions options;
  CHECK(choose_sound({0.8, 0.1}, 2, options) == SoundChoice{true, 2, options.opus_music_kbps, options.aac_stereo_kbps});
  CHECK(choose_sound({0.8, 0.1}, 1, options) == SoundChoice{true, 1, options.opus_music_kbps, options.aac_mono_kbps});
  CHECK(choose_sound({0.8, 0.001}, 2, options).channels == 1);
  CHECK_FALSE(choose_sound({0.8, 0.1}, 2, options).treat_as_voice());
}

TEST_CASE("the noise behind a voice is taken down, behind music it stays, and where nobody wants it to be") {
  EncodingOptions options;
  CHECK(choose_sound({0.1, 0.4, -45}, 2, options).treatment() == SoundTreatment{1, true, -45});
  CHECK(choose_sound({0.1, 0.4}, 2, options).treatment() == SoundTreatment{1, true, std::nullopt});
  CHECK(choose_sound({0.8, 0.1, -45}, 2, options).treatment() == SoundTreatment{2, false, std::nullopt});
  options.denoise = false;
  CHECK(choose_sound({0.1, 0.4, -45}, 2, options).treatment() == SoundTreatment{1, true, std::nullopt});
}

TEST_CASE("who asks for stereo gets it for speech too, and who wants no music recognised has none") {
  EncodingOptions options;
  options.keep_stereo = true;
  CHECK(choose_sound({0, 0}, 2, options) == SoundChoice{false, 2, options.opus_stereo_kbps, options.aac_stereo_kbps});
  options.keep_stereo = options.recognise_music = false;
  CHECK(choose_sound({1, 0.5}, 2, options) == choose_sound({}, 2, options));
}
