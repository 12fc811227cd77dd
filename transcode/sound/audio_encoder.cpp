// Level, packets, segments; aligned so that decoded sample n is the source's sample n.
#include "transcode/sound/audio_encoder.hpp"

extern "C" {
#include <libavutil/channel_layout.h>
#include <libavutil/samplefmt.h>
}

#include <algorithm>

#include "transcode/av/error.hpp"

namespace chalkline::transcode {

namespace {
// Samples kept from the writer until the track's exact end is known: decoders give a frame too much when they are
// drained.
constexpr Ticks kHeldBack = kSampleRate / 4;
}  // namespace

Result<std::unique_ptr<AudioEncoder>> AudioEncoder::open(RenditionFormat format, std::optional<double> pause_below,
                                                         const SoundLevel& level, const SegmentTimeline& timeline,
                                                         VersionSink& sink) {
  const bool opus = format.codec == Codec::kOpus;
  CHALK_TRY_ASSIGN(
      auto coder, opus ? open_opus(format.channels, format.kbps, pause_below) : open_aac(format.channels, format.kbps));
  std::unique_ptr<AudioEncoder> made(new AudioEncoder(timeline, format.channels, level, std::move(coder)));
  const SoundCoder& codes = *made->coder_;
  made->fifo_.reset(av_audio_fifo_alloc(AV_SAMPLE_FMT_FLTP, format.channels, codes.packet_samples() * 4));
  if (!made->fifo_) return av::error(AVERROR(ENOMEM), "opening the encoder for " + format.id);
  format.kind = MediaKind::kAudio;
  format.codecs = opus ? "opus" : "mp4a.40.2";  // RFC 6381 with ISO/IEC 14496-3 object type 2
  format.timescale = kSampleRate;
  format.sample_rate = kSampleRate;
  CHALK_TRY_ASSIGN(made->writer_, TrackWriter::open(codes.parameters(), std::move(format), sink));
  return made;
}

// Planar, at our rate, with the track's channels.
Result<av::FramePtr> AudioEncoder::new_frame(int samples) const {
  auto frame = av::make_frame();
  if (!frame) return av::error(AVERROR(ENOMEM), "encoding audio");
  frame->nb_samples = samples;
  frame->format = AV_SAMPLE_FMT_FLTP;
  frame->sample_rate = kSampleRate;
  int status = av_channel_layout_copy(&frame->ch_layout, &coder_->parameters().ch_layout);
  if (status >= 0) status = av_frame_get_buffer(frame.get(), 0);
  if (status < 0) return av::error(status, "encoding audio");
  return frame;
}

Result<void> AudioEncoder::add(const AVFrame& samples) {
  // The limiter works in place, and other encoders want the same samples.
  const auto count_in = static_cast<std::size_t>(samples.nb_samples);
  const auto channels = static_cast<std::size_t>(coder_->parameters().ch_layout.nb_channels);
  leveled_.resize(count_in * channels);
  float* planes[2] = {};
  for (std::size_t c = 0; c < channels; ++c) {
    planes[c] = leveled_.data() + c * count_in;
    std::copy_n(reinterpret_cast<const float*>(samples.extended_data[c]), count_in, planes[c]);
  }
  limiter_.process(planes, count_in);
  const int skip = std::min(skip_samples_, samples.nb_samples);
  skip_samples_ -= skip;
  for (std::size_t c = 0; c < channels; ++c) planes[c] += skip;
  const int count = samples.nb_samples - skip;
  const int put = av_audio_fifo_write(fifo_.get(), reinterpret_cast<void**>(planes), count);
  if (put < count) return av::error(put < 0 ? put : AVERROR(ENOMEM), "queueing audio");
  return encode_full_frames();
}

Result<void> AudioEncoder::add_silence(int samples) {
  CHALK_TRY_ASSIGN(const av::FramePtr frame, new_frame(samples));
  av_samples_set_silence(frame->extended_data, 0, samples, frame->ch_layout.nb_channels, AV_SAMPLE_FMT_FLTP);
  return add(*frame);
}

Result<void> AudioEncoder::encode_full_frames() {
  const int samples = coder_->packet_samples();
  while (av_audio_fifo_size(fifo_.get()) >= samples) {
    CHALK_TRY_ASSIGN(const av::FramePtr frame, new_frame(samples));
    av_audio_fifo_read(fifo_.get(), reinterpret_cast<void**>(frame->extended_data), samples);
    const std::size_t before = waiting_.size();
    CHALK_TRY(coder_->encode(*frame, waiting_));
    encoded_ += static_cast<Ticks>(waiting_.size() - before) * samples;
    CHALK_TRY(write_settled());
  }
  return {};
}

Result<void> AudioEncoder::write_settled() {
  const Ticks frame = coder_->packet_samples();
  while (!waiting_.empty() && (total_ < 0 ? encoded_ - written_ > kHeldBack : written_ < total_)) {
    // A segment starts with the packet whose start is nearest to the boundary.
    const MediaTime middle{written_ + frame / 2, kSampleRate};
    const auto next = timeline_.next_after(segment_, middle);
    if (next.answer == SegmentTimeline::Answer::kUnknown) return {};
    if (next.answer == SegmentTimeline::Answer::kKnown && next.boundary <= middle && written_ > 0) {
      CHALK_TRY(writer_->end_segment());
      ++segment_;
      continue;
    }
    const Ticks duration = total_ < 0 ? frame : std::min(frame, total_ - written_);
    CHALK_TRY(writer_->write(*waiting_.front(), written_, duration));
    waiting_.pop_front();
    written_ += duration;
  }
  return {};
}

Result<void> AudioEncoder::finish(Ticks total) {
  total_ = std::max<Ticks>(total, 1);
  while (encoded_ < total_) CHALK_TRY(add_silence(coder_->packet_samples()));
  CHALK_TRY(write_settled());
  return writer_->finish({});
}

}  // namespace chalkline::transcode
