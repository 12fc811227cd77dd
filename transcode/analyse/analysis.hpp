// What one cheap look at a lesson's pictures found: which frames show anything new, where scenes and slides change,
// what moves. A value: made by analyse.hpp, taken as data by the planner, printed and drawn by inspect. Times are ticks
// of the lesson's video timescale, from the lesson's start.
#pragma once

#include <vector>

#include "core/media_time.hpp"

namespace chalkline::transcode {

// A frame that shows something which the ones before it did not; in motion every frame that differs at all. All others
// are left out before any encoder.
struct FrameNote {
  Ticks source_pts = 0;    // of the decoded frame, which finds it again in the second pass
  Ticks pts = 0;           // when it is shown; the first one from 0
  float area = 0;          // share of the picture's blocks that changed, 0..1
  float difference = 0;    // mean absolute luma difference over the whole picture, noise left off
  bool cut = false;        // another scene or slide begins
  bool sudden = false;     // far more new than before, wherever in the picture: what a sound may go with
  bool moving = false;     // a camera's or a film's, not a slide's
  bool shows = true;       // false: only noise, unless it is in motion
  bool refreshed = false;  // shows nothing new but the source's own late sharpening of a still
};

struct LessonAnalysis {
  Timescale timescale = 90000;
  Ticks end = 0;                  // of the last picture
  std::vector<FrameNote> frames;  // in presentation order
  std::int64_t seen = 0;          // frames decoded, those that showed nothing included
  double moving_share = 0;        // of the time, 0..1
};

enum class ContentKind { kStill, kMixed, kMoving };

// Slides and screens; a camera; or both in turn.
[[nodiscard]] ContentKind kind_of(const LessonAnalysis& analysis);

// Whether a camera's picture is all there is: not a speaker beside slides, or before slides that stand long, which move
// as long but show half of a picture or less that is new in a second.
[[nodiscard]] bool is_camera_alone(const LessonAnalysis& analysis);

// Sets `moving` of every frame, and the share of time: in any second that holds at least six frames which show
// something, and in which half a picture's worth of blocks changes, all frames move. A pointer or a pen does not make a
// slide a film.
void mark_motion(LessonAnalysis& analysis);

// Takes the frames out that show nothing and are not in motion. After mark_motion.
void leave_out_noise(LessonAnalysis& analysis);

}  // namespace chalkline::transcode
