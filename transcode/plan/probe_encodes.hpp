// Probe encodes: each candidate of the planner on the pieces of the lesson that the analysis kept, measured in bits and
// in quality at the source's size. Called by the pipeline; uses `threads` threads of its own and blocks.
#pragma once

#include <span>
#include <stop_token>
#include <vector>

#include "core/error.hpp"
#include "transcode/analyse/analyse.hpp"
#include "transcode/plan/frame_plan.hpp"
#include "transcode/plan/plan.hpp"
#include "transcode/step_progress.hpp"

namespace chalkline::transcode {

// What is probed: the lesson, or one of the two kinds of scenes that take turns in it.
enum class Scenes { kAll, kSlides, kCamera };

struct ProbeResult {
  std::vector<ProbePoint> points;
  std::vector<ByteModel> bytes;      // of each point
  std::vector<ProbePoint> ordinary;  // measured on the same pieces by the same quality
};

// `scenes`: of which kind the pieces are, and whose part of the lesson's rate is reckoned. `beside`: with what new
// pictures of such scenes take that their area does not tell, as a ladder in HEVC is planned.
// `frames`: the lesson's, with segments planned by rough figures, from which the whole is reckoned. `ordinary`: of the
// ladder that an ordinary site would make (ordinary_ladder.hpp), or none; they fill the threads that have nothing else
// to do. `progress`: told at the end of each encode, and a few times a second meanwhile, by the threads that encode.
Result<ProbeResult> probe_encodes(std::span<const ProbePoint> candidates, std::span<const ProbePoint> ordinary,
                                  std::span<const ProbePiece> pieces, const std::vector<PlannedFrame>& frames,
                                  const LessonAnalysis& analysis, int threads, const StepProgress& progress,
                                  const std::stop_token& stop, Scenes scenes = Scenes::kAll, bool beside = false);

}  // namespace chalkline::transcode
