// The second pass over the pictures: follows the frame plan and gives each planned picture to the encoders, with the
// parts that stand still held as they are. Reader's thread.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "transcode/analyse/held_picture.hpp"
#include "transcode/packaging/segment_timeline.hpp"
#include "transcode/pictures/regions.hpp"
#include "transcode/plan/frame_plan.hpp"
#include "transcode/reading/source_reader.hpp"

namespace chalkline::transcode {

// A picture at the size of several rungs: whoever needs it first makes it.
struct SharedScale {
  std::mutex mutex;
  av::FramePtr frame;  // none yet: null
};

// A normalised picture on its way to the rungs.
struct Picture {
  av::FramePtr frame;
  Ticks pts = 0;
  Ticks duration = 0;  // until the next planned one
  bool starts_segment = false;
  bool camera = false;                            // as PlannedFrame::camera
  std::shared_ptr<const Regions> pale = nullptr;  // what is pale and new, to be coded finely; none: null
  std::shared_ptr<SharedScale> scaled = nullptr;  // with the other rungs of this one's size; null: by itself
};

class PictureLine {
 public:
  // `deliver(planned frame's number, picture)`; an error ends the reading. What is passed must outlive the line.
  using Deliver = std::function<Result<void>(std::size_t, Picture)>;
  // `mark_pale`: whether pictures say what in them is pale and new.
  PictureLine(const std::vector<PlannedFrame>& frames, Timescale timescale, SegmentTimeline& timeline, bool mark_pale,
              Deliver deliver)
      : frames_(frames),
        timescale_(timescale),
        timeline_(timeline),
        mark_pale_(mark_pale),
        deliver_(std::move(deliver)) {}

  Result<void> add(const AVFrame& frame, Ticks source_pts);
  // The last picture stands until `end`, which may be later or sooner than was planned.
  Result<void> finish(Ticks end);

 private:
  Result<void> show(const AVFrame& frame);
  void note_pale(const AVFrame& frame, bool moving);
  Result<void> emit(std::size_t number, Ticks until);

  const std::vector<PlannedFrame>& frames_;
  const Timescale timescale_;
  SegmentTimeline& timeline_;
  const bool mark_pale_;
  const Deliver deliver_;
  HeldPicture held_;
  av::FramePtr properties_;              // of the picture held
  std::shared_ptr<const Regions> pale_;  // of the picture held
  std::vector<std::uint8_t> stood_;      // of each block: pictures since it changed, at most kStood
  std::size_t next_ = 0;
  bool waits_for_end_ = false;
};

}  // namespace chalkline::transcode
