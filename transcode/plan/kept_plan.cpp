// A plan that does not agree with the recording is as good as not there.
#include "transcode/plan/kept_plan.hpp"

#include <utility>

#include "transcode/plan/plan_archive.hpp"

namespace chalkline::transcode {

static constexpr const char* kKeptPlan = "plan";

Result<LessonPlan> kept_or_new_plan(const KeptWork& kept, const std::filesystem::path& path, const SourceFacts& facts,
                                    const EncodingOptions& options, const StepProgress& progress,
                                    const std::stop_token& stop) {
  if (const auto bytes = kept.load(kKeptPlan)) {
    auto plan = unpack_lesson_plan(*bytes);
    if (plan && plan->sound.size() == facts.audio.size() && plan->analysis.timescale == facts.video->timescale)
      return std::move(*plan);
  }
  CHALK_TRY_ASSIGN(LessonPlan plan, plan_lesson(path, facts, options, progress, stop));
  if (kept.keeps()) kept.save(kKeptPlan, pack(plan));
  return plan;
}

}  // namespace chalkline::transcode
