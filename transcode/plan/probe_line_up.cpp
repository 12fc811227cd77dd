// Pieces to streams.
#include "transcode/plan/probe_line_up.hpp"

#include <algorithm>
#include <cstdint>

namespace chalkline::transcode {

namespace {
constexpr Ticks kMostRepeats = 12;        // after one picture
constexpr std::size_t kComparisons = 30;  // pictures compared in all
// Of the ordinary ladder, which decides nothing: fewer pictures of a still piece, of a camera's the middle piece alone,
// and fewer comparisons.
constexpr std::size_t kOrdinaryStillShots = 4, kOrdinaryComparisons = 6;
constexpr Ticks kFirstStill = 8, kOtherStills = 4;  // frames of a still that an ordinary encoder is shown
}  // namespace

std::vector<Shown> line_up(std::span<const ProbePiece> pieces, Ticks interval, Timescale timescale) {
  std::vector<Shown> shown;
  Ticks start = 0;
  for (const ProbePiece& piece : pieces) {
    const Ticks origin = piece.shots.front().pts;
    Ticks last = start;
    float late = 0;  // area of what was left out: it is new in the next one that is kept
    for (std::size_t i = 0; i < piece.shots.size(); ++i) {
      const auto& shot = piece.shots[i];
      const Ticks until = i + 1 < piece.shots.size() ? piece.shots[i + 1].pts : piece.end;
      const Ticks pts = start + shot.pts - origin;
      const Ticks stands = std::min<Ticks>(until - shot.pts, kMostRepeats * static_cast<Ticks>(timescale));
      const bool kept = i == 0 || pts - last >= interval - interval / 8 || until - shot.pts > interval;
      late = std::min(1.0F, late + shot.area);
      shown.push_back({shot.frame.get(), pts, stands, kept ? late : 0, i == 0, false, kept});
      if (kept) {
        last = pts;
        late = 0;
      }
      for (Ticks at = timescale; at + timescale / 8 < stands; at += timescale)
        shown.push_back({shot.frame.get(), pts + at, 0, 0, false, true, true});
    }
    start += piece.end - origin + timescale;
  }
  const std::size_t every = std::max<std::size_t>(1, shown.size() / kComparisons);
  for (std::size_t i = 0; i < shown.size(); i += every) shown[i].compared = !shown[i].repeat;
  return shown;
}

std::vector<Shown> line_up_ordinary(std::span<const ProbePiece> pieces, Ticks step, ContentKind kind) {
  const std::size_t most = kind == ContentKind::kStill ? kOrdinaryStillShots : SIZE_MAX;
  if (kind == ContentKind::kMoving && pieces.size() > 1) pieces = pieces.subspan(pieces.size() / 2, 1);
  std::vector<Shown> shown;
  std::vector<std::size_t> settled;
  Ticks pts = 0;
  for (const ProbePiece& piece : pieces)
    for (std::size_t i = 0; i < std::min(piece.shots.size(), most); ++i) {
      const auto& shot = piece.shots[i];
      const Ticks stands = (i + 1 < piece.shots.size() ? piece.shots[i + 1].pts : piece.end) - shot.pts;
      const Ticks frames = std::clamp<Ticks>((stands + step / 2) / step, 1, i == 0 ? kFirstStill : kOtherStills);
      for (Ticks n = 0; n < frames; ++n, pts += step)
        shown.push_back({shot.frame.get(), pts, n + 1 == frames ? stands : 0, n == 0 ? shot.area : 0, i == 0 && n == 0,
                         n > 0, true});
      settled.push_back(shown.size() - 1);
    }
  const std::size_t every = std::max<std::size_t>(1, settled.size() / kOrdinaryComparisons);
  for (std::size_t i = 0; i < settled.size(); i += every) shown[settled[i]].compared = true;
  return shown;
}

}  // namespace chalkline::transcode
