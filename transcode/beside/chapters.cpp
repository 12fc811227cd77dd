// Candidates, the strongest of them that are far enough apart, then their times.
#include "transcode/beside/chapters.hpp"

#include <algorithm>
#include <string>

namespace chalkline::transcode {

namespace {

constexpr Ticks kSettleSeconds = 1;
constexpr Ticks kStillSeconds = 3;
constexpr double kStillArea = 0.25;  // pictures' worth of blocks in the two seconds after settling
constexpr Ticks kLeastSeconds = 5;
constexpr std::size_t kMostChapters = 40;

bool stands_still_after(const LessonAnalysis& analysis, std::size_t cut, Ticks end) {
  const auto scale = static_cast<Ticks>(analysis.timescale);
  const Ticks from = analysis.frames[cut].pts;
  if (end - from < kStillSeconds * scale) return false;
  double area = 0;
  for (std::size_t i = cut + 1; i < analysis.frames.size(); ++i) {
    const FrameNote& note = analysis.frames[i];
    if (note.pts - from > kStillSeconds * scale) break;
    if (note.pts - from <= kSettleSeconds * scale || note.refreshed) continue;
    if (note.cut) return false;
    area += static_cast<double>(note.area);
  }
  return area <= kStillArea;
}

}  // namespace

std::vector<Chapter> chapters_at_slides(const LessonAnalysis& analysis, MediaTime end) {
  const Ticks last = end.in(analysis.timescale);
  const Ticks least = kLeastSeconds * static_cast<Ticks>(analysis.timescale);
  std::vector<const FrameNote*> candidates;
  for (std::size_t i = 1; i < analysis.frames.size(); ++i)
    if (analysis.frames[i].cut && stands_still_after(analysis, i, last)) candidates.push_back(&analysis.frames[i]);
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const FrameNote* a, const FrameNote* b) { return a->difference > b->difference; });

  std::vector<Ticks> starts{0};
  for (const FrameNote* candidate : candidates) {
    if (starts.size() == kMostChapters) break;
    const auto too_near = [&](Ticks at) { return std::abs(candidate->pts - at) < least; };
    if (last - candidate->pts >= least && std::none_of(starts.begin(), starts.end(), too_near))
      starts.push_back(candidate->pts);
  }
  if (starts.size() < 2) return {};
  std::sort(starts.begin(), starts.end());

  std::vector<Chapter> chapters;
  for (std::size_t i = 0; i < starts.size(); ++i) {
    const Ticks until = i + 1 < starts.size() ? starts[i + 1] : last;
    chapters.push_back({rescale(starts[i], analysis.timescale, 1000), rescale(until, analysis.timescale, 1000),
                        std::to_string(i + 1)});
  }
  return chapters;
}

}  // namespace chalkline::transcode
