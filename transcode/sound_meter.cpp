// Each track's input and meter, and the reader's outlet of a lesson without pictures.
#include "transcode/sound_meter.hpp"

#include "transcode/sound_input.hpp"

namespace chalkline::transcode {

struct SoundMeters::Track {
  explicit Track(int channels)
      : channels_out(channels), input(channels, [this](AVFrame& samples) { return take(samples); }), meter(channels) {}

  Result<void> take(AVFrame& samples) {
    const float* planes[2] = {};
    for (int c = 0; c < channels_out; ++c) planes[c] = reinterpret_cast<const float*>(samples.extended_data[c]);
    meter.add(planes, static_cast<std::size_t>(samples.nb_samples));
    return {};
  }

  int channels_out;
  SoundInput input;
  LoudnessMeter meter;
};

SoundMeters::SoundMeters(const SourceFacts& facts, const EncodingOptions& options) {
  for (const AudioFacts& audio : facts.audio)
    tracks_.push_back(std::make_unique<Track>(published_channels(audio.channels, options)));
}

SoundMeters::~SoundMeters() = default;

Result<void> SoundMeters::add(std::size_t track, Sound sound) {
  return tracks_[track]->input.feed(*sound.frame, sound.at_us);
}

Result<std::vector<LoudnessProfile>> SoundMeters::conclude() {
  std::vector<LoudnessProfile> profiles;
  for (const auto& track : tracks_) {
    CHALK_TRY(track->input.finish());
    profiles.push_back(track->meter.profile());
  }
  return profiles;
}

namespace {

class Listener final : public DecodedOutlet {
 public:
  explicit Listener(SoundMeters& meters) : meters_(meters) {}
  Result<void> picture(DecodedPicture) override { return {}; }
  Result<void> sound(std::size_t track, Sound sound) override { return meters_.add(track, std::move(sound)); }
  void tick() override {}

 private:
  SoundMeters& meters_;
};

}  // namespace

Result<std::vector<LoudnessProfile>> measure_sound(const std::filesystem::path& path, const SourceFacts& facts,
                                                   const EncodingOptions& options, std::stop_token stop) {
  SoundMeters meters(facts, options);
  Listener listener(meters);
  CHALK_TRY(read_source(path, facts, {ReadWhat::kPicturesAndSound}, listener, std::move(stop)));
  return meters.conclude();
}

}  // namespace chalkline::transcode
