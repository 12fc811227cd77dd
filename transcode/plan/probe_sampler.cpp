// A window is full with its pictures, or where the next one begins.
#include "transcode/plan/probe_sampler.hpp"

#include <algorithm>

#include "transcode/plan/windows.hpp"

namespace chalkline::transcode {

namespace {
constexpr std::size_t kMostFrames = 45;                   // in a window: 1.5 s of a camera at 30 frames a second
constexpr std::size_t kMostBytes = 320ULL * 1024 * 1024;  // in all windows
}  // namespace

ProbeSampler::ProbeSampler(Ticks end, std::size_t picture_bytes)
    : end_(end), frames_each_(pictures_each(kMostBytes, kWindows, picture_bytes, kMostFrames)), pieces_(kWindows) {}

void ProbeSampler::consider(const AVFrame& frame, Ticks pts, float area) {
  ProbePiece& piece = pieces_[window_at(pts, end_)];
  if (piece.end > 0) return;  // full
  if (piece.shots.size() == frames_each_) {
    piece.end = pts;
    return;
  }
  piece.shots.push_back({av::share(frame), pts, area});
}

std::vector<ProbePiece> ProbeSampler::take(Ticks end) {
  std::vector<ProbePiece> found;
  for (std::size_t i = 0; i < pieces_.size(); ++i) {
    ProbePiece& piece = pieces_[i];
    if (piece.shots.empty()) continue;
    // A window that did not fill stands until the next one's first picture.
    if (piece.end == 0) {
      piece.end = end;
      for (std::size_t j = pieces_.size(); j-- > i + 1;)
        if (!pieces_[j].shots.empty()) piece.end = pieces_[j].shots.front().pts;
    }
    piece.end = std::max(piece.end, piece.shots.back().pts + 1);
    found.push_back(std::move(piece));
  }
  pieces_.clear();
  return found;
}

}  // namespace chalkline::transcode
