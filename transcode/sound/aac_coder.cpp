// libavcodec's own encoder, whose first packets are silence of its own making and are not given on.
#include <utility>

#include "transcode/av/dict.hpp"
#include "transcode/av/error.hpp"
#include "transcode/sound/sound_coder.hpp"
#include "transcode/sound/sound_input.hpp"

namespace chalkline::transcode {

namespace {

constexpr std::string_view kOpening = "opening the AAC encoder";

class AacCoder final : public SoundCoder {
 public:
  AacCoder(av::CodecPtr codec, av::CodecParametersPtr parameters)
      : codec_(std::move(codec)),
        parameters_(std::move(parameters)),
        priming_packets_((codec_->initial_padding + codec_->frame_size - 1) / codec_->frame_size) {}

  [[nodiscard]] const AVCodecParameters& parameters() const override { return *parameters_; }
  [[nodiscard]] int packet_samples() const override { return codec_->frame_size; }
  // Its padding is whole packets.
  [[nodiscard]] int samples_before() const override { return 0; }

  Result<void> encode(AVFrame& planar, std::deque<av::PacketPtr>& packets) override {
    planar.pts = given_;
    given_ += codec_->frame_size;
    int status = avcodec_send_frame(codec_.get(), &planar);
    if (status < 0) return av::error(status, "encoding audio");
    for (;;) {
      auto packet = av::make_packet();
      status = packet ? avcodec_receive_packet(codec_.get(), packet.get()) : AVERROR(ENOMEM);
      if (status == AVERROR(EAGAIN) || status == AVERROR_EOF) return {};
      if (status < 0) return av::error(status, "encoding audio");
      if (priming_packets_ > 0) {
        --priming_packets_;
        continue;
      }
      av_packet_free_side_data(packet.get());  // demuxers must not trim again what has been aligned here
      packets.push_back(std::move(packet));
    }
  }

 private:
  av::CodecPtr codec_;
  av::CodecParametersPtr parameters_;
  int priming_packets_;  // still to be thrown away
  Ticks given_ = 0;
};

}  // namespace

Result<std::unique_ptr<SoundCoder>> open_aac(int channels, int kbps) {
  const AVCodec* encoder = avcodec_find_encoder_by_name("aac");
  if (encoder == nullptr) return Error(Errc::kInternal, "the AAC encoder is missing", "install Debian's libavcodec59");
  av::CodecPtr codec(avcodec_alloc_context3(encoder));
  if (!codec) return av::error(AVERROR(ENOMEM), kOpening);
  av_channel_layout_default(&codec->ch_layout, channels);
  codec->sample_rate = kSampleRate;
  codec->sample_fmt = AV_SAMPLE_FMT_FLTP;
  codec->time_base = {1, kSampleRate};
  codec->flags |= AV_CODEC_FLAG_GLOBAL_HEADER | AV_CODEC_FLAG_BITEXACT;
  codec->bit_rate = kbps * 1000LL;
  // Measured on lectures at 48 kbit/s: a third of the usual coder's time, STOI 0.991 instead of 0.988, and true peaks
  // 0.8 dB over what went in instead of 4.
  av::Dict settings{{"aac_coder", "fast"}};
  int status = avcodec_open2(codec.get(), encoder, &settings);
  if (status < 0) return av::error(status, kOpening);
  CHALK_TRY(settings.all_used(encoder->name));
  av::CodecParametersPtr parameters(avcodec_parameters_alloc());
  status = parameters ? avcodec_parameters_from_context(parameters.get(), codec.get()) : AVERROR(ENOMEM);
  if (status < 0) return av::error(status, kOpening);
  return std::make_unique<AacCoder>(std::move(codec), std::move(parameters));
}

}  // namespace chalkline::transcode
