// Because the queue is first in, first out and nothing overtakes, a packet's whole future is known when it arrives.
#include "bench/weaklink/link.hpp"

#include <algorithm>

namespace chalkline::weaklink {

std::uint64_t queue_bytes_for(Nanos queue, const RatePlan& rate, std::uint64_t mtu) {
  const double seconds = std::chrono::duration<double>(queue).count();
  const auto wanted = static_cast<std::uint64_t>(seconds * static_cast<double>(rate.mean_bits_per_second()) / 8);
  return std::max(wanted, 10 * mtu);
}

Link::Link(const DirectionPlan& plan)
    : plan_(plan),
      transmitter_(plan.rate, plan.outage),
      loss_(plan.loss, plan.seed),
      jitter_(plan.seed ^ 0x9e3779b97f4a7c15ULL) {}

std::uint64_t Link::queued(Nanos now) {
  while (!queue_.empty() && queue_.front().leaves <= now) {
    queued_bytes_ -= queue_.front().bytes;
    queue_.pop_front();
  }
  return queued_bytes_;
}

Verdict Link::offer(Nanos now, std::uint64_t bytes) {
  if (const auto before = queued(now); before > 0 && before + bytes > plan_.queue_bytes)
    return {Fate::kDropped, now, Nanos(0)};
  const Nanos begins = queue_.empty() ? now : queue_.back().leaves;
  const Nanos leaves = transmitter_.send(now, bytes);
  queue_.push_back({leaves, bytes});
  queued_bytes_ += bytes;

  Nanos delay = plan_.delay;
  if (plan_.jitter.count() > 0) {
    const double swing = (uniform(jitter_) * 2 - 1) * static_cast<double>(plan_.jitter.count());
    delay += Nanos(static_cast<std::int64_t>(swing));
  }
  const Nanos at = std::max(leaves + delay, last_out_);
  const bool lost = loss_.next_is_lost();
  if (!lost) last_out_ = at;
  return {lost ? Fate::kLost : Fate::kDelivered, at, begins - now};
}

}  // namespace chalkline::weaklink
