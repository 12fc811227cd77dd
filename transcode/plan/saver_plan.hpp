// What is decided about a lesson's saver ladder, the one in AV1 or HEVC that is added to a version
// which has its H.264 ladder:
// whether it is worth its while, and its rungs. The segments are the version's.
#pragma once

#include <filesystem>
#include <span>
#include <stop_token>

#include "transcode/plan/lesson_plan.hpp"

namespace chalkline::transcode {

struct SaverPlan {
  LessonPlan lesson;  // its rungs are the saver ladder's, none where that is not worth its while
  double saved = 0;   // share of the bits at equal quality, by the probe encodes of both codecs
};

// What options.saver_codec names.
[[nodiscard]] Codec saver_codec(const EncodingOptions& options);

// `starts`: where the version's segments begin, in ticks of facts.video->timescale; `end`: of its pictures. Blocks;
// errors and progress as plan_lesson().
Result<SaverPlan> plan_saver(const std::filesystem::path& path, const SourceFacts& facts, std::span<const Ticks> starts,
                             Ticks end, const EncodingOptions& options, const StepProgress& progress,
                             const std::stop_token& stop);

}  // namespace chalkline::transcode
