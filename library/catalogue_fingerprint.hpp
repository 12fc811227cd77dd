// A hash over everything that is said of a lesson or a node, for the audit log: equal exactly where nothing changed.
#pragma once

#include <string>

#include "library/curriculum.hpp"
#include "library/lesson_records.hpp"

namespace chalkline::library {

// sha256 of all fields but the times and the revision, each with its length in front so that none can run into another.
std::string fingerprint(const LessonRecord& lesson);
std::string fingerprint(const Node& node);

}  // namespace chalkline::library
