// Fan-out of one track.
#include "transcode/sound/audio_track.hpp"

#include <future>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "transcode/sound/sound_level.hpp"

namespace chalkline::transcode {

namespace {
// dB. A room's noise is 35 to 60 below the voice in it; breath and the ends of words are above.
constexpr double kPauseBelowVoice = 32;

template <class Action>
struct AtEnd {
  Action action;
  ~AtEnd() { action(); }
};
template <class Action>
AtEnd(Action) -> AtEnd<Action>;
}  // namespace

AudioTrack::AudioTrack(AudioTrackPlan plan, const EncodingOptions& options, const SegmentTimeline& timeline,
                       VersionSink& sink)
    : plan_(std::move(plan)),
      options_(options),
      timeline_(timeline),
      sink_(sink),
      choice_(choose_sound(plan_.sound.kind, plan_.facts.channels, options)),
      input_(choice_.treatment(), [this](AVFrame& samples) -> Result<void> {
        for (const auto& lane : lanes_)
          if (!lane->queue.push(av::share(samples))) return Error(Errc::kCancelled, "encoding was stopped");
        return {};
      }) {}

void AudioTrack::set_end(MediaTime end) {
  const std::lock_guard lock(end_mutex_);
  end_ = end;
}

Result<void> AudioTrack::open_encoders() {
  const int channels = choice_.channels;
  std::vector<std::pair<Codec, int>> wanted;
  for (const int kbps : choice_.opus_kbps) wanted.emplace_back(Codec::kOpus, kbps);
  wanted.emplace_back(Codec::kAacLc, choice_.aac_kbps);
  std::optional<double> pause_below;
  if (options_.opus_pause && choice_.treat_as_voice()) pause_below = options_.loudness_lufs - kPauseBelowVoice;
  for (const auto& [codec, kbps] : wanted) {
    RenditionFormat format;
    // Short, for it stands in every request: "audio/en-o12", "audio/en-2-a48".
    format.id = fmt::format("audio/{}-{}{}", plan_.name, codec == Codec::kOpus ? 'o' : 'a', kbps);
    format.codec = codec;
    format.channels = channels;
    format.kbps = kbps;
    format.track = plan_.name;
    format.language = plan_.language;
    format.label = plan_.label;
    format.is_default = plan_.is_default;
    if (plan_.facts.describes_video) format.characteristics = {"public.accessibility.describes-video"};
    const SoundLevel level =
        level_for(plan_.sound.loudness, codec, kbps / channels, options_.loudness_lufs, choice_.music);
    CHALK_TRY_ASSIGN(auto encoder, AudioEncoder::open(std::move(format), pause_below, level, timeline_, sink_));
    lanes_.push_back(std::make_unique<Lane>());
    lanes_.back()->encoder = std::move(encoder);
  }
  return {};
}

Result<void> AudioTrack::Lane::run() {
  Result<void> outcome;
  while (outcome) {
    const std::optional<av::FramePtr> samples = queue.pop();
    if (!samples) break;
    outcome = encoder->add(**samples);
  }
  if (outcome && queue.abandoned()) outcome = Error(Errc::kCancelled, "encoding was stopped");
  if (outcome) outcome = encoder->finish(total);
  if (!outcome) queue.abandon();
  return outcome;
}

// All that comes, and the end.
Result<void> AudioTrack::feed_encoders() {
  while (std::optional<Sound> sound = queue_.pop()) CHALK_TRY(input_.feed(*sound->frame, sound->at_us));
  if (queue_.abandoned()) return Error(Errc::kCancelled, "encoding was stopped");
  CHALK_TRY(input_.finish());
  const std::lock_guard lock(end_mutex_);
  for (const auto& lane : lanes_) {
    lane->total = end_.in(kSampleRate);
    lane->queue.finish();
  }
  return {};
}

Result<void> AudioTrack::run() {
  Result<void> outcome = open_encoders();
  std::vector<std::future<Result<void>>> running;
  const AtEnd give_up{[this] {  // before `running` goes, which waits for the encoders
    for (const auto& lane : lanes_) lane->queue.abandon();
  }};
  if (outcome) {
    for (const auto& lane : lanes_)
      running.push_back(std::async(std::launch::async, [&lane = *lane] { return lane.run(); }));
    outcome = feed_encoders();
  }
  if (!outcome) give_up.action();
  for (auto& lane : running) {
    const Result<void> ended = lane.get();
    // An encoder's own failure is the cause; who fed it only saw its queue go away.
    if (!ended && (outcome || outcome.error().code == Errc::kCancelled)) outcome = ended;
  }
  if (!outcome) queue_.abandon();
  return outcome;
}

}  // namespace chalkline::transcode
