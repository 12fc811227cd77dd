// Everything that is decided about a lesson's pictures before the first of them is encoded: what is shown when, where
// segments begin, and the rungs. Made by one pass over the source and some probe encodes.
#pragma once

#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "transcode/analyse/analyse.hpp"
#include "transcode/plan/frame_plan.hpp"
#include "transcode/plan/plan.hpp"
#include "transcode/step_progress.hpp"

namespace chalkline::transcode {

struct LessonPlan {
  LessonAnalysis analysis;
  std::vector<PlannedFrame> frames;
  std::vector<ProbePoint> probed;       // what the rungs were chosen from; empty for a fixed ladder
  std::vector<ProbePoint> ordinary;     // what an ordinary site's ladder would have given, for comparison alone
  std::vector<Rung> rungs;              // from the smallest rate to the largest
  std::vector<std::vector<bool>> kept;  // for each rung, one for each frame
  std::vector<Ratio> most;              // for each rung, its highest frame rate
  std::vector<std::byte> poster;        // JPEG
  // Why the source's own stream is no rung, the end of a sentence that begins with it (repackage.hpp); empty: it is.
  std::string encoded_because;
  Storyboard storyboard;
  std::vector<TrackSound> sound;  // of each audio track
  PictureMap map;                 // of the source, and which of its pictures `frames` shows: for the next pass
  std::vector<Ticks> wanted;
  // Where they hold all that is wanted, the next pass need not decode them again; null in a plan from the archive.
  std::shared_ptr<KeptPictures> pictures;
};

// Blocks; `progress` gets 0..1. Errors: as analyse().
Result<LessonPlan> plan_lesson(const std::filesystem::path& path, const SourceFacts& facts,
                               const EncodingOptions& options, const StepProgress& progress,
                               const std::stop_token& stop);

// The pictures of the source that are shown, rising: Reading::wanted of the passes that follow.
std::vector<Ticks> shown_pictures(const std::vector<PlannedFrame>& frames);

// Of a rung that shows the frames that `kept` marks.
Ratio highest_rate(const std::vector<PlannedFrame>& frames, const std::vector<bool>& kept, const VideoFacts& video);

// What all encoders of a lesson together may use.
int threads_of(const EncodingOptions& options);

}  // namespace chalkline::transcode
