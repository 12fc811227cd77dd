// The loudness of every audio track of a source, and what it holds, found in the pass that looks at the lesson before
// it is encoded. SoundMeters is fed by that pass and listens to each track on a thread of its own; measure_sound() is
// the pass where there are no pictures to look at.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <vector>

#include "core/encoding_options.hpp"
#include "core/error.hpp"
#include "transcode/reading/source_reader.hpp"
#include "transcode/sound/sound_kind.hpp"
#include "transcode/step_progress.hpp"

namespace chalkline::transcode {

class SoundMeters {
 public:
  // All are taken for speech until they have been heard.
  SoundMeters(const SourceFacts& facts, const EncodingOptions& options);
  // What each track is is known: its kind is not listened for, and none is not heard at all.
  explicit SoundMeters(std::span<const std::optional<SoundChoice>> choices);
  SoundMeters(const SoundMeters&) = delete;
  SoundMeters& operator=(const SoundMeters&) = delete;
  ~SoundMeters();

  // Waits where a track's thread has fallen behind. An error is that thread's, and nothing may be added after it.
  Result<void> add(std::size_t track, Sound sound);
  // One for each track, in the order of the facts. A track that was taken for speech until now and is music, or
  // whose noise is to be taken down, was heard as it will not be encoded: measure_again() is wanted then.
  Result<std::vector<TrackSound>> conclude();

 private:
  struct Track;
  std::vector<std::unique_ptr<Track>> tracks_;
};

// Blocks; `progress` is told at most some times a second. Errors: as read_source().
Result<std::vector<TrackSound>> measure_sound(const std::filesystem::path& path, const SourceFacts& facts,
                                              const EncodingOptions& options, const StepProgress& progress,
                                              std::stop_token stop);

// `sound` as SoundMeters has concluded it; of the tracks that are not encoded as they were heard, the
// loudness is measured by another pass over the sound alone. Blocks; `progress` as above.
Result<void> measure_again(const std::filesystem::path& path, const SourceFacts& facts, const EncodingOptions& options,
                           const StepProgress& progress, std::stop_token stop, std::vector<TrackSound>& sound);

}  // namespace chalkline::transcode
