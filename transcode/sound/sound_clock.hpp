// Where decoded sound belongs in time. Pure.
#pragma once

#include <cstdint>
#include <optional>

namespace chalkline::transcode {

// A track's own count of samples is the steadier clock; its timestamps are the true one. Containers round them to
// milliseconds, some (Ogg) name only every page's end, so a single one that differs a little is noise. The count is set
// right at once where the timestamps jump by a tenth of a second, and where they keep differing by more than 15 ms -
// under the 20 ms at which lips and voice part.
class SoundClock {
 public:
  // A frame with this timestamp (none: follows the last one) and duration, in microseconds; gives the time it belongs
  // at.
  std::int64_t place(std::optional<std::int64_t> stamp_us, std::int64_t duration_us);
  // The end of the last frame placed; 0 before the first.
  [[nodiscard]] std::int64_t end() const { return next_.value_or(0); }

 private:
  std::optional<std::int64_t> next_;
  int doubts_ = 0;  // frames in a row that differed, positive or negative by the sign of the difference
};

}  // namespace chalkline::transcode
