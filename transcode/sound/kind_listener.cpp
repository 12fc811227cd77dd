// One encoder a window, so that each begins without an opinion.
#include "transcode/sound/kind_listener.hpp"

#include <algorithm>
#include <cstring>

#include "transcode/av/dict.hpp"
#include "transcode/av/error.hpp"

namespace chalkline::transcode {

namespace {
constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kWindow = 4 * kSecond;
constexpr double kMostWindows = 10;
constexpr std::int64_t kLeastApart = 3 * kWindow;  // a short lesson is not heard whole: it costs as an encode does
constexpr std::size_t kFrame = kSampleRate / 50;   // 20 ms
constexpr std::size_t kMakesUpItsMind = 50;        // packets of a window that do not count
constexpr double kAudible = 1e-5;                  // mean square of a frame: -50 dB
constexpr double kLeastHeard = 25;                 // packets, half a second
constexpr int kKbps = 24;                          // where the encoder is free to choose either method
constexpr unsigned kFirstCelt = 16;                // configurations of RFC 6716 table 2: from here on CELT alone
constexpr const char* kDoing = "listening for music";
}  // namespace

KindListener::KindListener(double seconds)
    : apart_us_(std::max(kLeastApart, static_cast<std::int64_t>(seconds / kMostWindows * kSecond))) {}

Result<void> KindListener::add(const AVFrame& frame, std::int64_t at_us) {
  if (input_ && at_us >= from_us_ + kWindow) CHALK_TRY(close());
  if (!input_ && at_us >= next_us_) CHALK_TRY(open(at_us));
  if (!input_) return {};
  const av::FramePtr own = av::share(frame);  // its times are changed
  return input_->feed(*own, at_us - from_us_);
}

Result<SoundKind> KindListener::conclude() {
  if (input_) CHALK_TRY(close());
  SoundKind kind;
  if (heard_ >= kLeastHeard) kind.music_share = music_ / heard_;
  if (const double all = middle_energy_ + side_energy_; all > 0) kind.side_share = side_energy_ / all;
  return kind;
}

Result<void> KindListener::open(std::int64_t at_us) {
  from_us_ = at_us;
  next_us_ = at_us + apart_us_;
  const AVCodec* codec = avcodec_find_encoder_by_name("libopus");
  if (codec == nullptr) return Error(Errc::kInternal, "libopus is missing", "install Debian's libavcodec59");
  encoder_.reset(avcodec_alloc_context3(codec));
  if (!encoder_) return av::error(AVERROR(ENOMEM), kDoing);
  av_channel_layout_default(&encoder_->ch_layout, 1);
  encoder_->sample_rate = kSampleRate;
  encoder_->sample_fmt = AV_SAMPLE_FMT_FLT;
  encoder_->time_base = {1, kSampleRate};
  encoder_->bit_rate = kKbps * 1000;
  av::Dict settings{{"frame_duration", "20"}, {"compression_level", "7"}};
  const int status = avcodec_open2(encoder_.get(), codec, &settings);
  if (status < 0) return av::error(status, kDoing);
  CHALK_TRY(settings.all_used("libopus"));
  middle_.clear();
  energies_.clear();
  packets_ = 0;
  input_.emplace(SoundTreatment{.channels = 2}, [this](AVFrame& samples) { return take(samples); });
  return {};
}

Result<void> KindListener::close() {
  CHALK_TRY(input_->finish());
  input_.reset();
  const int status = avcodec_send_frame(encoder_.get(), nullptr);
  if (status < 0) return av::error(status, kDoing);
  CHALK_TRY(receive());
  encoder_.reset();
  return {};
}

Result<void> KindListener::take(const AVFrame& samples) {
  const auto* left = reinterpret_cast<const float*>(samples.extended_data[0]);
  const auto* right = reinterpret_cast<const float*>(samples.extended_data[1]);
  for (int i = 0; i < samples.nb_samples; ++i) {
    const float middle = (left[i] + right[i]) / 2, side = (left[i] - right[i]) / 2;
    middle_energy_ += static_cast<double>(middle) * static_cast<double>(middle);
    side_energy_ += static_cast<double>(side) * static_cast<double>(side);
    middle_.push_back(middle);
  }
  std::size_t done = 0;
  for (; done + kFrame <= middle_.size(); done += kFrame) CHALK_TRY(encode(middle_.data() + done));
  middle_.erase(middle_.begin(), middle_.begin() + static_cast<std::ptrdiff_t>(done));
  return {};
}

Result<void> KindListener::encode(const float* samples) {
  const auto frame = av::make_frame();
  frame->nb_samples = kFrame;
  frame->format = AV_SAMPLE_FMT_FLT;
  frame->sample_rate = kSampleRate;
  frame->pts = static_cast<std::int64_t>(energies_.size() * kFrame);
  int status = av_channel_layout_copy(&frame->ch_layout, &encoder_->ch_layout);
  if (status >= 0) status = av_frame_get_buffer(frame.get(), 0);
  if (status < 0) return av::error(status, kDoing);
  std::memcpy(frame->data[0], samples, kFrame * sizeof(float));
  double energy = 0;
  for (std::size_t i = 0; i < kFrame; ++i) energy += static_cast<double>(samples[i]) * static_cast<double>(samples[i]);
  energies_.push_back(energy / kFrame);
  status = avcodec_send_frame(encoder_.get(), frame.get());
  if (status < 0) return av::error(status, kDoing);
  return receive();
}

Result<void> KindListener::receive() {
  for (;;) {
    const auto packet = av::make_packet();
    const int status = avcodec_receive_packet(encoder_.get(), packet.get());
    if (status == AVERROR(EAGAIN) || status == AVERROR_EOF) return {};
    if (status < 0) return av::error(status, kDoing);
    note(*packet);
  }
}

void KindListener::note(const AVPacket& packet) {
  const std::size_t number = packets_++;
  if (number < kMakesUpItsMind || number >= energies_.size() || packet.size == 0) return;
  ++heard_;
  if (energies_[number] >= kAudible && packet.data[0] >> 3U >= kFirstCelt) ++music_;
}

}  // namespace chalkline::transcode
