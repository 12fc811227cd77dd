// Resampling, with the graph made anew where a source changes its shape.
#include "transcode/sound/sound_input.hpp"

#include <algorithm>

extern "C" {
#include <libavutil/mathematics.h>
}

#include <fmt/format.h>

namespace chalkline::transcode {

namespace {
constexpr int kHighPassHz = 80;  // below a low voice: hum, steps, wind, which cost bits and loudness
// A voice swings further to one side than to the other. All-passes turn its low harmonics against the high ones, which
// nobody hears (3 ms at 200 Hz, 0.2 at 1 kHz), and its peaks fall by up to 6 dB at the same loudness: so much less is
// left for the limiter, which one does hear. Broadcasters do it too.
constexpr int kRotationHz = 200;
constexpr int kRotations = 4;

// Of the noise 4 to 8 dB go, gently: what is left hides that something was done. The filter is told one level for every
// frequency, unweighted; a room's noise is louder below. Chosen among floors of -50 to -30 dB and reductions of 6, 12
// and 20 dB by how well a voice in pink and in brown noise is understood (docs/encoding.md).
constexpr double kReductionDb = 12;
constexpr double kAboveMeasuredDb = 2;
constexpr double kLeastFloorDb = -80, kMostFloorDb = -20;  // what afftdn takes
// libavfilter's afftdn gives on what it is given two hops of 1/80 s later, and does not say so.
constexpr int kDenoiseDelay = 2 * kSampleRate / 80;

std::string less_noise(double noise_db) {
  return fmt::format(",apad=pad_len={0},afftdn=nr={1}:nf={2:.1f},atrim=start_sample={0},asetpts=PTS-{0}", kDenoiseDelay,
                     kReductionDb, std::clamp(noise_db + kAboveMeasuredDb, kLeastFloorDb, kMostFloorDb));
}

std::string treatment_of_voice(const std::optional<double>& noise_db) {
  std::string chain = fmt::format(",highpass=f={}", kHighPassHz);
  if (noise_db) chain += less_noise(*noise_db);
  for (int i = 0; i < kRotations; ++i) chain += fmt::format(",allpass=f={}:order=1", kRotationHz);
  return chain;
}
}  // namespace

bool SoundInput::shape_changed(const AVFrame& frame) const {
  return frame.sample_rate != rate_ || frame.format != format_ || frame.ch_layout.nb_channels != channels_;
}

Result<void> SoundInput::feed(AVFrame& frame, std::int64_t at_us) {
  if (frame.sample_rate <= 0 || frame.nb_samples <= 0) return {};
  if (!graph_ || shape_changed(frame)) {
    CHALK_TRY(finish());
    rate_ = frame.sample_rate;
    format_ = frame.format;
    channels_ = frame.ch_layout.nb_channels;
    // Frames come at the times of a SoundClock: where those leave a gap or overlap, silence is put in or sound cut at
    // once (async=1); first_pts: so also at the start.
    const char* layout = treatment_.channels == 1 ? "mono" : "stereo";
    std::string chain = fmt::format(
        "aresample={}:async=1:min_hard_comp=0.01:first_pts={}:ochl={}:osf=fltp,aformat=sample_fmts=fltp:"
        "sample_rates={}:channel_layouts={}",
        kSampleRate, produced_, layout, kSampleRate, layout);
    if (treatment_.voice) chain += treatment_of_voice(treatment_.noise_db);
    CHALK_TRY_ASSIGN(graph_, av::FilterGraph::make_audio(frame, {1, frame.sample_rate}, chain));
  }
  frame.pts = av_rescale(at_us, frame.sample_rate, 1'000'000);
  CHALK_TRY(graph_->push(&frame));
  return drain();
}

Result<void> SoundInput::finish() {
  if (!graph_) return {};
  CHALK_TRY(graph_->push(nullptr));
  CHALK_TRY(drain());
  graph_.reset();
  return {};
}

Result<void> SoundInput::drain() {
  auto out = av::make_frame();
  for (;;) {
    CHALK_TRY_ASSIGN(const bool got, graph_->pull(*out));
    if (!got) return {};
    produced_ += out->nb_samples;
    CHALK_TRY(take_(*out));
    av_frame_unref(out.get());
  }
}

}  // namespace chalkline::transcode
