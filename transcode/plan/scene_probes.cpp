// Camera first: it takes longest.
#include "transcode/plan/scene_probes.hpp"

#include <algorithm>

#include "transcode/analyse/scenes.hpp"
#include "transcode/plan/scene_points.hpp"

namespace chalkline::transcode {

namespace {
constexpr double kCameraShare = 0.7;  // of the progress
}  // namespace

bool take_turns(const std::vector<PlannedFrame>& frames, const ScenePieces& pieces) {
  return std::ranges::any_of(frames, &PlannedFrame::camera) && !pieces.slides.empty() && !pieces.camera.empty();
}

Result<SceneProbes> probe_scenes(const VideoFacts& video, const ScenePieces& pieces,
                                 const std::vector<PlannedFrame>& frames, const LessonAnalysis& analysis,
                                 const EncodingOptions& options, Codec codec, int threads, const StepProgress& progress,
                                 const std::stop_token& stop, bool beside) {
  const auto probe = [&](const std::vector<ProbePiece>& of, Scenes scenes, const StepProgress& step) {
    const auto candidates = scene_candidates(video, options, scenes == Scenes::kCamera, codec);
    return probe_encodes(candidates, {}, of, frames, analysis, threads, step, stop, scenes, beside);
  };
  SceneProbes found;
  CHALK_TRY_ASSIGN(found.camera, probe(pieces.camera, Scenes::kCamera, step_of(progress, 0, kCameraShare)));
  CHALK_TRY_ASSIGN(found.slides, probe(pieces.slides, Scenes::kSlides, step_of(progress, kCameraShare, 1)));
  Ticks shown = 0;
  for (const Scene& scene : camera_scenes(analysis)) shown += scene.end - scene.start;
  const double share = static_cast<double>(shown) / static_cast<double>(analysis.end);
  found.pairs = pair_scenes(found.slides.points, found.camera.points, share, options);
  return found;
}

}  // namespace chalkline::transcode
