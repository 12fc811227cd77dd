// Lessons as indexes, made without encoding anything: one table for the golden, round-trip and property tests.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/index.hpp"
#include "manifests/multivariant_playlist.hpp"

namespace chalkline::manifests::testing {

// Builds a consistent index: files with sizes and hashes, measured bandwidths. Boundaries are in milliseconds.
class LessonBuilder {
 public:
  explicit LessonBuilder(std::string title, std::vector<std::int64_t> boundaries_ms = {0, 2000, 8000, 14000, 18500});

  // Segment bytes follow `kbps` and wobble by the segment's number, so that peak and average differ.
  LessonBuilder& video(int width, int height, int kbps, Ratio frame_rate = {30, 1}, Timescale timescale = 90000);
  // Another codec for the rung made last.
  LessonBuilder& in(Codec codec, const std::string& codecs);
  // What is left of the source in the rung made last, as far as it was measured.
  LessonBuilder& left(int quality);
  // The rung made last is the recording's own stream.
  LessonBuilder& repackaged();
  LessonBuilder& audio(Codec codec, const std::string& language, const std::string& label, int kbps,
                       bool is_default = false, std::vector<std::string> characteristics = {});
  // One track at several rates, each a rendition: "audio/en-o12".
  LessonBuilder& rates(Codec codec, const std::string& language, const std::string& label, std::vector<int> kbps,
                       bool is_default = false, std::vector<std::string> characteristics = {});
  LessonBuilder& text(const std::string& language, const std::string& label, bool is_default = false);
  VersionIndex build();

  VersionIndex index;  // for what a test wants to set by itself before build()

 private:
  RenditionEntry& add(RenditionFormat format, int kbps, std::uint64_t init_bytes);
  std::vector<std::int64_t> boundaries_ms_;
};

struct Lesson {
  std::string name;  // folder in tests/golden/
  VersionIndex index;
  MultivariantOptions options;
  // The playlists to look at: those of multivariant_files() for plain options, else the one of `options`.
  [[nodiscard]] std::vector<std::pair<std::string, MultivariantPlaylist>> playlists() const;
};

std::vector<Lesson> lessons();

}  // namespace chalkline::manifests::testing
