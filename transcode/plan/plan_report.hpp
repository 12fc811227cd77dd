// A lesson's analysis and plan as JSON, for people: inspect prints and draws it. It goes into the version as
// analysis.json, a saver ladder's plan as analysis-av1.json or analysis-hevc.json; no player asks for them.
#pragma once

#include <string>

#include "transcode/plan/saver_plan.hpp"

namespace chalkline::transcode {

std::string report(const LessonPlan& plan);
std::string report(const SaverPlan& plan);

}  // namespace chalkline::transcode
