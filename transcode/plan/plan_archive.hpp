// A plan as bytes and back, for work that is interrupted (kept_work.hpp). Read by the program that wrote it and by no
// other, so numbers stand as memory has them. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "transcode/plan/lesson_plan.hpp"
#include "transcode/plan/saver_plan.hpp"

namespace chalkline::transcode {

std::string pack(const LessonPlan& plan);
std::string pack(const SaverPlan& plan);

// Nothing where the bytes are not a plan that hangs together.
std::optional<LessonPlan> unpack_lesson_plan(std::string_view bytes);
std::optional<SaverPlan> unpack_saver_plan(std::string_view bytes);

}  // namespace chalkline::transcode
