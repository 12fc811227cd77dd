// Two thresholds.
#include "transcode/sound/sound_kind.hpp"

namespace chalkline::transcode {

namespace {
constexpr double kMusic = 0.5;      // voices measure 0, also in noise; chords 1; a voice before chords as loud 0.4
constexpr double kTwoSided = 0.02;  // a voice recorded by two microphones 0.002
}  // namespace

SoundChoice choose_sound(const SoundKind& kind, int source_channels, const EncodingOptions& options) {
  SoundChoice choice;
  choice.music = options.recognise_music && kind.music_share >= kMusic;
  const bool stereo = options.keep_stereo || (choice.music && kind.side_share >= kTwoSided);
  choice.channels = stereo && source_channels > 1 ? 2 : 1;
  choice.opus_kbps = choice.music           ? options.opus_music_kbps
                     : choice.channels == 1 ? options.opus_mono_kbps
                                            : options.opus_stereo_kbps;
  choice.aac_kbps = choice.channels == 1 ? options.aac_mono_kbps : options.aac_stereo_kbps;
  if (options.denoise && choice.treat_as_voice() && kind.noise_db > kNoLoudness) choice.noise_db = kind.noise_db;
  return choice;
}

}  // namespace chalkline::transcode
