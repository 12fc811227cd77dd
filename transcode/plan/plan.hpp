// The ladder: which rungs are made of a source. Pure functions of facts, analysis, probe encodes and options, so that
// the ladder can be tested, shown and argued about without encoding anything.
#pragma once

#include <span>
#include <vector>

#include "core/encoding_options.hpp"
#include "core/rendition.hpp"
#include "transcode/analyse/analysis.hpp"
#include "transcode/reading/probe.hpp"

namespace chalkline::transcode {

struct Rung {
  int width = 0;   // even
  int height = 0;  // even
  double crf = 0;
  double camera_crf = 0;  // of a camera's scenes, where slides take turns with one; 0: crf is for all
  int max_kbps = 0;
  Ticks interval = 0;  // while things move: least time between two frames; 0: every frame that shows something
  int threads = 1;     // of the encoder
  ContentKind kind = ContentKind::kMixed;
  Codec codec = Codec::kH264;   // or another, whose crf is on a scale of its own
  double expected_kbps = 0;     // by the probe encodes; 0: not probed
  double expected_quality = 0;  // 0..100, as quality.hpp measures it; 0: not probed
  double slides_quality = 0;    // of that, the slides' alone, where a camera takes turns with them; else 0
  bool repackaged = false;      // the source's own stream, not encoded (repackage.hpp); what it takes is known
  friend bool operator==(const Rung&, const Rung&) = default;
};

// Small print on a slide can be read without effort.
inline constexpr double kReadableQuality = 85;
// Rungs of a fixed ladder are all taken for readable.
[[nodiscard]] inline bool is_readable(const Rung& rung) {
  const double read = rung.slides_quality > 0 ? rung.slides_quality : rung.expected_quality;
  return read == 0 || read >= kReadableQuality;
}

// Whether what is pale and new is coded finely: on slides and screens. A wall behind a face is no pen stroke, and cost
// a fifth more bits when it was taken for one.
[[nodiscard]] inline bool cares_for_pale(const EncodingOptions& options, ContentKind kind) {
  return options.pale_details && kind != ContentKind::kMoving;
}

// One combination that was tried on pieces of the lesson.
struct ProbePoint {
  int width = 0;
  int height = 0;
  Ticks interval = 0;
  double crf = 0;
  double kbps = 0;     // what the whole lesson would come to
  double quality = 0;  // 0..100, at the source's size
  Codec codec = Codec::kH264;
  // Where slides and a camera take turns (scene_points.hpp); else 0:
  double camera_crf = 0;
  double slides_quality = 0;  // what is to be read; `quality` is of both
  double busiest_kbps = 0;    // of the dearer of the two while it lasts
};

// What is worth trying: sizes that differ visibly, for each a few qualities, and for the small ones fewer frames.
std::vector<ProbePoint> probe_candidates(const VideoFacts& video, const LessonAnalysis& analysis,
                                         const EncodingOptions& options, Codec codec = Codec::kH264);

// Of the scenes of one kind where a camera and slides take turns: all sizes that a rung may have, each with what either
// needs.
std::vector<ProbePoint> scene_candidates(const VideoFacts& video, const EncodingOptions& options, bool camera,
                                         Codec codec = Codec::kH264);

// Whether the lowest rung may be like this: by its mean rate; and where slides and a camera take turns, the camera's
// while it lasts, with what the sound leaves.
bool fits_floor(const ProbePoint& point, const EncodingOptions& options);

// The share of bits that `test` saves over `anchor` at equal quality: the mean difference of their hulls' logarithms of
// bits, over the qualities that both reach. 0 where they reach none in common.
double saving(std::span<const ProbePoint> anchor, std::span<const ProbePoint> test);

// How many of the candidates, from the first, are to be probed before the others: a slide's full size, but for its
// finest quality, which takes longest.
std::size_t probed_first(std::span<const ProbePoint> candidates, const LessonAnalysis& analysis);

// Those of the `others` that are worth it, by what the first came to. The finest quality: not where the ladder ends
// below it anyway. Smaller sizes: not where the full size already fits the floor, since a slide's smaller sizes cost
// about as much there and cannot be read.
std::vector<ProbePoint> probed_later(std::span<const ProbePoint> others, std::span<const ProbePoint> probed,
                                     const LessonAnalysis& analysis, const EncodingOptions& options);

// From the smallest rate to the largest, never larger than the source, none beaten by another in both bits and quality:
// points of the upper hull of what was probed (between two probed qualities of a size: in between), from
// options.floor_kbps up in steps of options.quality_step to options.quality_top or options.ceiling_kbps. `cores` is
// what all encoders together may use.
std::vector<Rung> plan_ladder(const LessonAnalysis& analysis, std::span<const ProbePoint> probed,
                              const EncodingOptions& options, int cores);

// A planned ladder with the source's own stream as its last rung (repackage.hpp), in the place of every rung that it
// beats and of those that might turn out no cheaper, since probes miss by some; the encoders of those that stay are
// held below what it takes. None where that would take the lowest rung away for one that takes more.
std::vector<Rung> with_own_stream(std::vector<Rung> rungs, const ProbePoint& own, int cores);

// What a rung's encoder is held to, kbit/s, where it does not touch the floor.
int ceiling_of(double kbps, const EncodingOptions& options);

// The configured steps, for those who want a fixed ladder: a source between two steps, or below all of them, gets one
// rung of its own size.
std::vector<Rung> fixed_ladder(const VideoFacts& video, const LessonAnalysis& analysis, const EncodingOptions& options,
                               int cores);

}  // namespace chalkline::transcode
