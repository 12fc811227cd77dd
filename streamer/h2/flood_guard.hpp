// A token bucket against frames that cost us work and bring nothing: PING, SETTINGS, PRIORITY, PRIORITY_UPDATE,
// WINDOW_UPDATE, RST_STREAM, empty DATA (RFC 9113 10.5). What is sent to the client fills it again, since an honest
// client sends such frames in answer to data. Pure: time is a parameter.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace chalkline::streamer {

class FloodGuard {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr std::int64_t kBurst = 1000;
  static constexpr std::int64_t kPerSecond = 50;

  // False: too many.
  bool take(Clock::time_point now) {
    if (left_ == 0) refill(now);
    if (left_ == 0) return false;
    --left_;
    return true;
  }
  void give(std::int64_t frames) { left_ = std::min(kBurst, left_ + frames); }

 private:
  void refill(Clock::time_point now) {
    const auto passed = std::chrono::duration_cast<std::chrono::milliseconds>(now - filled_).count();
    const std::int64_t tokens = passed >= 1000 * kBurst / kPerSecond ? kBurst : passed * kPerSecond / 1000;
    if (tokens == 0) return;
    filled_ = now;
    give(tokens);
  }

  std::int64_t left_ = kBurst;
  Clock::time_point filled_ = Clock::now();
};

}  // namespace chalkline::streamer
