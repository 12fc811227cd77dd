// A version's analysis.json and that of its saver ladder (analysis-av1.json or analysis-hevc.json) read back: what the
// planner saw and decided, for inspect's table and picture.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "core/rendition.hpp"

namespace chalkline::cli {

struct SeenLesson {
  struct Point {  // probed or chosen
    int width = 0;
    int height = 0;
    double interval = 0;  // seconds between two frames while things move; 0: all of them
    double kbps = 0;      // expected of the whole lesson
    double quality = 0;   // 0..100; 0: not measured
  };
  struct Frame {
    double at = 0;    // seconds
    double area = 0;  // share of the picture that is new, 0..1
    bool moving = false;
  };
  struct Sound {                          // of one track
    double music = 0;                     // share of the time, 0..1
    double two_sided = 0;                 // share of the energy that left and right do not have in common, 0..1
    std::optional<double> noise_db = {};  // behind a voice, where it is heard
  };
  std::string kind;  // "still", "mixed", "moving"
  std::vector<Sound> sound;
  std::int64_t frames_seen = 0;
  std::vector<double> cuts;     // seconds
  std::string encoded_because;  // why no rung is the recording's own stream; empty: one is, or nothing is known
  std::vector<Point> probed;
  std::vector<Point> ordinary;  // what an ordinary site's ladder would have given of the same pieces
  std::vector<Point> rungs;     // n is the rendition "video/n"
  std::vector<Frame> frames;
  struct Saver {       // the ladder in AV1 or HEVC
    double saved = 0;  // share of the bits at equal quality, by the probe encodes of both codecs
    std::vector<Point> probed;
    std::vector<Point> rungs;  // n is the rendition "video/n" after those of `rungs`
    Codec codec = Codec::kAv1;
  };
  std::optional<Saver> saver;

  // The quality expected of a rendition, of either ladder; 0 where it was not measured.
  [[nodiscard]] double quality_of(std::string_view rendition_id) const;
};

// Passes over what it does not know. Errors: kCorrupt.
Result<SeenLesson> parse_seen_lesson(std::string_view json);
Result<SeenLesson::Saver> parse_seen_saver(std::string_view json, Codec codec = Codec::kAv1);

// Of the version in `folder`; nothing where it has none (audio alone, or made before there was one).
Result<std::optional<SeenLesson>> read_seen_lesson(const std::filesystem::path& folder);

}  // namespace chalkline::cli
