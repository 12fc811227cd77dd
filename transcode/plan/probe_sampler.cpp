// Windows at fixed shares of the lesson.
#include "transcode/plan/probe_sampler.hpp"

#include <algorithm>

namespace chalkline::transcode {

namespace {
constexpr std::size_t kPieces = 3;
constexpr std::size_t kMostFrames = 45;                   // in a window: 1.5 s of a camera at 30 frames a second
constexpr std::size_t kMostBytes = 320ULL * 1024 * 1024;  // in all windows
}  // namespace

ProbeSampler::ProbeSampler(Ticks end, std::size_t picture_bytes)
    : end_(std::max<Ticks>(1, end)),
      frames_each_(
          std::clamp<std::size_t>(kMostBytes / kPieces / std::max<std::size_t>(1, picture_bytes), 4, kMostFrames)),
      pieces_(kPieces) {}

std::size_t ProbeSampler::window_at(Ticks pts) const {
  const auto window = static_cast<std::size_t>(std::max<Ticks>(0, pts) * static_cast<Ticks>(kPieces) / end_);
  return std::min(window, kPieces - 1);
}

void ProbeSampler::consider(const AVFrame& frame, Ticks pts, float area) {
  ProbePiece& piece = pieces_[window_at(pts)];
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
