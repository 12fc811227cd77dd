// x264 through libavcodec, for one rung.
#include "transcode/video_encoder.hpp"

extern "C" {
#include <libavutil/opt.h>
}

#include <algorithm>
#include <numeric>
#include <span>

#include <fmt/format.h>

#include "transcode/av/dict.hpp"
#include "transcode/av/error.hpp"
#include "transcode/decode_times.hpp"

namespace chalkline::transcode {

// RFC 6381 3.3 / ISO/IEC 14496-15: "avc1." and profile_idc, constraint flags, level_idc of the SPS in hexadecimal.
static std::string avc_codecs(const AVCodecContext& codec) {
  const std::span<const std::uint8_t> data(codec.extradata, static_cast<std::size_t>(codec.extradata_size));
  for (std::size_t i = 0; i + 6 < data.size(); ++i)
    if (data[i] == 0 && data[i + 1] == 0 && data[i + 2] == 1 && (data[i + 3] & 0x1F) == 7)
      return fmt::format("avc1.{:02x}{:02x}{:02x}", data[i + 4], data[i + 5], data[i + 6]);
  return "avc1.640028";
}

VideoEncoder::VideoEncoder(const VideoFacts& source, const Rung& rung, const EncodingOptions& options, int index,
                           VersionSink& sink)
    : source_(source), rung_(rung), options_(options), index_(index), sink_(sink) {}
VideoEncoder::~VideoEncoder() = default;

Result<void> VideoEncoder::open(const AVFrame& first) {
  const std::string doing = fmt::format("opening the H.264 encoder for {}x{}", rung_.width, rung_.height);
  const AVCodec* encoder = avcodec_find_encoder_by_name("libx264");
  if (encoder == nullptr)
    return Error(Errc::kInternal, doing + ": libx264 is missing", "install Debian's libavcodec59");
  codec_.reset(avcodec_alloc_context3(encoder));
  if (!codec_) return av::error(AVERROR(ENOMEM), doing);
  codec_->width = rung_.width;
  codec_->height = rung_.height;
  codec_->pix_fmt = AV_PIX_FMT_YUV420P;
  codec_->sample_aspect_ratio = {1, 1};
  codec_->time_base = {1, static_cast<int>(source_.timescale)};
  // x264 chooses the level by this (H.264 A.3.1), and phones refuse levels they cannot hold: an unknown rate, or the
  // thousand pictures a second that a container's clock may suggest, must not become one.
  const int highest = options_.max_frame_rate > 0 ? options_.max_frame_rate : 60;
  codec_->framerate = {highest, 1};
  if (source_.frame_rate.known() && source_.frame_rate.value() <= highest)
    codec_->framerate = {static_cast<int>(source_.frame_rate.num), static_cast<int>(source_.frame_rate.den)};
  codec_->colorspace = first.colorspace;
  codec_->color_primaries = first.color_primaries;
  codec_->color_trc = first.color_trc;
  codec_->color_range = AVCOL_RANGE_MPEG;
  codec_->thread_count = rung_.threads;
  codec_->flags |= AV_CODEC_FLAG_GLOBAL_HEADER | AV_CODEC_FLAG_BITEXACT;
  codec_->rc_max_rate = rung_.max_kbps * 1000LL;
  codec_->rc_buffer_size = rung_.max_kbps * 2000;  // two seconds: what a player has ahead before it may start
  // IDRs come where the reader says and nowhere else; a scene cut within a segment may be coded as a plain I picture.
  av::Dict options{{"preset", options_.x264_preset},
                   {"profile", "high"},
                   {"crf", fmt::format("{}", rung_.crf)},
                   {"forced-idr", "1"},
                   {"x264-params", "keyint=infinite:min-keyint=1000000:open-gop=0:stitchable=0"}};
  const int status = avcodec_open2(codec_.get(), encoder, &options);
  if (status < 0) return av::error(status, doing);
  CHALK_TRY(options.all_used("libx264"));

  // x264 describes itself in 700 bytes of SEI at the start of every rendition; a learner pays for them.
  AVBSFContext* filter = nullptr;
  int made = av_bsf_list_parse_str("filter_units=remove_types=6", &filter);
  strip_sei_.reset(filter);
  if (made >= 0) made = avcodec_parameters_from_context(filter->par_in, codec_.get());
  if (made >= 0) made = av_bsf_init(filter);
  if (made < 0) return av::error(made, doing);

  RenditionFormat format;
  format.id = fmt::format("video/{}", index_);
  format.kind = MediaKind::kVideo;
  format.codec = Codec::kH264;
  format.codecs = avc_codecs(*codec_);
  format.timescale = source_.timescale;
  format.width = rung_.width;
  format.height = rung_.height;
  format.max_frame_rate = {codec_->framerate.num, codec_->framerate.den};
  CHALK_TRY_ASSIGN(writer_, TrackWriter::open(*codec_, std::move(format), sink_));
  return {};
}

Result<av::FramePtr> VideoEncoder::scaled(const AVFrame& frame) {
  if (frame.width == rung_.width && frame.height == rung_.height) return av::share(frame);
  if (!scaler_) {
    scaler_.reset(sws_getContext(frame.width, frame.height, AV_PIX_FMT_YUV420P, rung_.width, rung_.height,
                                 AV_PIX_FMT_YUV420P, SWS_BICUBIC | SWS_ACCURATE_RND, nullptr, nullptr, nullptr));
    if (!scaler_) return Error(Errc::kInternal, fmt::format("cannot scale to {}x{}", rung_.width, rung_.height));
  }
  auto out = av::make_frame();
  out->width = rung_.width;
  out->height = rung_.height;
  out->format = AV_PIX_FMT_YUV420P;
  int status = av_frame_get_buffer(out.get(), 0);
  if (status >= 0) status = av_frame_copy_props(out.get(), &frame);
  if (status < 0) return av::error(status, "scaling a picture");
  sws_scale(scaler_.get(), frame.data, frame.linesize, 0, frame.height, out->data, out->linesize);
  return out;
}

Result<void> VideoEncoder::encode(const Picture& picture) {
  if (!codec_) CHALK_TRY(open(*picture.frame));
  CHALK_TRY_ASSIGN(const av::FramePtr frame, scaled(*picture.frame));
  frame->pts = picture.pts;
  frame->sample_aspect_ratio = {1, 1};
  frame->pict_type = picture.starts_segment ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
  end_ = picture.pts + picture.duration;
  if (picture.starts_segment) boundaries_.push_back(picture.pts);
  ++frames_;
  const int status = avcodec_send_frame(codec_.get(), frame.get());
  if (status < 0) return av::error(status, "encoding video");
  encoded_until_.store(end_, std::memory_order_relaxed);
  return receive();
}

Result<void> VideoEncoder::receive() {
  for (;;) {
    auto packet = av::make_packet();
    int status = avcodec_receive_packet(codec_.get(), packet.get());
    if (status == AVERROR(EAGAIN) || status == AVERROR_EOF) return {};
    if (status >= 0) status = av_bsf_send_packet(strip_sei_.get(), packet.get());
    if (status >= 0) status = av_bsf_receive_packet(strip_sei_.get(), packet.get());
    if (status < 0) return av::error(status, "encoding video");
    if (!boundaries_.empty() && packet->pts == boundaries_.front()) {
      if ((packet->flags & AV_PKT_FLAG_KEY) == 0)
        return Error(Errc::kInternal,
                     fmt::format("the picture at {} ticks is not the IDR it was asked to be", packet->pts));
      boundaries_.pop_front();
      CHALK_TRY(write_segment(packet->pts));
    }
    segment_.push_back(std::move(packet));
  }
}

Result<void> VideoEncoder::write_segment(Ticks end) {
  if (segment_.empty()) return {};
  std::vector<Ticks> presented(segment_.size());
  std::transform(segment_.begin(), segment_.end(), presented.begin(), [](const auto& packet) { return packet->pts; });
  std::vector<Ticks> decoded = decode_times(presented);
  if (decoded.empty()) return Error(Errc::kInternal, "a segment's pictures cannot be put in decode order");
  decoded.push_back(end);
  for (std::size_t i = 0; i < segment_.size(); ++i)
    CHALK_TRY(writer_->write(*segment_[i], decoded[i], decoded[i + 1] - decoded[i]));
  segment_.clear();
  return writer_->end_segment();
}

// Pictures over time, exact: the last one may stand longer than the others.
Ratio VideoEncoder::mean_rate() const {
  Ratio rate{frames_ * static_cast<std::int64_t>(source_.timescale), std::max<Ticks>(1, end_)};
  if (const auto common = std::gcd(rate.num, rate.den); common > 1) rate = {rate.num / common, rate.den / common};
  return rate;
}

Result<void> VideoEncoder::flush() {
  if (!codec_) return {};
  const int status = avcodec_send_frame(codec_.get(), nullptr);
  if (status < 0) return av::error(status, "ending the video");
  CHALK_TRY(receive());
  CHALK_TRY(write_segment(end_));
  return writer_->finish(mean_rate());
}

Result<void> VideoEncoder::run() {
  Result<void> outcome;
  while (outcome) {
    const std::optional<Picture> picture = queue_.pop();
    if (!picture) break;
    outcome = encode(*picture);
  }
  if (outcome && queue_.abandoned()) return Error(Errc::kCancelled, "encoding was stopped");
  if (outcome) outcome = flush();
  if (!outcome) queue_.abandon();
  return outcome;
}

}  // namespace chalkline::transcode
