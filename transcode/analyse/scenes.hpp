// Where a lesson shows a camera and where slides or a screen, by turns: what suits one of them wastes bits on the other
// or makes it unreadable. Pure: from an analysis to a list.
#pragma once

#include <vector>

#include "transcode/analyse/analysis.hpp"

namespace chalkline::transcode {

// From `start` until before `end`.
struct Scene {
  Ticks start = 0;
  Ticks end = 0;
  friend bool operator==(const Scene&, const Scene&) = default;
};

// The camera's, rising; all between them is slides. None where the lesson is (nearly) all of one kind. What moves for
// less than a few seconds is none; what rests as briefly within a shot is. After mark_motion.
std::vector<Scene> camera_scenes(const LessonAnalysis& analysis);

}  // namespace chalkline::transcode
