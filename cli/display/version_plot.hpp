// A version as one SVG picture (SVG 1.1): bitrate over time of each rung, quality over rate of what was probed and
// chosen, and the timeline of slides. Pure; its size is bounded however long the lesson is.
#pragma once

#include <optional>
#include <string>

#include "cli/display/seen_lesson.hpp"
#include "core/index.hpp"

namespace chalkline::cli {

// The second and third part are left out where nothing was `seen`.
std::string version_plot(const VersionIndex& index, const std::optional<SeenLesson>& seen);

}  // namespace chalkline::cli
