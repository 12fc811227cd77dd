// Packets of 120 ms; the settings are as libavcodec's wrapper would have them, but for the pauses. A packet is held
// back until the next one tells whether it is a pause's last.
#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include <opus/opus.h>

#include "transcode/av/error.hpp"
#include "transcode/sound/sound_coder.hpp"
#include "transcode/sound/sound_input.hpp"

namespace chalkline::transcode {

namespace {

// The longest packets there are: a sixth of the usual number, each of which costs four bytes in the segment's sample
// table. Inside they hold what shorter ones hold (RFC 6716 3.2.5).
constexpr int kPacketSamples = kSampleRate * 120 / 1000;
constexpr int kMostBytes = 1276 * 6 + 20;  // six frames (RFC 6716 3.4) and their lengths
// Of libopus's ten: the least that still looks at the content, and tells speech from music by it. Measured on lectures
// against 10: a quarter of the time saved, the same bytes, STOI 0.967 instead of 0.969.
constexpr int kComplexity = 7;

struct EncoderDeleter {
  void operator()(OpusEncoder* encoder) const { opus_encoder_destroy(encoder); }
};
using EncoderPtr = std::unique_ptr<OpusEncoder, EncoderDeleter>;

Error opus_error(int code, std::string_view doing) {
  return Error(Errc::kInternal, std::string(doing) + ": " + opus_strerror(code));
}

// The identification header (RFC 7845 5.1), which the packager turns into dOps.
std::array<std::uint8_t, 19> header(int channels, int samples_before) {
  std::array<std::uint8_t, 19> bytes{'O', 'p', 'u', 's', 'H', 'e', 'a', 'd', 1};
  bytes[9] = static_cast<std::uint8_t>(channels);
  bytes[10] = static_cast<std::uint8_t>(samples_before & 0xff);
  bytes[11] = static_cast<std::uint8_t>(samples_before >> 8);
  for (int i = 0; i < 4; ++i)
    bytes[static_cast<std::size_t>(12 + i)] = static_cast<std::uint8_t>(kSampleRate >> (8 * i));
  return bytes;
}

// In a pause. Silence takes two bytes a frame at any rate, and this rate is the least at which libopus takes music for
// CELT's at once (mode_thresholds and their hysteresis, opus_encoder.c); the one packet in which it changes over costs
// what speech does. What is below the resolution is silence: what the filters still give of the sound before.
constexpr int kPauseKbps = 16, kPauseResolution = 12;  // bits
constexpr int kFadeSamples = kSampleRate / 50;
constexpr int kListenSamples = kSampleRate / 100;

// The loudest 10 ms, as RMS over all channels.
double loudest(const std::vector<float>& interleaved, int channels) {
  const auto piece = static_cast<std::size_t>(kListenSamples * channels);
  double most = 0;
  for (std::size_t at = 0; at + piece <= interleaved.size(); at += piece) {
    double sum = 0;
    for (std::size_t i = at; i < at + piece; ++i) sum += static_cast<double>(interleaved[i]) * interleaved[i];
    most = std::max(most, sum / static_cast<double>(piece));
  }
  return std::sqrt(most);
}

// `step`: -1 from full to nothing, 1 from nothing to full.
void fade(std::vector<float>& interleaved, int channels, int step) {
  for (int i = 0; i < kFadeSamples; ++i)
    for (int c = 0; c < channels; ++c)
      interleaved[static_cast<std::size_t>(i * channels + c)] *=
          static_cast<float>(step > 0 ? i : kFadeSamples - i) / kFadeSamples;
  if (step < 0) std::fill(interleaved.begin() + kFadeSamples * channels, interleaved.end(), 0.0F);
}

class OpusCoder final : public SoundCoder {
 public:
  OpusCoder(EncoderPtr encoder, av::CodecParametersPtr parameters, int channels, int kbps, double pause_below)
      : encoder_(std::move(encoder)),
        parameters_(std::move(parameters)),
        channels_(channels),
        kbps_(kbps),
        pause_below_(pause_below) {}

  [[nodiscard]] const AVCodecParameters& parameters() const override { return *parameters_; }
  [[nodiscard]] int packet_samples() const override { return kPacketSamples; }
  [[nodiscard]] int samples_before() const override { return parameters_->initial_padding; }

  Result<void> encode(AVFrame& planar, std::deque<av::PacketPtr>& packets) override {
    std::vector<float> next(static_cast<std::size_t>(kPacketSamples * channels_));
    float* out = next.data();
    for (int i = 0; i < kPacketSamples; ++i)
      for (int c = 0; c < channels_; ++c) *out++ = reinterpret_cast<const float*>(planar.extended_data[c])[i];
    const bool next_is_quiet = loudest(next, channels_) < pause_below_;
    if (!held_.empty()) {
      CHALK_TRY_ASSIGN(auto packet, encode_held(next_is_quiet));
      packets.push_back(std::move(packet));
    }
    held_ = std::move(next);
    held_is_quiet_ = next_is_quiet;
    return {};
  }

 private:
  // What is quiet at a pause's start and end is sent as it is: the end of a word, and the breath before the next.
  Result<av::PacketPtr> encode_held(bool next_is_quiet) {
    const bool was_pause = pause_;
    pause_ = held_is_quiet_ && next_is_quiet && last_was_quiet_;
    last_was_quiet_ = held_is_quiet_;
    if (pause_ && was_pause)
      std::fill(held_.begin(), held_.end(), 0.0F);
    else if (pause_ != was_pause)
      fade(held_, channels_, pause_ ? -1 : 1);
    // After a pause libopus would stay with CELT, which is no voice's at such rates.
    const int signal = pause_ ? OPUS_SIGNAL_MUSIC : was_pause ? OPUS_SIGNAL_VOICE : OPUS_AUTO;
    for (const int set : {opus_encoder_ctl(encoder_.get(), OPUS_SET_BITRATE((pause_ ? kPauseKbps : kbps_) * 1000)),
                          opus_encoder_ctl(encoder_.get(), OPUS_SET_LSB_DEPTH(pause_ ? kPauseResolution : 24)),
                          opus_encoder_ctl(encoder_.get(), OPUS_SET_SIGNAL(signal))})
      if (set != OPUS_OK) return opus_error(set, "encoding audio");

    const int bytes = opus_encode_float(encoder_.get(), held_.data(), kPacketSamples, room_.data(), kMostBytes);
    if (bytes < 0) return opus_error(bytes, "encoding audio");
    auto packet = av::make_packet();
    const int status = packet ? av_new_packet(packet.get(), bytes) : AVERROR(ENOMEM);
    if (status < 0) return av::error(status, "encoding audio");
    std::copy_n(room_.data(), bytes, packet->data);
    packet->flags |= AV_PKT_FLAG_KEY;
    return packet;
  }

  EncoderPtr encoder_;
  av::CodecParametersPtr parameters_;
  const int channels_, kbps_;
  const double pause_below_;  // RMS; 0: there are no pauses
  std::vector<float> held_;   // the packet that comes next, interleaved
  bool held_is_quiet_ = false, last_was_quiet_ = false, pause_ = false;
  std::array<std::uint8_t, kMostBytes> room_{};
};

}  // namespace

Result<std::unique_ptr<SoundCoder>> open_opus(int channels, int kbps, std::optional<double> pause_below) {
  constexpr std::string_view doing = "opening libopus";
  int status = OPUS_OK;
  EncoderPtr encoder(opus_encoder_create(kSampleRate, channels, OPUS_APPLICATION_AUDIO, &status));
  if (status != OPUS_OK) return opus_error(status, doing);
  opus_int32 samples_before = 0;
  for (const int set :
       {opus_encoder_ctl(encoder.get(), OPUS_SET_COMPLEXITY(kComplexity)),
        opus_encoder_ctl(encoder.get(), OPUS_SET_VBR(1)), opus_encoder_ctl(encoder.get(), OPUS_SET_VBR_CONSTRAINT(0)),
        opus_encoder_ctl(encoder.get(), OPUS_GET_LOOKAHEAD(&samples_before))})
    if (set != OPUS_OK) return opus_error(set, doing);

  av::CodecParametersPtr parameters(avcodec_parameters_alloc());
  const auto head = header(channels, samples_before);
  if (!parameters) return av::error(AVERROR(ENOMEM), doing);
  parameters->extradata = static_cast<std::uint8_t*>(av_mallocz(head.size() + AV_INPUT_BUFFER_PADDING_SIZE));
  if (parameters->extradata == nullptr) return av::error(AVERROR(ENOMEM), doing);
  std::copy(head.begin(), head.end(), parameters->extradata);
  parameters->extradata_size = static_cast<int>(head.size());
  parameters->codec_type = AVMEDIA_TYPE_AUDIO;
  parameters->codec_id = AV_CODEC_ID_OPUS;
  parameters->format = AV_SAMPLE_FMT_FLT;
  parameters->bit_rate = kbps * 1000LL;
  parameters->sample_rate = kSampleRate;
  parameters->frame_size = kPacketSamples;
  parameters->initial_padding = samples_before;
  av_channel_layout_default(&parameters->ch_layout, channels);
  const double below = pause_below ? std::pow(10, *pause_below / 20) : 0;
  return std::make_unique<OpusCoder>(std::move(encoder), std::move(parameters), channels, kbps, below);
}

}  // namespace chalkline::transcode
