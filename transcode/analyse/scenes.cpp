// Runs of frames in motion, from cut to cut where there are some.
#include "transcode/analyse/scenes.hpp"

#include <algorithm>

namespace chalkline::transcode {

namespace {

constexpr Ticks kLeastSeconds = 4;    // of a scene: scrolling and a fade are no camera, nor is a moment's rest a slide
constexpr double kLeastShare = 0.04;  // of the lesson, for each kind

// mark_motion marks all frames of a second: what a cut begins is found a second too early, and its end up to two too
// late.
Scene between_cuts(const Scene& found, const std::vector<Ticks>& cuts, Ticks second) {
  Scene scene = found;
  const auto after = std::ranges::upper_bound(cuts, found.start);
  if (after != cuts.end() && *after <= found.start + second) scene.start = *after;
  const auto last = std::ranges::lower_bound(cuts, std::max(found.end - 2 * second, scene.start + 1));
  if (last != cuts.end() && *last < found.end) scene.end = *last;
  return scene;
}

std::vector<Scene> in_motion(const LessonAnalysis& analysis, const std::vector<Ticks>& cuts) {
  const auto& frames = analysis.frames;
  const Ticks second = analysis.timescale;
  Ticks last = 0;
  std::vector<Scene> runs;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    if (!frames[i].moving) continue;
    const Ticks next = i + 1 < frames.size() ? frames[i + 1].pts : analysis.end;
    const bool goes_on = !runs.empty() && frames[i - 1].moving && frames[i].pts - last <= second;
    if (!goes_on) runs.push_back({frames[i].pts, 0});
    runs.back().end = std::min(next, frames[i].pts + second);
    last = frames[i].pts;
  }
  std::vector<Scene> found;
  for (const Scene& run : runs) found.push_back(between_cuts(run, cuts, second));
  return found;
}

}  // namespace

std::vector<Scene> camera_scenes(const LessonAnalysis& analysis) {
  std::vector<Ticks> cuts;
  for (const FrameNote& frame : analysis.frames)
    if (frame.cut) cuts.push_back(frame.pts);
  const Ticks least = kLeastSeconds * static_cast<Ticks>(analysis.timescale);
  std::vector<Scene> scenes;
  for (const Scene& run : in_motion(analysis, cuts)) {
    // A rest within a shot is the camera's; what a cut begins, however short, may be there to be read.
    const bool goes_on = !scenes.empty() && run.start - scenes.back().end < least &&
                         std::ranges::lower_bound(cuts, scenes.back().end) == std::ranges::lower_bound(cuts, run.start);
    if (goes_on)
      scenes.back().end = run.end;
    else
      scenes.push_back(run);
  }
  std::erase_if(scenes, [&](const Scene& scene) { return scene.end - scene.start < least; });
  Ticks shown = 0;
  for (const Scene& scene : scenes) shown += scene.end - scene.start;
  const auto few = static_cast<Ticks>(kLeastShare * static_cast<double>(analysis.end));
  if (shown < few || analysis.end - shown < std::max(few, least)) scenes.clear();
  return scenes;
}

}  // namespace chalkline::transcode
