// Chooses frames for probe encodes as probe_sampler.hpp does, but apart for a camera's scenes and for slides: in each
// of three windows the first consecutive frames of either kind. Used only where a lesson has both; fewer frames each,
// since there are twice as many pieces. One thread.
#pragma once

#include <array>
#include <vector>

#include "transcode/analyse/analyse.hpp"
#include "transcode/plan/windows.hpp"

namespace chalkline::transcode {

class SceneSampler {
 public:
  // `end`: the lesson's expected end; pictures of `picture_bytes` each.
  SceneSampler(Ticks end, Timescale timescale, std::size_t picture_bytes);
  // Every frame that is kept, in order. `camera`: whether things move now; what begins with a cut is of the kind that
  // it has a second later.
  void consider(const AVFrame& frame, Ticks pts, float area, bool cut, bool camera);
  // `end`: where the lesson really ended.
  ScenePieces take(Ticks end);

 private:
  enum Kind : std::size_t { kSlides, kCamera };
  struct Run {
    ProbePiece piece;
    bool open = false;
  };

  void add(ProbePiece::Shot shot, Kind kind);
  void decide(Kind kind);
  void close(Run& run, Ticks pts, bool trim) const;
  void close_all(Ticks pts);

  Ticks end_;
  Timescale timescale_;
  std::size_t frames_each_;
  std::array<std::array<Run, 2>, kWindows> runs_;
  std::vector<ProbePiece::Shot> undecided_;  // from a cut on
};

}  // namespace chalkline::transcode
