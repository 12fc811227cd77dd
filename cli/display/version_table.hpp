// A version as a person reads it: what each rendition and each variant costs. Pure.
#pragma once

#include <optional>
#include <string>

#include "cli/display/seen_lesson.hpp"
#include "core/index.hpp"

namespace chalkline::cli {

// Several lines with a final newline: title and totals, a table of renditions, a table of what a learner can choose,
// warnings. The column `quality` stands there where it was `seen`: of the picture, 0..100, as the planner expected it.
std::string version_table(const VersionIndex& index, const std::string& id, const std::optional<SeenLesson>& seen);

// "52.3" kbit/s.
std::string kilobits(std::uint64_t bits_per_second);

// "12.5", "30", "29.97"; "-" where unknown.
std::string frame_rate_text(const Ratio& rate);

std::uint64_t total_bytes(const VersionIndex& index);

}  // namespace chalkline::cli
