// Following the plan.
#include "transcode/pictures/picture_line.hpp"

#include <algorithm>
#include <utility>

namespace chalkline::transcode {

// What changed by more survives a slide's usual CRF of 35 to 42 in lines two pixels wide; what changed by less does not
// (tests/media/events.mjs).
static constexpr std::uint8_t kPale = 32;
static constexpr int kBlock = 16;
// In motion only what stood for so many pictures before is taken for an event and not for a part of the motion.
static constexpr std::uint8_t kStood = 5;
// Of the picture: a fade or a camera, in which nothing of its own appears.
static constexpr double kMostPale = 0.03;

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
  pale_ = nullptr;
  if (!planned.cut && !held_.empty() && mark_pale_) {
    held_.compare(frame, kPaleChange);
    note_pale(frame, planned.moving);
  }
  if (!whole && (!mark_pale_ || planned.refreshed)) held_.compare(frame, planned.refreshed ? kSharpening : kChange);
  CHALK_TRY(held_.take(frame, whole));
  properties_ = av::share(frame);
  return {};
}

// Neighbours in a row of the same contrast are one region.
void PictureLine::note_pale(const AVFrame& frame, bool moving) {
  pale_ = nullptr;
  const std::vector<std::uint8_t> contrasts = held_.contrasts(frame);
  stood_.resize(contrasts.size());
  const int across = (frame.width + kBlock - 1) / kBlock;
  Regions regions;
  std::size_t blocks = 0;
  for (std::size_t i = 0; i < contrasts.size(); ++i) {
    const bool appeared = contrasts[i] > 0 && contrasts[i] <= kPale && (!moving || stood_[i] == kStood);
    stood_[i] = contrasts[i] > 0 ? std::uint8_t{0} : static_cast<std::uint8_t>(std::min<int>(stood_[i] + 1, kStood));
    if (!appeared) continue;
    ++blocks;
    const int left = static_cast<int>(i) % across * kBlock, top = static_cast<int>(i) / across * kBlock;
    if (!regions.empty() && regions.back().top == top && regions.back().right == left &&
        regions.back().contrast == contrasts[i])
      regions.back().right += kBlock;
    else
      regions.push_back({left, top, left + kBlock, top + kBlock, contrasts[i]});
  }
  if (blocks == 0 || static_cast<double>(blocks) > kMostPale * static_cast<double>(contrasts.size())) return;
  pale_ = std::make_shared<const Regions>(std::move(regions));
}

Result<void> PictureLine::emit(std::size_t number, Ticks until) {
  const PlannedFrame& planned = frames_[number];
  const MediaTime at{planned.pts, timescale_};
  if (planned.starts_segment)
    timeline_.add_boundary(at);
  else
    timeline_.decide_until(at);
  CHALK_TRY_ASSIGN(av::FramePtr frame, held_.share(*properties_));
  return deliver_(number, {std::move(frame), planned.pts, until - planned.pts, planned.starts_segment, planned.camera,
                           planned.repeat ? nullptr : pale_});
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
