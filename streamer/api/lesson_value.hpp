// Lessons and jobs as JSON values, for documents that say more than api/json.hpp's. Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "core/index.hpp"
#include "library/catalogue.hpp"
#include "library/job_queue.hpp"

namespace chalkline::streamer {

// With its renditions, text tracks and chapters where `index` is given, as lesson_json.
nlohmann::ordered_json lesson_value(const library::Lesson& lesson, const VersionIndex* index);
nlohmann::ordered_json job_value(const library::Job& job);

}  // namespace chalkline::streamer
