// Carries packets between the two TUN devices through the two Links, on CLOCK_MONOTONIC, in one thread with epoll.
// A packet read is offered to its Link at once; what comes out waits here for its time. Late wake-ups delay a packet by
// what the scheduler was late, never the link's own clock, so rates stay exact.
#pragma once

#include <cstdint>
#include <functional>

#include "bench/weaklink/network.hpp"
#include "bench/weaklink/options.hpp"
#include "bench/weaklink/sandbox.hpp"
#include "bench/weaklink/signals.hpp"

namespace chalkline::weaklink {

// A packet that this program itself held up for longer is counted: many of them, and the machine was too busy.
inline constexpr Nanos kLate = std::chrono::milliseconds(20);

// What one direction has done so far.
struct DirectionCounts {
  std::uint64_t offered_packets = 0;
  std::uint64_t offered_bytes = 0;
  std::uint64_t delivered_packets = 0;
  std::uint64_t delivered_bytes = 0;
  std::uint64_t lost_packets = 0;     // on the air
  std::uint64_t dropped_packets = 0;  // at a full queue
  Nanos waiting_sum{0};               // in the queue, over packets not dropped
  Nanos waiting_max{0};
  Nanos late_max{0};               // the worst a wake-up made a packet late
  std::uint64_t late_packets = 0;  // later than kLate
  std::uint64_t queued_bytes = 0;  // now
};
struct Counts {
  Nanos elapsed{0};
  DirectionCounts down;
  DirectionCounts up;
};

struct Ending {
  int exit_code = 0;
  Counts counts;
};

// Until the sandbox has ended. SIGTERM, SIGINT, SIGHUP and SIGQUIT sent to this process go on to COMMAND; five seconds
// after the first of them whatever is left is killed. `sample` (or none) is called every 100 ms.
Result<Ending> forward(const LinkPlan& plan, const Tun& host, const Tun& learner, Sandbox& sandbox,
                       const SignalRelay& signals, const std::function<void(const Counts&)>& sample);

}  // namespace chalkline::weaklink
