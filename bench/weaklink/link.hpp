// One direction of a link, without a clock: a packet is offered at a time, and the answer is when it comes out at the
// far end, or why it never does. In the order of the path: drop-tail queue, sender, air (loss), propagation, jitter.
// A lost packet has used its share of the rate, as on the air. First in, first out: jitter never reorders.
// Called by the forwarder's one thread and by tests; `now` is the link's own time and must not fall.
#pragma once

#include <cstdint>
#include <deque>
#include <random>

#include "bench/weaklink/loss.hpp"
#include "bench/weaklink/transmitter.hpp"

namespace chalkline::weaklink {

struct DirectionPlan {
  RatePlan rate;
  Nanos delay{0};   // one way, after the last bit has left
  Nanos jitter{0};  // each packet's delay is uniform in [delay - jitter, delay + jitter]; <= delay
  LossPlan loss;
  Outage outage;
  std::uint64_t queue_bytes = 0;  // what may wait, the packet being sent included; one packet always may
  std::uint64_t seed = 1;
};

// `queue` of waiting at the plan's mean rate, in bytes, but never less than ten full packets: an initial window of TCP
// (RFC 6928) must fit.
std::uint64_t queue_bytes_for(Nanos queue, const RatePlan& rate, std::uint64_t mtu);

enum class Fate { kDelivered, kLost, kDropped };

struct Verdict {
  Fate fate = Fate::kDelivered;
  Nanos at{0};       // delivered: when it comes out. Lost: when it would have
  Nanos waiting{0};  // behind other packets, before its own first bit was sent
};

class Link {
 public:
  explicit Link(const DirectionPlan& plan);
  Verdict offer(Nanos now, std::uint64_t bytes);
  // Bytes that are waiting or being sent at `now`.
  std::uint64_t queued(Nanos now);

 private:
  struct Waiting {
    Nanos leaves{0};
    std::uint64_t bytes = 0;
  };
  DirectionPlan plan_;
  Transmitter transmitter_;
  LossProcess loss_;
  std::mt19937_64 jitter_;
  std::deque<Waiting> queue_;
  std::uint64_t queued_bytes_ = 0;
  Nanos last_out_{0};
};

}  // namespace chalkline::weaklink
