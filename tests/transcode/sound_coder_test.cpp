// What is decoded again is what was given, sample by sample in its place and below -1 dBTP; pauses cost next to
// nothing.
#include "transcode/sound/sound_coder.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <numeric>
#include <random>
#include <vector>

#include <doctest/doctest.h>

#include "transcode/av/decoder.hpp"
#include "transcode/sound/limiter.hpp"
#include "transcode/sound/loudness.hpp"
#include "transcode/sound/sound_input.hpp"
#include "transcode/sound/true_peak.hpp"

using namespace chalkline;
using namespace chalkline::transcode;

namespace {

constexpr std::size_t kSecond = kSampleRate;

// A voice, near enough for libopus to take it for one: syllables of a hiss and a vowel, of which each is another, at a
// pitch that falls; after four of them a breath, which can be heard.
std::vector<float> voice(std::size_t samples) {
  std::mt19937 chance(7);
  std::normal_distribution<double> noise(0, 1);
  std::vector<float> out(samples);
  constexpr std::size_t kSyllable = kSecond / 4;
  double pulse = 0, hertz = 120;
  std::array<double, 3> formants{500, 1500, 2500};
  std::array<std::array<double, 2>, 3> rings{};
  for (std::size_t i = 0; i < samples; ++i) {
    const std::size_t syllable = i / kSyllable, within = i % kSyllable;
    const double part = static_cast<double>(within) / kSyllable;
    if (within == 0)
      formants = {300.0 + static_cast<double>(chance() % 500), 900.0 + static_cast<double>(chance() % 1200),
                  2300.0 + static_cast<double>(chance() % 700)};
    hertz = 140 - 10 * static_cast<double>(syllable % 5) - 15 * part;
    double source = 0;
    if (syllable % 5 != 4 && part > 0.25 && part < 0.85) {
      pulse += hertz / kSampleRate;
      if (pulse >= 1) {
        pulse -= 1;
        source = 1;
      }
    }
    double sum = (syllable % 5 == 4 || part < 0.2 ? 0.02 : 0.005) * noise(chance);
    for (std::size_t k = 0; k < rings.size(); ++k) {  // two-pole resonators
      constexpr double kRadius = 0.985;
      const double turn = 2 * std::numbers::pi * formants[k] / kSampleRate;
      const double now = source + 2 * kRadius * std::cos(turn) * rings[k][0] - kRadius * kRadius * rings[k][1];
      rings[k] = {now, rings[k][0]};
      sum += 0.02 * now;
    }
    out[i] = static_cast<float>(sum);
  }
  return out;
}

struct Coded {
  std::vector<int> bytes;
  std::vector<int> configurations;  // of Opus (RFC 6716 table 2): below 16 SILK has part in it
  std::vector<float> decoded;       // without what the coder puts before
};

// Mono, in and out.
Coded code(SoundCoder& coder, const std::vector<float>& samples, const char* decoder_name = nullptr) {
  std::deque<av::PacketPtr> packets;
  const auto each = static_cast<std::size_t>(coder.packet_samples());
  for (std::size_t at = 0; at + each <= samples.size(); at += each) {
    auto frame = av::make_frame();
    frame->nb_samples = coder.packet_samples();
    frame->format = AV_SAMPLE_FMT_FLTP;
    frame->sample_rate = kSampleRate;
    av_channel_layout_default(&frame->ch_layout, 1);
    REQUIRE(av_frame_get_buffer(frame.get(), 0) == 0);
    std::copy_n(samples.data() + at, each, reinterpret_cast<float*>(frame->data[0]));
    REQUIRE(coder.encode(*frame, packets).has_value());
  }
  const AVCodec* codec = decoder_name != nullptr ? avcodec_find_decoder_by_name(decoder_name)
                                                 : avcodec_find_decoder(coder.parameters().codec_id);
  REQUIRE(codec != nullptr);
  av::CodecPtr decoder(avcodec_alloc_context3(codec));
  REQUIRE(avcodec_parameters_to_context(decoder.get(), &coder.parameters()) == 0);
  decoder->request_sample_fmt = AV_SAMPLE_FMT_FLTP;
  decoder->flags2 |= AV_CODEC_FLAG2_SKIP_MANUAL;  // all that comes out of it
  REQUIRE(avcodec_open2(decoder.get(), nullptr, nullptr) == 0);
  Coded coded;
  int broken = 0;
  const auto frame = av::make_frame();
  const auto take = [&](AVFrame& sound) {
    REQUIRE((sound.ch_layout.nb_channels == 1 && sound.sample_rate == kSampleRate));
    for (int i = 0; i < sound.nb_samples; ++i)
      coded.decoded.push_back(sound.format == AV_SAMPLE_FMT_S16
                                  ? static_cast<float>(reinterpret_cast<const std::int16_t*>(sound.data[0])[i]) / 32768
                                  : reinterpret_cast<const float*>(sound.data[0])[i]);
    return Result<void>();
  };
  for (const auto& packet : packets) {
    coded.bytes.push_back(packet->size);
    coded.configurations.push_back(packet->data[0] >> 3);
    REQUIRE(av::decode(*decoder, packet.get(), *frame, broken, take).has_value());
  }
  CHECK(broken == 0);
  return coded;
}

double rms(const std::vector<float>& samples, std::size_t from, std::size_t to) {
  double sum = 0;
  for (std::size_t i = from; i < to; ++i) sum += samples[i] * samples[i];
  return std::sqrt(sum / static_cast<double>(to - from));
}

// A sample.
double loudest(const std::vector<float>& samples, std::size_t from, std::size_t to) {
  double most = 0;
  for (std::size_t i = from; i < to; ++i) most = std::max<double>(most, std::abs(samples[i]));
  return most;
}

// The shift, in samples, at which `decoded` is most like `given` over a second in the middle.
int shift_of(const std::vector<float>& given, const std::vector<float>& decoded) {
  int best = 0;
  double most = -1;
  for (int shift = -400; shift <= 400; ++shift) {
    double sum = 0;
    for (std::size_t i = kSecond; i < 2 * kSecond; i += 3)
      sum += given[i] * decoded[static_cast<std::size_t>(static_cast<long>(i) + shift)];
    if (sum > most) {
      most = sum;
      best = shift;
    }
  }
  return best;
}

}  // namespace

TEST_CASE("decoded sound stands where it was: Opus later by what is to be left out before it, AAC not at all") {
  const auto given = voice(4 * kSecond);
  auto opus = open_opus(1, 24, -48.0);
  REQUIRE(opus.has_value());
  CHECK((*opus)->samples_before() > 0);
  CHECK(std::abs(shift_of(given, code(**opus, given).decoded) - (*opus)->samples_before()) <= 2);
  auto aac = open_aac(1, 48);
  REQUIRE(aac.has_value());
  CHECK(std::abs(shift_of(given, code(**aac, given).decoded) - (*aac)->samples_before()) <= 2);
}

TEST_CASE("a long pause costs next to nothing, is silent in every decoder, and the voice after it is there") {
  // In a room that is not quite silent.
  auto lesson = voice(16 * kSecond);
  std::mt19937 chance(1);
  std::normal_distribution<float> hiss(0, 0.0015F);
  for (std::size_t i = 0; i < lesson.size(); ++i)
    lesson[i] = (i >= 4 * kSecond && i < 12 * kSecond ? 0 : lesson[i]) + hiss(chance);
  const auto bytes_of_pause = [](const Coded& coded) {
    const auto packet = [](std::size_t seconds) { return static_cast<std::ptrdiff_t>(seconds * 1000 / 120); };
    return std::accumulate(coded.bytes.begin() + packet(5), coded.bytes.begin() + packet(11), 0);
  };
  for (const int kbps : {12, 16, 24})
    for (const char* decoder : {"opus", "libopus"}) {
      CAPTURE(kbps);
      CAPTURE(decoder);
      auto always = open_opus(1, kbps, std::nullopt), pausing = open_opus(1, kbps, -48.0);
      REQUIRE((always.has_value() && pausing.has_value()));
      const Coded whole = code(**always, lesson, decoder), paused = code(**pausing, lesson, decoder);
      CHECK(paused.bytes.size() == whole.bytes.size());
      CHECK(paused.decoded.size() == whole.decoded.size());
      CHECK(bytes_of_pause(paused) * 5 < bytes_of_pause(whole));
      CHECK(loudest(paused.decoded, 5 * kSecond, 11 * kSecond) < 0.0001);
      CHECK(loudest(paused.decoded, 4 * kSecond + kSecond / 10, 12 * kSecond - kSecond / 10) < 0.02);
      const double after = rms(paused.decoded, 12 * kSecond, 15 * kSecond);
      CHECK(after == doctest::Approx(rms(whole.decoded, 12 * kSecond, 15 * kSecond)).epsilon(0.05));
      // A voice is coded as one again.
      for (const std::size_t second : {1UL, 2UL, 13UL, 14UL}) CHECK(paused.configurations[second * 1000 / 120] < 16);
    }
}

TEST_CASE("what is short or not quiet is no pause") {
  auto lesson = voice(8 * kSecond);
  std::mt19937 chance(1);
  std::normal_distribution<float> hiss(0, 0.01F);  // a loud room: -40 dB
  for (std::size_t i = 0; i < lesson.size(); ++i)
    if (i >= 2 * kSecond && i < 4 * kSecond) lesson[i] = hiss(chance);
  std::fill(lesson.begin() + 5 * kSecond, lesson.begin() + 5 * kSecond + kSecond / 5, 0.0F);
  auto always = open_opus(1, 24, std::nullopt), pausing = open_opus(1, 24, -48.0);
  REQUIRE((always.has_value() && pausing.has_value()));
  CHECK(code(**pausing, lesson).decoded == code(**always, lesson).decoded);
}

// dBTP
static double true_peak(const std::vector<float>& samples) {
  double most = 0;
  for (std::size_t i = kPeakTaps - 1; i < samples.size(); ++i) most = std::max(most, peak_in_middle(&samples[i]));
  return gain_to_db(most);
}

TEST_CASE("no packet of Opus passes -1 dBTP in either decoder, though the coder adds more than the limiter left it") {
  auto spoken = voice(12 * kSecond);
  Limiter limiter(1, 14, -1.5);
  float* plane = spoken.data();
  limiter.process(&plane, spoken.size());
  for (const int kbps : {12, 24}) {
    CAPTURE(kbps);
    auto opus = open_opus(1, kbps, std::nullopt), again = open_opus(1, kbps, std::nullopt);
    REQUIRE((opus.has_value() && again.has_value()));
    const Coded coded = code(**opus, spoken, "libopus");
    CHECK(true_peak(coded.decoded) < -1);
    CHECK(true_peak(coded.decoded) > -2);
    CHECK(rms(coded.decoded, kSecond, 11 * kSecond) ==
          doctest::Approx(rms(spoken, kSecond, 11 * kSecond)).epsilon(0.15));
    const Coded other = code(**again, spoken, "opus");
    CHECK(true_peak(other.decoded) < -1);
    CHECK(other.bytes == coded.bytes);
  }
}
