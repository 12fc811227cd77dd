// A lesson as the routes that show or change one answer it. lesson_routes.cpp has it.
#pragma once

#include "library/lesson_records.hpp"
#include "streamer/api/call.hpp"

namespace chalkline::streamer {

// With the facts of its published version.
Json whole_value(ApiParts& parts, const library::LessonRecord& record);

}  // namespace chalkline::streamer
