// Chapters where slides change: a learner's table of contents for a recording that brings none of its own. Pure.
#pragma once

#include <vector>

#include "core/index.hpp"
#include "transcode/analyse/analysis.hpp"

namespace chalkline::transcode {

// Chapters that follow one another from 0 to `end`, called "1", "2" and so on, which every language reads. One begins
// at each cut after which the picture stands still for three seconds, the first second given to whatever brings it in;
// pens and pointers do not count as motion. None is shorter than five seconds, and there are at most 40: of more, those
// stay whose cuts changed most. Empty where there would be only one.
[[nodiscard]] std::vector<Chapter> chapters_at_slides(const LessonAnalysis& analysis, MediaTime end);

}  // namespace chalkline::transcode
