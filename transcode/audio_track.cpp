// Resampling and fan-out of one track.
#include "transcode/audio_track.hpp"

extern "C" {
#include <libavutil/mathematics.h>
}

#include <fmt/format.h>

#include "transcode/av/error.hpp"

namespace chalkline::transcode {

AudioTrack::AudioTrack(AudioTrackPlan plan, const EncodingOptions& options, const SegmentTimeline& timeline,
                       VersionSink& sink)
    : plan_(std::move(plan)), options_(options), timeline_(timeline), sink_(sink) {}

void AudioTrack::set_end(MediaTime end) {
  const std::lock_guard lock(end_mutex_);
  end_ = end;
}

Result<void> AudioTrack::open_encoders() {
  for (const Codec codec : {Codec::kOpus, Codec::kAacLc}) {
    RenditionFormat format;
    format.id = fmt::format("audio/{}-{}", plan_.name, name(codec));
    format.codec = codec;
    format.channels = options_.keep_stereo && plan_.facts.channels > 1 ? 2 : 1;
    format.language = plan_.language;
    format.label = plan_.label;
    format.is_default = plan_.is_default;
    if (plan_.facts.describes_video) format.characteristics = {"public.accessibility.describes-video"};
    CHALK_TRY_ASSIGN(auto encoder, AudioEncoder::open(std::move(format), options_, timeline_, sink_));
    encoders_.push_back(std::move(encoder));
  }
  return {};
}

bool AudioTrack::shape_changed(const AVFrame& frame) const {
  return frame.sample_rate != rate_ || frame.format != format_ || frame.ch_layout.nb_channels != channels_;
}

Result<void> AudioTrack::resample(Sound sound) {
  AVFrame& frame = *sound.frame;
  if (frame.sample_rate <= 0 || frame.nb_samples <= 0) return {};
  if (!graph_ || shape_changed(frame)) {
    if (graph_) {
      CHALK_TRY(graph_->push(nullptr));
      CHALK_TRY(drain());
    }
    rate_ = frame.sample_rate;
    format_ = frame.format;
    channels_ = frame.ch_layout.nb_channels;
    // Frames come at the times of a SoundClock: where those leave a gap or overlap, silence is put in or sound cut at
    // once (async=1); first_pts: so also at the start.
    const char* layout = options_.keep_stereo && plan_.facts.channels > 1 ? "stereo" : "mono";
    const std::string chain = fmt::format(
        "aresample={}:async=1:min_hard_comp=0.01:first_pts={}:ocl={}:osf=fltp,aformat=sample_fmts=fltp:"
        "sample_rates={}:channel_layouts={}",
        kSampleRate, produced_, layout, kSampleRate, layout);
    CHALK_TRY_ASSIGN(graph_, av::FilterGraph::make_audio(frame, {1, frame.sample_rate}, chain));
  }
  frame.pts = av_rescale(sound.at_us, frame.sample_rate, 1'000'000);
  CHALK_TRY(graph_->push(&frame));
  return drain();
}

Result<void> AudioTrack::drain() {
  auto out = av::make_frame();
  for (;;) {
    CHALK_TRY_ASSIGN(const bool got, graph_->pull(*out));
    if (!got) return {};
    produced_ += out->nb_samples;
    for (const auto& encoder : encoders_) CHALK_TRY(encoder->add(*out));
    av_frame_unref(out.get());
  }
}

Result<void> AudioTrack::run() {
  Result<void> outcome = open_encoders();
  while (outcome) {
    std::optional<Sound> sound = queue_.pop();
    if (!sound) break;
    outcome = resample(std::move(*sound));
  }
  if (outcome && queue_.abandoned()) outcome = Error(Errc::kCancelled, "encoding was stopped");
  if (outcome && graph_) outcome = graph_->push(nullptr);
  if (outcome && graph_) outcome = drain();
  Ticks total = 0;
  {
    const std::lock_guard lock(end_mutex_);
    total = end_.in(kSampleRate);
  }
  for (const auto& encoder : encoders_)
    if (outcome) outcome = encoder->finish(total);
  if (!outcome) queue_.abandon();
  return outcome;
}

}  // namespace chalkline::transcode
