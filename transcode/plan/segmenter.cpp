// Segment boundaries by time; scene changes join in the planner's issue.
#include "transcode/plan/segmenter.hpp"

namespace chalkline::transcode {

Segmenter::Segmenter(const EncodingOptions& options, Timescale timescale, Ticks expected_end)
    : target_(rescale(options.segment_target_ms, 1000, timescale)),
      first_target_(rescale(options.first_segment_ms, 1000, timescale)),
      max_(rescale(options.segment_max_ms, 1000, timescale)),
      expected_end_(expected_end) {}

bool Segmenter::starts_segment(Ticks pts) {
  if (started_ > 0) {
    const Ticks target = started_ == 1 ? first_target_ : target_;
    if (pts - segment_start_ < target) return false;
    if (expected_end_ - pts < target_ / 2 && pts - segment_start_ < max_) return false;
  }
  segment_start_ = pts;
  ++started_;
  return true;
}

}  // namespace chalkline::transcode
