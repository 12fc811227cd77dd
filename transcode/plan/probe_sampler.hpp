// Chooses the frames that probe encodes are made of: three windows of the lesson, each from its start on, within a
// bound of memory. In a lesson of slides a window holds all its changes; of a camera, a second or so. One thread.
#pragma once

#include <vector>

#include "transcode/analyse/analyse.hpp"

namespace chalkline::transcode {

class ProbeSampler {
 public:
  // `end`: the lesson's expected end; pictures of `picture_bytes` each.
  ProbeSampler(Ticks end, std::size_t picture_bytes);
  // Every frame that is kept, in order.
  void consider(const AVFrame& frame, Ticks pts, float area);
  // `end`: where the lesson really ended.
  std::vector<ProbePiece> take(Ticks end);

 private:
  Ticks end_;
  std::size_t frames_each_;
  std::vector<ProbePiece> pieces_;  // one for each window
};

}  // namespace chalkline::transcode
