// x264, x265 or SVT-AV1 through libavcodec, for one rung.
#include "transcode/pictures/video_encoder.hpp"

extern "C" {
#include <libavutil/opt.h>
}

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>
#include <malloc.h>

#include "transcode/av/error.hpp"
#include "transcode/packaging/picture_segment.hpp"
#include "transcode/pictures/hevc_header.hpp"
#include "transcode/pictures/regions.hpp"
#include "transcode/pictures/svt_av1.hpp"
#include "transcode/pictures/x264.hpp"
#include "transcode/pictures/x265.hpp"

namespace chalkline::transcode {

// What is lost at most when the work is interrupted, of each rung. At its end an encoder gives what it looks ahead to;
// the next begins with an IDR, over which nothing is predicted.
static constexpr Ticks kGroupMs = 30'000;
// Nor is a group smaller than this: a slide's has a picture a second, and opening an encoder touches memory for sixty.
static constexpr int kGroupPictures = 200;

static std::vector<std::uint8_t> header_of(const AVCodecContext& codec) {
  return {codec.extradata, codec.extradata + codec.extradata_size};
}

VideoEncoder::VideoEncoder(Timescale timescale, const Rung& rung, Ratio most, const EncodingOptions& options, int index,
                           VersionSink& sink, const KeptWork& kept)
    : timescale_(timescale),
      rung_(rung),
      most_(most),
      options_(options),
      index_(index),
      sink_(sink),
      kept_(kept),
      scaler_(rung.width, rung.height, pixel_format(rung.codec)) {}
VideoEncoder::~VideoEncoder() = default;

Result<av::CodecPtr> VideoEncoder::open_codec(const Picture& first) const {
  const av::PictureFormat format{rung_.width, rung_.height, pixel_format(rung_.codec), timescale_, most_};
  // Of the saver ladder's codecs a group holds slides or a camera, where they take turns.
  const double crf = first.camera && rung_.camera_crf > 0 ? rung_.camera_crf : rung_.crf;
  if (rung_.codec == Codec::kHevc) return open_x265({format, crf, options_.x264_preset, rung_.threads}, *first.frame);
  if (rung_.codec == Codec::kAv1) {
    return open_svt_av1({format, crf, av1_preset_for(options_.av1_preset, rung_.width, rung_.height), rung_.threads},
                        *first.frame);
  }
  X264Settings settings;
  settings.format = format;
  settings.crf = rung_.crf;
  settings.max_kbps = rung_.max_kbps;
  settings.preset = options_.x264_preset;
  settings.kind = rung_.kind;
  settings.regions = cares_for_pale(options_, rung_.kind) || rung_.camera_crf > 0;
  settings.threads = rung_.threads;
  settings.goes_on = group_ > 0;
  return open_x264(settings, *first.frame);
}

Result<std::string> VideoEncoder::codecs() const {
  if (rung_.codec == Codec::kAv1) return av1_codecs(*codec_);
  if (rung_.codec == Codec::kH264) return avc_codecs(header_);
  if (auto found = hevc_codecs(std::as_bytes(std::span(header_)))) return *std::move(found);
  return Error(Errc::kInternal, "the HEVC encoder wrote no sequence parameter set that can be read");
}

Result<void> VideoEncoder::open(const Picture& first) {
  CHALK_TRY_ASSIGN(codec_, open_codec(first));
  header_ = header_of(*codec_);

  // x264 describes itself in 700 bytes of SEI at the start of every rendition; a learner pays for them.
  AVBSFContext* filter = nullptr;
  int made = av_bsf_list_parse_str(rung_.codec == Codec::kH264 ? "filter_units=remove_types=6" : "null", &filter);
  strip_sei_.reset(filter);
  if (made >= 0) made = avcodec_parameters_from_context(filter->par_in, codec_.get());
  if (made >= 0) made = av_bsf_init(filter);
  if (made < 0) return av::error(made, "preparing a rung's stream");
  // Parameter sets in the init segment alone (ISO/IEC 14496-15 8.4.1); the muxer's own choice is hev1.
  if (rung_.codec == Codec::kHevc) filter->par_in->codec_tag = MKTAG('h', 'v', 'c', '1');

  RenditionFormat format;
  format.id = fmt::format("video/{}", index_);
  format.kind = MediaKind::kVideo;
  format.codec = rung_.codec;
  CHALK_TRY_ASSIGN(format.codecs, codecs());
  format.timescale = timescale_;
  format.width = rung_.width;
  format.height = rung_.height;
  format.max_frame_rate = most_;
  format.quality = static_cast<int>(std::lround(rung_.expected_quality * 10));
  CHALK_TRY_ASSIGN(writer_, TrackWriter::open(*filter->par_in, std::move(format), sink_));
  return {};
}

Result<void> VideoEncoder::encode(const Picture& picture) {
  if (frames_ == 0) {
    CHALK_TRY(open(picture));
  } else if (begins_group(picture)) {
    CHALK_TRY(end_group());
    CHALK_TRY(begin_group(picture));
  }
  if (group_pictures_ == 0) group_camera_ = picture.camera;
  end_ = picture.pts + picture.duration;
  if (picture.starts_segment) boundaries_.push_back(picture.pts);
  ++frames_;
  ++group_pictures_;
  if (codec_) CHALK_TRY(send(picture));
  encoded_until_.store(end_, std::memory_order_relaxed);
  return {};
}

Result<av::FramePtr> VideoEncoder::scale(const Picture& picture) {
  if (!picture.scaled) return scaler_.scale(*picture.frame);
  const std::lock_guard lock(picture.scaled->mutex);
  if (!picture.scaled->frame) {
    CHALK_TRY_ASSIGN(picture.scaled->frame, scaler_.scale(*picture.frame));
  }
  return av::share(*picture.scaled->frame);
}

Result<void> VideoEncoder::send(const Picture& picture) {
  CHALK_TRY_ASSIGN(const av::FramePtr frame, scale(picture));
  frame->pts = picture.pts;
  frame->sample_aspect_ratio = {1, 1};
  frame->pict_type = picture.starts_segment ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
  if (rung_.codec == Codec::kH264 && picture.camera && rung_.camera_crf > 0) {
    CHALK_TRY(code_as(rung_.camera_crf, rung_.crf, *frame));
  } else if (rung_.codec == Codec::kH264 && picture.pale && is_readable(rung_)) {
    CHALK_TRY_ASSIGN(const bool cared,
                     care_for(*picture.pale, rung_.crf, picture.frame->width, picture.frame->height, *frame));
    // A B picture would show it, and the next P picture would have to be told again.
    if (cared && !picture.starts_segment) frame->pict_type = AV_PICTURE_TYPE_P;
  }
  const int status = avcodec_send_frame(codec_.get(), frame.get());
  if (status < 0) return av::error(status, "encoding video");
  return receive();
}

// Of AV1 each segment is one (svt_av1.hpp); of HEVC, whose encoder has one quantiser, each turn of slides and a camera.
bool VideoEncoder::begins_group(const Picture& picture) const {
  if (!picture.starts_segment) return false;
  if (rung_.codec == Codec::kAv1) return true;
  if (rung_.codec == Codec::kHevc && rung_.camera_crf > 0 && picture.camera != group_camera_) return true;
  return group_pictures_ >= kGroupPictures && picture.pts - group_start_ >= rescale(kGroupMs, 1000, timescale_);
}

std::string VideoEncoder::group_name() const { return fmt::format("video-{}-{}", index_, group_); }

// The encoder of the one before gives all that it holds.
Result<void> VideoEncoder::end_group() {
  if (codec_) {
    const int status = avcodec_send_frame(codec_.get(), nullptr);
    if (status < 0) return av::error(status, "ending a group of segments");
    CHALK_TRY(receive());
    if (group_ > 0) kept_.save(group_name(), std::exchange(group_bytes_, {}));
    codec_.reset();  // before the next is opened: one at a time
    // What of an encoder lay in its threads' arenas: without this each group leaves some of it behind.
    ::malloc_trim(0);
  }
  for (av::PacketPtr& packet : std::exchange(finished_, {})) CHALK_TRY(take(std::move(packet)));
  return {};
}

// The first group is always made anew: its encoder tells the headers.
Result<void> VideoEncoder::begin_group(const Picture& picture) {
  ++group_;
  group_start_ = picture.pts;
  group_pictures_ = 0;
  if (const auto bytes = kept_.load(group_name())) {
    finished_ = unpack_packets(*bytes);
    if (!finished_.empty() && finished_.front()->pts == picture.pts) return {};
    finished_.clear();
  }
  CHALK_TRY_ASSIGN(codec_, open_codec(picture));
  if (header_of(*codec_) == header_) return {};
  return Error(Errc::kInternal, "a segment's sequence header is not the one of the init segment");
}

Result<void> VideoEncoder::receive() {
  for (;;) {
    auto packet = av::make_packet();
    int status = avcodec_receive_packet(codec_.get(), packet.get());
    if (status == AVERROR(EAGAIN) || status == AVERROR_EOF) return {};
    if (status >= 0) status = av_bsf_send_packet(strip_sei_.get(), packet.get());
    if (status >= 0) status = av_bsf_receive_packet(strip_sei_.get(), packet.get());
    if (status < 0) return av::error(status, "encoding video");
    if (kept_.keeps() && group_ > 0) pack(*packet, group_bytes_);
    CHALK_TRY(take(std::move(packet)));
  }
}

// In decode order. A segment ends where the next one's first picture comes.
Result<void> VideoEncoder::take(av::PacketPtr packet) {
  if (!boundaries_.empty() && packet->pts == boundaries_.front()) {
    if ((packet->flags & AV_PKT_FLAG_KEY) == 0)
      return Error(Errc::kInternal,
                   fmt::format("the picture at {} ticks is not the IDR it was asked to be", packet->pts));
    boundaries_.pop_front();
    CHALK_TRY(write_segment(packet->pts));
  }
  segment_.push_back(std::move(packet));
  return {};
}

Result<void> VideoEncoder::write_segment(Ticks end) {
  if (segment_.empty()) return {};
  return write_picture_segment(*writer_, std::exchange(segment_, {}), end);
}

Result<void> VideoEncoder::flush() {
  if (frames_ == 0) return {};
  CHALK_TRY(end_group());
  CHALK_TRY(write_segment(end_));
  return writer_->finish(mean_rate(frames_, {end_, timescale_}));
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
