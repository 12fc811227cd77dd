// The loudness of every audio track of a source, found in the pass that looks at the lesson before it is encoded.
// SoundMeters is fed by that pass on its thread; measure_sound() is the pass where there are no pictures to look at.
#pragma once

#include <filesystem>
#include <memory>
#include <stop_token>
#include <vector>

#include "core/encoding_options.hpp"
#include "core/error.hpp"
#include "transcode/loudness.hpp"
#include "transcode/source_reader.hpp"

namespace chalkline::transcode {

class SoundMeters {
 public:
  SoundMeters(const SourceFacts& facts, const EncodingOptions& options);
  SoundMeters(const SoundMeters&) = delete;
  SoundMeters& operator=(const SoundMeters&) = delete;
  ~SoundMeters();

  Result<void> add(std::size_t track, Sound sound);
  // One for each track, in the order of the facts.
  Result<std::vector<LoudnessProfile>> conclude();

 private:
  struct Track;
  std::vector<std::unique_ptr<Track>> tracks_;
};

// Blocks. Errors: as read_source().
Result<std::vector<LoudnessProfile>> measure_sound(const std::filesystem::path& path, const SourceFacts& facts,
                                                   const EncodingOptions& options, std::stop_token stop);

}  // namespace chalkline::transcode
