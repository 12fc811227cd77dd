// Which pictures every encoder gets, and when: the frames that show something, repeats of what stands still, and where
// segments begin. Pure: from an analysis to a list; the second pass over the source only follows it.
#pragma once

#include <span>
#include <vector>

#include "core/encoding_options.hpp"
#include "transcode/analyse/analysis.hpp"

namespace chalkline::transcode {

struct PlannedFrame {
  Ticks pts = 0;
  Ticks source_pts = 0;  // of the decoded frame to show
  double area = 0;       // share of the picture that is new; 0 for a repeat
  bool cut = false;
  bool sudden = false;  // as FrameNote::sudden
  bool moving = false;
  bool repeat = false;     // shows what the frame before it shows
  bool refreshed = false;  // as FrameNote::refreshed
  bool starts_segment = false;
  bool camera = false;  // in a camera's scene, in a lesson where slides take turns with one
};

// What bytes to expect on the lowest video rung, from probe encodes.
struct ByteModel {
  double idr = 9000;            // of a segment's first picture
  double whole_picture = 4000;  // of a picture all of which is new, but for an IDR; less in proportion to the area
  double repeat = 40;           // of a repeated picture
};

// The same apart for a camera's scenes, where slides take turns with one; else both alike.
struct ByteModels {
  ByteModel slides, camera;
};

// Frames and repeats in order. A picture that stands longer than `hold` is repeated, so that no sample is longer:
// Chromium's player stalls on pictures held for two seconds (docs/players.md). `end` is the lesson's, at or after the
// analysis's own.
std::vector<PlannedFrame> plan_frames(const LessonAnalysis& analysis, Ticks end, Ticks hold);

// Sets `starts_segment`: one decision for all renditions, by dynamic programming over the whole lesson, so that IDRs
// stand where they cost least (at cuts) and are few. A segment
//   - lasts at least two seconds and at most options.segment_max, the first about options.first_segment (but the whole
//     lesson, where little moves and it is within the bytes);
//   - holds at most options.segment_target of motion;
//   - stays within options.segment_bytes on the lowest video rung, by `bytes`;
//   - holds slides or a camera, where they take turns: what is predicted from a coarse face leaves its traces on a
//   slide.
// What cannot all be had is given up in the opposite order. Returns what it costs in bytes of the lowest video rung,
// with a million or more for each rule that is broken.
double plan_segments(std::vector<PlannedFrame>& frames, Ticks end, Timescale timescale, const EncodingOptions& options,
                     const ByteModels& bytes);

// The same where segments may begin at these times alone, rising from 0: each with a frame of its own, a repeat where
// nothing new is shown at that moment.
double plan_segments_at(std::vector<PlannedFrame>& frames, std::span<const Ticks> allowed, Ticks end,
                        Timescale timescale, const EncodingOptions& options, const ByteModels& bytes);

// After plan_segments: a still's late sharpening (`refreshed`) that comes within two seconds before a segment begins
// waits for it, since the IDR there is coded whole anyway; until then the still stands as it did. On lecture slides
// such a picture is a third of an IDR, for a second or two on the screen.
void wait_for_segment(std::vector<PlannedFrame>& frames, Timescale timescale);

// In plan_segments' place where the segments are given, as a version has them: each begins with a frame of its own, a
// repeat where nothing new is shown at that moment. `starts` rise from 0.
void impose_segments(std::vector<PlannedFrame>& frames, std::span<const Ticks> starts);

// The frames of a rung that shows at most one per `interval` while things move: true for each frame it keeps. Segment
// starts, repeats, whatever comes suddenly and the last frame before a still are always kept, and what is left out is
// shown within 200 ms.
std::vector<bool> thin_frames(const std::vector<PlannedFrame>& frames, Ticks interval, Timescale timescale);

}  // namespace chalkline::transcode
