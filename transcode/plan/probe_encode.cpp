// Encode, decode what is looked at, compare.
#include "transcode/plan/probe_encode.hpp"

#include <algorithm>
#include <span>

#include "transcode/av/decoder.hpp"
#include "transcode/av/error.hpp"
#include "transcode/pictures/svt_av1.hpp"
#include "transcode/plan/quality.hpp"
#include "transcode/reading/h264_packet.hpp"

namespace chalkline::transcode {

namespace {
constexpr double kMostSeconds = 3;  // a still counts for no more than this in the mean
}  // namespace

Result<av::FramePtr> ScaledPictures::of(const AVFrame& frame) {
  const std::lock_guard lock(mutex_);
  av::FramePtr& made = made_[&frame];
  if (!made) {
    CHALK_TRY_ASSIGN(made, scaler_.scale(frame));
  }
  return av::share(*made);
}

ProbeEncode::ProbeEncode(const ProbePoint& point, const std::vector<Shown>& shown, Timescale timescale,
                         const OpenEncoder& open, ScaledPictures* scaled)
    : point_(point),
      shown_(shown),
      timescale_(timescale),
      open_(open),
      scaled_(scaled),
      down_(point.width, point.height, pixel_format(point.codec)),
      up_(shown.front().frame->width, shown.front().frame->height) {
  Ticks on_screen = 0;
  for (const Shown& shot : shown_) {
    if (shot.kept) on_screen = shot.pts;
    if (shot.compared && (looked_at_.empty() || looked_at_.back() != on_screen)) looked_at_.push_back(on_screen);
  }
}

Result<void> ProbeEncode::run(const std::stop_token& stop, const std::function<void()>& coded) {
  CHALK_TRY_ASSIGN(encoder_, open_(point_, *shown_.front().frame));
  CHALK_TRY(open_decoder());
  for (const Shown& shot : shown_) {
    if (stop.stop_requested()) return Error(Errc::kCancelled, "transcoding was stopped");
    if (!shot.kept) continue;
    if (is_av1() && shot.first && shot.pts > 0) {  // a segment has an encoder of its own (svt_av1.hpp)
      CHALK_TRY(encode(nullptr, coded));
      encoder_.reset();
      CHALK_TRY_ASSIGN(encoder_, open_(point_, *shot.frame));
    }
    CHALK_TRY_ASSIGN(const av::FramePtr frame, scale(*shot.frame));
    frame->pts = shot.pts;
    frame->pict_type = shot.first ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
    CHALK_TRY(encode(frame.get(), coded));
  }
  CHALK_TRY(encode(nullptr, coded));
  CHALK_TRY(decode(nullptr));
  return compare_until(shown_.back().pts + 1);
}

ProbedBytes ProbeEncode::bytes() const {
  ProbedBytes sum;
  for (const Shown& shot : shown_) {
    const auto found = sizes_.find(shot.pts);
    if (found == sizes_.end()) continue;
    auto& [bytes, pictures] = shot.first ? sum.idrs : shot.repeat ? sum.repeats : sum.predicted;
    bytes += found->second;
    ++pictures;
    if (!shot.first && !shot.repeat) sum.area += shot.area;
  }
  return sum;
}

Result<av::FramePtr> ProbeEncode::scale(const AVFrame& frame) {
  return scaled_ != nullptr ? scaled_->of(frame) : down_.scale(frame);
}

Result<void> ProbeEncode::open_decoder() {
  const AVCodec* decoder = is_av1()                       ? avcodec_find_decoder_by_name("libdav1d")
                           : point_.codec == Codec::kHevc ? avcodec_find_decoder(AV_CODEC_ID_HEVC)
                                                          : avcodec_find_decoder(AV_CODEC_ID_H264);
  if (decoder == nullptr)
    return Error(Errc::kInternal, "a decoder of probe encodes is missing", "install Debian's libavcodec59");
  decoder_.reset(avcodec_alloc_context3(decoder));
  if (!decoder_) return av::error(AVERROR(ENOMEM), "opening a decoder");
  av::CodecParametersPtr parameters(avcodec_parameters_alloc());
  int status = avcodec_parameters_from_context(parameters.get(), encoder_.get());
  if (status >= 0) status = avcodec_parameters_to_context(decoder_.get(), parameters.get());
  decoder_->thread_count = 1;
  if (status >= 0) status = avcodec_open2(decoder_.get(), nullptr, nullptr);
  return status < 0 ? Result<void>(av::error(status, "opening a decoder")) : Result<void>();
}

Result<void> ProbeEncode::encode(const AVFrame* frame, const std::function<void()>& coded) {
  int status = avcodec_send_frame(encoder_.get(), frame);
  if (status < 0) return av::error(status, "probing an encode");
  for (;;) {
    const auto packet = av::make_packet();
    status = avcodec_receive_packet(encoder_.get(), packet.get());
    if (status == AVERROR(EAGAIN) || status == AVERROR_EOF) return {};
    if (status < 0) return av::error(status, "probing an encode");
    sizes_[packet->pts] = packet->size;
    if (is_looked_at(*packet)) CHALK_TRY(decode(packet.get()));
    coded();
  }
}

// Or what is looked at is predicted from it.
bool ProbeEncode::is_looked_at(const AVPacket& packet) const {
  if (point_.codec != Codec::kH264 || std::ranges::binary_search(looked_at_, packet.pts)) return true;
  const std::span<const std::byte> bytes(reinterpret_cast<const std::byte*>(packet.data),
                                         static_cast<std::size_t>(packet.size));
  const H264Picture picture = describe_h264(bytes, 0);
  return !picture.known || picture.reference;
}

Result<void> ProbeEncode::decode(const AVPacket* packet) {
  int broken = 0;
  const auto frame = av::make_frame();
  return av::decode(*decoder_, packet, *frame, broken, [&](AVFrame& decoded) { return show(decoded); });
}

// Compares the picture that stood until now with all that was to be seen meanwhile.
Result<void> ProbeEncode::show(const AVFrame& decoded) {
  CHALK_TRY(compare_until(decoded.pts));
  on_screen_ = av::share(decoded);
  return {};
}

Result<void> ProbeEncode::compare_until(Ticks pts) {
  av::FramePtr large;
  for (; next_ < shown_.size() && shown_[next_].pts < pts; ++next_) {
    const Shown& shot = shown_[next_];
    if (!on_screen_ || !shot.compared) continue;
    if (!large) {
      CHALK_TRY_ASSIGN(large, up_.scale(*on_screen_));
    }
    const double weight = std::min(kMostSeconds, static_cast<double>(shot.duration) / timescale_);
    quality_ += weight * picture_quality(*shot.frame, *large);
    weight_ += weight;
  }
  return {};
}

}  // namespace chalkline::transcode
