// Both decoders by libavcodec. A decoder that begins anew hears the packet before first, after which it is as good as
// one that has heard all.
#include "transcode/sound/opus_ears.hpp"

#include <string>
#include <utility>

#include "transcode/av/decoder.hpp"
#include "transcode/av/error.hpp"
#include "transcode/sound/loudness.hpp"
#include "transcode/sound/sound_input.hpp"

namespace chalkline::transcode {

namespace {

constexpr const char* kDoing = "hearing what was encoded";
constexpr unsigned kFirstHybrid = 12;  // configurations of RFC 6716 table 2: SILK alone is below
// libavcodec's own decoder is listened to where that of libopus comes so near to the limit, dB: it is off by 5.2 at
// most (measured on voices, synthetic and real, at 12 kbit/s), and not at all in what is not SILK alone.
constexpr double kNearDb = 6;
const double kMost = db_to_gain(kMostCodedDb);
const double kNear = db_to_gain(kMostCodedDb - kNearDb);

}  // namespace

Result<std::unique_ptr<OpusEars>> OpusEars::open(const AVCodecParameters& parameters) {
  std::unique_ptr<OpusEars> ears(new OpusEars(parameters.ch_layout.nb_channels));
  if (!ears->frame_) return av::error(AVERROR(ENOMEM), kDoing);
  for (const char* decoder : {"libopus", "opus"}) {
    CHALK_TRY_ASSIGN(auto ear, ears->open_ear(decoder, parameters));
    ears->ears_.push_back(std::move(ear));
  }
  return ears;
}

Result<OpusEars::Ear> OpusEars::open_ear(const char* decoder, const AVCodecParameters& parameters) const {
  const AVCodec* codec = avcodec_find_decoder_by_name(decoder);
  if (codec == nullptr)
    return Error(Errc::kInternal, std::string("the decoder ") + decoder + " is missing",
                 "install Debian's libavcodec59");
  Ear ear{av::CodecPtr(avcodec_alloc_context3(codec)), CodedPeaks(channels_), nullptr};
  if (!ear.decoder) return av::error(AVERROR(ENOMEM), kDoing);
  int status = avcodec_parameters_to_context(ear.decoder.get(), &parameters);
  if (status < 0) return av::error(status, kDoing);
  ear.decoder->pkt_timebase = {1, kSampleRate};
  ear.decoder->thread_count = 1;
  ear.decoder->request_sample_fmt = AV_SAMPLE_FMT_FLT;  // not clipped
  ear.decoder->flags2 |= AV_CODEC_FLAG2_SKIP_MANUAL;    // all that comes out of it
  status = avcodec_open2(ear.decoder.get(), nullptr, nullptr);
  if (status < 0) return av::error(status, kDoing);
  return ear;
}

Result<void> OpusEars::hear(const AVPacket* before, const AVPacket& packet, std::vector<CodedPeak>& peaks) {
  CHALK_TRY_ASSIGN(const float largest, hear_with(ears_.front(), before, packet, peaks));
  if (packet.data[0] >> 3 >= kFirstHybrid || largest < kNear) return {};
  CHALK_TRY(hear_with(ears_.back(), before, packet, peaks));
  return {};
}

Result<float> OpusEars::hear_with(Ear& ear, const AVPacket* before, const AVPacket& packet,
                                  std::vector<CodedPeak>& peaks) {
  if (before != nullptr && (!ear.last || ear.last->data != before->data)) {
    avcodec_flush_buffers(ear.decoder.get());
    ear.finder.forget();
    std::vector<CodedPeak> passed;
    CHALK_TRY(decode(ear, *before, passed));
  }
  CHALK_TRY_ASSIGN(const float largest, decode(ear, packet, peaks));
  ear.last.reset(av_packet_clone(&packet));
  if (!ear.last) return av::error(AVERROR(ENOMEM), kDoing);
  return largest;
}

Result<float> OpusEars::decode(Ear& ear, const AVPacket& packet, std::vector<CodedPeak>& peaks) {
  interleaved_.clear();
  int broken = 0;  // nothing is heard of it then, by this decoder
  const auto channels = static_cast<std::size_t>(channels_);
  const auto take = [&](const AVFrame& sound) -> Result<void> {
    const bool planar = sound.format == AV_SAMPLE_FMT_FLTP;
    if ((!planar && sound.format != AV_SAMPLE_FMT_FLT) || sound.ch_layout.nb_channels != channels_)
      return Error(Errc::kInternal, std::string(kDoing) + ": the decoder gives other samples than it said");
    for (std::size_t i = 0; i < static_cast<std::size_t>(sound.nb_samples); ++i)
      for (std::size_t c = 0; c < channels; ++c)
        interleaved_.push_back(planar ? reinterpret_cast<const float*>(sound.extended_data[c])[i]
                                      : reinterpret_cast<const float*>(sound.data[0])[i * channels + c]);
    return {};
  };
  CHALK_TRY(av::decode(*ear.decoder, &packet, *frame_, broken, take));
  return ear.finder.find(interleaved_, kMost, peaks);
}

}  // namespace chalkline::transcode
