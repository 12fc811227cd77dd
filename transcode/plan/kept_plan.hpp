// A lesson's plan, as an interrupted transcode left it or made now. Blocks.
#pragma once

#include <filesystem>
#include <stop_token>

#include "core/encoding_options.hpp"
#include "core/error.hpp"
#include "transcode/kept_work.hpp"
#include "transcode/plan/lesson_plan.hpp"
#include "transcode/reading/probe.hpp"

namespace chalkline::transcode {

// plan_lesson() looks at the whole lesson: what came of it outlives an interruption.
Result<LessonPlan> kept_or_new_plan(const KeptWork& kept, const std::filesystem::path& path, const SourceFacts& facts,
                                    const EncodingOptions& options, const StepProgress& progress,
                                    const std::stop_token& stop);

}  // namespace chalkline::transcode
