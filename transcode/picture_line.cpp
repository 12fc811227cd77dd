// Following the plan.
#include "transcode/picture_line.hpp"

#include <algorithm>

namespace chalkline::transcode {

Result<void> PictureLine::add(const AVFrame& frame, Ticks source_pts) {
  if (waits_for_end_ || source_pts < frames_[next_].source_pts) return {};
  CHALK_TRY(show(frame));
  const Ticks shown = frames_[next_].source_pts;
  // How long the lesson's last picture stands is known only at the end.
  waits_for_end_ = frames_.back().source_pts == shown;
  if (waits_for_end_) return {};
  for (; frames_[next_].source_pts == shown; ++next_) CHALK_TRY(emit(next_, frames_[next_ + 1].pts));
  return {};
}

Result<void> PictureLine::show(const AVFrame& frame) {
  const PlannedFrame& planned = frames_[next_];
  // A camera's pictures are taken whole; so is what starts a segment, which costs the same and is fresher.
  const bool whole = planned.cut || planned.starts_segment || planned.moving;
  if (!whole) held_.compare(frame, planned.refreshed ? kSharpening : kChange);
  CHALK_TRY(held_.take(frame, whole));
  properties_ = av::share(frame);
  return {};
}

Result<void> PictureLine::emit(std::size_t number, Ticks until) {
  const PlannedFrame& planned = frames_[number];
  const MediaTime at{planned.pts, timescale_};
  if (planned.starts_segment)
    timeline_.add_boundary(at);
  else
    timeline_.decide_until(at);
  CHALK_TRY_ASSIGN(av::FramePtr frame, held_.share(*properties_));
  return deliver_(number, {std::move(frame), planned.pts, until - planned.pts, planned.starts_segment});
}

Result<void> PictureLine::finish(Ticks end) {
  if (held_.empty()) return {};
  waits_for_end_ = true;
  for (; next_ < frames_.size(); ++next_) {
    const bool has_next = next_ + 1 < frames_.size() && frames_[next_ + 1].pts < end;
    const Ticks until = has_next ? frames_[next_ + 1].pts : std::max(end, frames_[next_].pts + 1);
    CHALK_TRY(emit(next_, until));
    if (!has_next) break;
  }
  next_ = frames_.size();
  return {};
}

}  // namespace chalkline::transcode
