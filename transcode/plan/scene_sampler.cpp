// Runs of one kind; one that turns out too short gives way to the next of its kind.
#include "transcode/plan/scene_sampler.hpp"

#include <algorithm>
#include <utility>

namespace chalkline::transcode {

namespace {
constexpr std::size_t kMostFrames = 30;                   // in a run: a second of a camera
constexpr std::size_t kMostBytes = 240ULL * 1024 * 1024;  // in all runs, most of which other pieces hold as well
}  // namespace

SceneSampler::SceneSampler(Ticks end, Timescale timescale, std::size_t picture_bytes)
    : end_(end),
      timescale_(timescale),
      frames_each_(pictures_each(kMostBytes, 2 * kWindows, picture_bytes, kMostFrames)) {}

void SceneSampler::consider(const AVFrame& frame, Ticks pts, float area, bool cut, bool camera) {
  if (cut) {
    decide(kSlides);  // what was shown for less than a second
    close_all(pts);
    undecided_.push_back({av::share(frame), pts, area});
    return;
  }
  const Kind kind = camera ? kCamera : kSlides;
  if (!undecided_.empty()) {
    const bool late = pts - undecided_.front().pts >= static_cast<Ticks>(timescale_);
    if (!late && undecided_.size() < frames_each_) {
      undecided_.push_back({av::share(frame), pts, area});
      return;
    }
    decide(kind);
  }
  add({av::share(frame), pts, area}, kind);
}

void SceneSampler::decide(Kind kind) {
  for (ProbePiece::Shot& shot : std::exchange(undecided_, {})) add(std::move(shot), kind);
}

void SceneSampler::add(ProbePiece::Shot shot, Kind kind) {
  const std::size_t window = window_at(shot.pts, end_);
  for (std::size_t before = 0; before < window; ++before)
    for (Run& run : runs_[before]) close(run, shot.pts, false);
  close(runs_[window][kind == kCamera ? kSlides : kCamera], shot.pts, true);
  Run& run = runs_[window][kind];
  if (!run.open) {
    const bool enough = !run.piece.shots.empty() && (run.piece.shots.size() == frames_each_ ||
                                                     run.piece.end - run.piece.shots.front().pts >= timescale_);
    if (enough) return;
    run = {{}, true};
  }
  if (run.piece.shots.size() == frames_each_)
    close(run, shot.pts, false);
  else
    run.piece.shots.push_back(std::move(shot));
}

// `trim`: without a cut a change of kind is noticed late, and the last second may be of either.
void SceneSampler::close(Run& run, Ticks pts, bool trim) const {
  if (!run.open) return;
  run.open = false;
  run.piece.end = pts;
  auto& shots = run.piece.shots;
  while (trim && shots.size() > 1 && shots.back().pts > pts - static_cast<Ticks>(timescale_)) {
    run.piece.end = shots.back().pts;
    shots.pop_back();
  }
}

void SceneSampler::close_all(Ticks pts) {
  for (auto& window : runs_)
    for (Run& run : window) close(run, pts, false);
}

ScenePieces SceneSampler::take(Ticks end) {
  decide(kSlides);
  close_all(end);
  ScenePieces found;
  for (auto& window : runs_)
    for (const Kind kind : {kSlides, kCamera}) {
      ProbePiece& piece = window[kind].piece;
      if (piece.shots.empty()) continue;
      piece.end = std::max(piece.end, piece.shots.back().pts + 1);
      (kind == kCamera ? found.camera : found.slides).push_back(std::move(piece));
    }
  runs_ = {};
  return found;
}

}  // namespace chalkline::transcode
