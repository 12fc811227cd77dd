// How large the next TLS record should be. A receiver can use nothing of a record before its last byte has come, so on
// a slow link a 16 kB record delays the first use by hundreds of milliseconds: a connection begins with records that
// fit one packet, goes over to the largest, cheapest ones once it flows or TCP has measured that the link is fast, and
// begins anew after a pause, when the congestion window begins anew too (RFC 5681 4.1). Pure: time and what TCP knows
// are parameters.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace chalkline::streamer {

class RecordSizer {
 public:
  using Clock = std::chrono::steady_clock;
  // With header, content type and tag it fits a packet of a path with an MTU of 1400 (mobile tunnels) and timestamps.
  static constexpr std::size_t kSmall = 1300;
  static constexpr std::size_t kLarge = 16'384;  // RFC 8446 5.1
  static constexpr std::size_t kGrowAfter = std::size_t{256} * 1024;
  static constexpr std::chrono::milliseconds kPause{1000};
  // Not within the first congestion window: the end of a large record would come a round trip after its beginning.
  static constexpr std::size_t kFirstWindow = std::size_t{16} * 1024;
  // A small packet that was answered within it passed no link under 240 kB/s.
  static constexpr std::uint64_t kNearUs = 250;
  static constexpr std::uint64_t kFastLink = 2'000'000;  // bytes/s: the largest record in 8 ms

  // Plaintext bytes of the next record. `now` is read once a burst.
  std::size_t next(Clock::time_point now) {
    rest(now);
    return sent_ < kGrowAfter ? kSmall : kLarge;
  }
  // True: heard() should be told what TCP knows of the link by now. Seldom, and never once records are large.
  bool wonders(Clock::time_point now) {
    rest(now);
    if (sent_ >= kGrowAfter || sent_ < wonder_at_) return false;
    wonder_at_ = sent_ + kFirstWindow;
    return true;
  }
  // The shortest round trip and the rate as TCP measured them; 0: not known.
  void heard(std::uint64_t least_trip_us, std::uint64_t bytes_per_second) {
    if ((least_trip_us > 0 && least_trip_us <= kNearUs) || bytes_per_second >= kFastLink) sent_ = kGrowAfter;
  }
  void sent(std::size_t bytes) { sent_ = std::min(sent_ + bytes, kGrowAfter); }

 private:
  void rest(Clock::time_point now) {
    if (now - last_ > kPause) {
      sent_ = 0;
      wonder_at_ = kFirstWindow;
    }
    last_ = now;
  }

  std::size_t sent_ = 0;  // since the last pause
  std::size_t wonder_at_ = kFirstWindow;
  Clock::time_point last_{};
};

}  // namespace chalkline::streamer
