// A lesson's analysis and plan as JSON, for people: inspect prints and draws it. It goes into the version as
// analysis.json, which no player asks for.
#pragma once

#include <string>

#include "transcode/lesson_plan.hpp"

namespace chalkline::transcode {

std::string report(const LessonPlan& plan);

}  // namespace chalkline::transcode
