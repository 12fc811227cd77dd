// Where segments end. Pure: frame times in, boundaries out; one decision for all renditions of a lesson.
#pragma once

#include <optional>

#include "core/encoding_options.hpp"
#include "core/media_time.hpp"

namespace chalkline::transcode {

class Segmenter {
 public:
  // `expected_end` (ticks of `timescale`) keeps the last segment from being a splinter: no boundary is set where less
  // than half a target would remain. An estimate is enough.
  Segmenter(const EncodingOptions& options, Timescale timescale, Ticks expected_end);

  // For each frame in presentation order: does a segment start with it? The first one always does.
  bool starts_segment(Ticks pts);

  // The latest time to which the current segment may be stretched by a frame that stands still; a frame must be
  // repeated there if none comes before.
  [[nodiscard]] Ticks must_end_by() const { return segment_start_ + max_; }

 private:
  Ticks target_, first_target_, max_;
  Ticks expected_end_;
  Ticks segment_start_ = 0;
  int started_ = 0;
};

}  // namespace chalkline::transcode
