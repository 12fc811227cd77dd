// Each track's input, meter and listener, and the reader's outlet of sound alone.
#include "transcode/sound/sound_meter.hpp"

#include <algorithm>
#include <chrono>
#include <future>
#include <optional>
#include <utility>

#include "transcode/reading/frame_queue.hpp"
#include "transcode/sound/kind_listener.hpp"
#include "transcode/sound/noise.hpp"
#include "transcode/sound/sound_input.hpp"

namespace chalkline::transcode {

namespace {
constexpr std::size_t kWaiting = 64;  // pieces of sound: a second or so
constexpr double kFirstShare = 0.6;   // of the progress: the rest is what must be heard once more
}  // namespace

struct SoundMeters::Track {
  Track(const SoundChoice& choice, std::optional<double> listen_for_seconds)
      : channels_out(choice.channels),
        input(choice.treatment(), [this](AVFrame& samples) { return take(samples); }),
        meter(choice.channels) {
    if (listen_for_seconds) listener.emplace(*listen_for_seconds);
    listening = std::async(std::launch::async, [this] { return run(); });
  }
  Track(const Track&) = delete;
  Track& operator=(const Track&) = delete;
  ~Track() { queue.abandon(); }  // before `listening` goes, which waits for the thread

  // On the track's own thread: to the end of the queue.
  Result<void> run() {
    Result<void> outcome;
    while (outcome) {
      const std::optional<Sound> sound = queue.pop();
      if (!sound) break;
      if (listener) outcome = listener->add(*sound->frame, sound->at_us);
      if (outcome) outcome = input.feed(*sound->frame, sound->at_us);
    }
    if (outcome) outcome = input.finish();
    if (!outcome) queue.abandon();
    return outcome;
  }

  Result<void> take(AVFrame& samples) {
    const float* planes[2] = {};
    for (int c = 0; c < channels_out; ++c) planes[c] = reinterpret_cast<const float*>(samples.extended_data[c]);
    meter.add(planes, static_cast<std::size_t>(samples.nb_samples));
    return {};
  }

  int channels_out;
  SoundInput input;
  LoudnessMeter meter;
  std::optional<KindListener> listener;  // none where the kind is known
  FrameQueue<Sound> queue{kWaiting};
  std::future<Result<void>> listening;  // last: it uses the others
};

SoundMeters::SoundMeters(const SourceFacts& facts, const EncodingOptions& options) {
  for (const AudioFacts& audio : facts.audio) {
    std::optional<double> seconds;
    if (options.recognise_music) seconds = static_cast<double>(facts.duration_us) / 1e6;
    tracks_.push_back(std::make_unique<Track>(choose_sound({}, audio.channels, options), seconds));
  }
}

SoundMeters::SoundMeters(std::span<const std::optional<SoundChoice>> choices) {
  for (const auto& choice : choices)
    tracks_.push_back(choice ? std::make_unique<Track>(*choice, std::nullopt) : nullptr);
}

SoundMeters::~SoundMeters() = default;

Result<void> SoundMeters::add(std::size_t track, Sound sound) {
  if (!tracks_[track]) return {};
  if (tracks_[track]->queue.push(std::move(sound))) return {};
  Result<void> cause = tracks_[track]->listening.get();
  return cause ? Error(Errc::kCancelled, "nobody takes the sound") : cause;
}

Result<std::vector<TrackSound>> SoundMeters::conclude() {
  std::vector<TrackSound> heard;
  for (const auto& track : tracks_) {
    TrackSound& sound = heard.emplace_back();
    if (!track) continue;
    track->queue.finish();
    if (track->listening.valid()) CHALK_TRY(track->listening.get());
    sound.loudness = track->meter.profile();
    if (track->listener) {
      CHALK_TRY_ASSIGN(sound.kind, track->listener->conclude());
    }
    sound.kind.noise_db = noise_behind_voice(sound.loudness);
  }
  return heard;
}

namespace {

class Listener final : public DecodedOutlet {
 public:
  Listener(SoundMeters& meters, std::int64_t duration_us, const StepProgress& progress)
      : meters_(meters), duration_us_(duration_us), progress_(progress) {}
  Result<void> picture(DecodedPicture) override { return {}; }
  Result<void> sound(std::size_t track, Sound sound) override {
    reached_us_ = std::max(reached_us_, sound.at_us);
    return meters_.add(track, std::move(sound));
  }
  void tick() override {
    if (duration_us_ <= 0 || Clock::now() < next_report_) return;
    next_report_ = Clock::now() + std::chrono::milliseconds(250);
    progress_(std::min(1.0, static_cast<double>(reached_us_) / static_cast<double>(duration_us_)));
  }

 private:
  using Clock = std::chrono::steady_clock;
  SoundMeters& meters_;
  const std::int64_t duration_us_;
  const StepProgress& progress_;
  std::int64_t reached_us_ = 0;
  Clock::time_point next_report_{};
};

Result<std::vector<TrackSound>> hear(const std::filesystem::path& path, const SourceFacts& facts, SoundMeters& meters,
                                     const StepProgress& progress, std::stop_token stop) {
  Listener listener(meters, facts.duration_us, progress);
  CHALK_TRY(read_source(path, facts, {ReadWhat::kPicturesAndSound}, listener, std::move(stop)));
  return meters.conclude();
}

}  // namespace

Result<std::vector<TrackSound>> measure_sound(const std::filesystem::path& path, const SourceFacts& facts,
                                              const EncodingOptions& options, const StepProgress& progress,
                                              std::stop_token stop) {
  SoundMeters meters(facts, options);
  CHALK_TRY_ASSIGN(auto sound, hear(path, facts, meters, step_of(progress, 0, kFirstShare), stop));
  CHALK_TRY(measure_again(path, facts, options, step_of(progress, kFirstShare, 1), std::move(stop), sound));
  return sound;
}

Result<void> measure_again(const std::filesystem::path& path, const SourceFacts& facts, const EncodingOptions& options,
                           const StepProgress& progress, std::stop_token stop, std::vector<TrackSound>& sound) {
  std::vector<std::optional<SoundChoice>> choices(sound.size());
  for (std::size_t i = 0; i < sound.size(); ++i) {
    const SoundChoice choice = choose_sound(sound[i].kind, facts.audio[i].channels, options);
    const SoundChoice supposed = choose_sound({}, facts.audio[i].channels, options);
    if (choice.treatment() != supposed.treatment()) choices[i] = choice;
  }
  if (std::ranges::none_of(choices, [](const auto& choice) { return choice.has_value(); })) return {};
  SourceFacts alone = facts;
  alone.video.reset();
  SoundMeters meters(choices);
  CHALK_TRY_ASSIGN(auto again, hear(path, alone, meters, progress, std::move(stop)));
  for (std::size_t i = 0; i < sound.size(); ++i)
    if (choices[i]) sound[i].loudness = std::move(again[i].loudness);
  return {};
}

}  // namespace chalkline::transcode
