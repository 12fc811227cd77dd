// How large the next TLS record should be. A receiver can use nothing of a record before its last byte has come, so on
// a slow link a 16 kB record delays the first use by hundreds of milliseconds: a connection begins with records that
// fit one packet, goes over to the largest, cheapest ones once it flows, and begins anew after a pause, when the
// congestion window begins anew too (RFC 5681 4.1). Pure: time is a parameter.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace chalkline::streamer {

class RecordSizer {
 public:
  using Clock = std::chrono::steady_clock;
  // With header, content type and tag it fits a packet of a path with an MTU of 1400 (mobile tunnels) and timestamps.
  static constexpr std::size_t kSmall = 1300;
  static constexpr std::size_t kLarge = 16'384;  // RFC 8446 5.1
  static constexpr std::size_t kGrowAfter = std::size_t{256} * 1024;
  static constexpr std::chrono::milliseconds kPause{1000};

  // Plaintext bytes of the next record. `now` is read once a burst.
  std::size_t next(Clock::time_point now) {
    if (now - last_ > kPause) sent_ = 0;
    last_ = now;
    return sent_ < kGrowAfter ? kSmall : kLarge;
  }
  void sent(std::size_t bytes) { sent_ = std::min(sent_ + bytes, kGrowAfter); }

 private:
  std::size_t sent_ = 0;  // since the last pause
  Clock::time_point last_{};
};

}  // namespace chalkline::streamer
