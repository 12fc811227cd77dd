// Serialisation by rate and by trace. A trace's opportunity may carry several small packets or a part of a large one;
// what it does not carry at its moment is gone, as in mahimahi.
#include "bench/weaklink/transmitter.hpp"

#include <algorithm>

namespace chalkline::weaklink {

Transmitter::Transmitter(const RatePlan& plan, const Outage& outage) : plan_(plan), outage_(outage) {
  if (plan_.trace) {
    bytes_left_ = kOpportunityBytes;
    if (outage_.dark_at(opportunity())) to_next_light_opportunity(Nanos(0));
  }
}

Nanos Transmitter::send(Nanos ready, std::uint64_t bytes) {
  return plan_.trace ? send_by_trace(ready, bytes) : send_at_rate(ready, bytes);
}

Nanos Transmitter::send_at_rate(Nanos ready, std::uint64_t bytes) {
  const auto bits = static_cast<std::int64_t>(bytes * 8);
  const Nanos work{
      plan_.bits_per_second == 0 ? 0 : bits * 1'000'000'000 / static_cast<std::int64_t>(plan_.bits_per_second)};
  free_at_ = outage_.finish(std::max(ready, free_at_), work);
  return free_at_;
}

Nanos Transmitter::opportunity() const noexcept {
  return round_ * plan_.trace->period() + std::chrono::milliseconds(plan_.trace->opportunities_ms[index_]);
}

void Transmitter::to_next_light_opportunity(Nanos not_before) {
  const auto& times = plan_.trace->opportunities_ms;
  const auto step = [&] {
    if (++index_ < times.size()) return;
    index_ = 0;
    ++round_;
  };
  step();
  if (opportunity() < not_before) {
    const Nanos period = plan_.trace->period();
    // The end of a round is the last opportunity of that round, not the first of the next.
    const auto round = (not_before - Nanos(1)) / period;
    if (round > round_) {
      round_ = round;
      index_ = 0;
    }
    const Nanos within = not_before - round_ * period;
    const auto first =
        std::lower_bound(times.begin() + static_cast<std::ptrdiff_t>(index_), times.end(), within,
                         [](std::uint32_t ms, Nanos wanted) { return std::chrono::milliseconds(ms) < wanted; });
    index_ = static_cast<std::size_t>(first - times.begin());
    if (first == times.end()) {
      index_ = 0;
      ++round_;
    }
  }
  while (outage_.dark_at(opportunity())) step();
  bytes_left_ = kOpportunityBytes;
}

Nanos Transmitter::send_by_trace(Nanos ready, std::uint64_t bytes) {
  if (opportunity() < ready || bytes_left_ == 0) to_next_light_opportunity(ready);
  while (bytes > bytes_left_) {
    bytes -= bytes_left_;
    to_next_light_opportunity(ready);
  }
  bytes_left_ -= bytes;
  return opportunity();
}

}  // namespace chalkline::weaklink
