// What follows from the frames' times.
#include "transcode/analyse/analysis.hpp"

#include <algorithm>

namespace chalkline::transcode {

namespace {
constexpr std::size_t kFramesOfMotion = 6;  // within a second
constexpr double kAreaOfMotion = 0.5;       // pictures: talking heads change 3 of them in a second, a busy pointer 0.1
constexpr double kStillShare = 0.15;
constexpr double kMovingShare = 0.6;
// Pictures' worth of blocks a second: of lectures before a camera 2.7 and 2.9, of slides beside a speaker 0.8.
constexpr double kAreaOfCameraAlone = 1.5;
}  // namespace

void mark_motion(LessonAnalysis& analysis) {
  auto& frames = analysis.frames;
  for (FrameNote& frame : frames) frame.moving = false;
  // A window that slides over the frames, with the sums of what is in it.
  std::size_t first = 0, shown = 0, marked = 0;
  double area = 0;
  for (std::size_t last = 0; last < frames.size(); ++last) {
    const auto weigh = [&](const FrameNote& frame, int sign) {
      if (!frame.shows) return;
      shown = sign > 0 ? shown + 1 : shown - 1;
      if (!frame.cut) area += sign * static_cast<double>(frame.area);
    };
    weigh(frames[last], 1);
    for (; frames[last].pts - frames[first].pts > static_cast<Ticks>(analysis.timescale); ++first)
      weigh(frames[first], -1);
    if (shown < kFramesOfMotion || area < kAreaOfMotion) continue;
    for (std::size_t i = std::max(first, marked); i <= last; ++i) frames[i].moving = true;
    marked = last + 1;
  }
  Ticks moving = 0;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const Ticks until = i + 1 < frames.size() ? frames[i + 1].pts : analysis.end;
    if (frames[i].moving) moving += std::min<Ticks>(until - frames[i].pts, analysis.timescale);
  }
  analysis.moving_share = analysis.end > 0 ? static_cast<double>(moving) / static_cast<double>(analysis.end) : 0;
}

void leave_out_noise(LessonAnalysis& analysis) {
  std::erase_if(analysis.frames, [](const FrameNote& frame) { return !frame.shows && !frame.moving; });
}

ContentKind kind_of(const LessonAnalysis& analysis) {
  if (analysis.moving_share < kStillShare) return ContentKind::kStill;
  return analysis.moving_share < kMovingShare ? ContentKind::kMixed : ContentKind::kMoving;
}

bool is_camera_alone(const LessonAnalysis& analysis) {
  if (kind_of(analysis) != ContentKind::kMoving) return false;
  double area = 0;
  for (const FrameNote& frame : analysis.frames)
    if (frame.moving && !frame.cut) area += static_cast<double>(frame.area);
  const double seconds = analysis.moving_share * static_cast<double>(analysis.end) / analysis.timescale;
  return seconds > 0 && area >= kAreaOfCameraAlone * seconds;
}

}  // namespace chalkline::transcode
