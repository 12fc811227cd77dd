// Sample count against timestamps.
#include "transcode/sound/sound_clock.hpp"

#include <cstdlib>

namespace chalkline::transcode {

namespace {
constexpr std::int64_t kAgreeUs = 15'000;
constexpr std::int64_t kJumpUs = 100'000;
constexpr int kConvinced = 8;  // frames: a sixth of a second of AAC
}  // namespace

std::int64_t SoundClock::place(std::optional<std::int64_t> stamp_us, std::int64_t duration_us) {
  std::int64_t at = next_.value_or(stamp_us.value_or(0));
  const std::int64_t difference = stamp_us ? *stamp_us - at : 0;
  const bool later = difference > 0;
  if (std::llabs(difference) <= kAgreeUs) {
    doubts_ = 0;
  } else {
    doubts_ = later == (doubts_ > 0) ? doubts_ + (later ? 1 : -1) : (later ? 1 : -1);
    if (std::llabs(difference) >= kJumpUs || std::abs(doubts_) >= kConvinced) {
      at = *stamp_us;
      doubts_ = 0;
    }
  }
  next_ = at + duration_us;
  return at;
}

}  // namespace chalkline::transcode
