// Probe encodes of a lesson in which slides and a camera take turns, in any codec: either kind on pieces of its own,
// then paired (scene_points.hpp). Called by both planners; blocks, as probe_encodes.hpp.
#pragma once

#include <stop_token>
#include <vector>

#include "transcode/plan/probe_encodes.hpp"

namespace chalkline::transcode {

struct SceneProbes {
  ProbeResult slides, camera;     // `kbps`: each one's part of the lesson's
  std::vector<ProbePoint> pairs;  // what a ladder is planned of
};

// Whether the frames hold both, and there are pieces of both to try encodes on.
[[nodiscard]] bool take_turns(const std::vector<PlannedFrame>& frames, const ScenePieces& pieces);

// `beside`: as probe_encodes().
Result<SceneProbes> probe_scenes(const VideoFacts& video, const ScenePieces& pieces,
                                 const std::vector<PlannedFrame>& frames, const LessonAnalysis& analysis,
                                 const EncodingOptions& options, Codec codec, int threads, const StepProgress& progress,
                                 const std::stop_token& stop, bool beside = false);

}  // namespace chalkline::transcode
