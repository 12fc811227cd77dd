// The clock of a link's sender: when does the last bit of a packet leave, if the packet is ready at a given time?
// A constant bit rate, or a trace's opportunities; both stand still while the link is dark. Pure: time is a parameter.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "bench/weaklink/outage.hpp"
#include "bench/weaklink/trace.hpp"

namespace chalkline::weaklink {

struct RatePlan {
  std::uint64_t bits_per_second = 0;   // of IP packets; 0: no limit. Not used with a trace
  std::shared_ptr<const Trace> trace;  // or none
  [[nodiscard]] std::uint64_t mean_bits_per_second() const noexcept {
    return trace ? trace->mean_bits_per_second() : bits_per_second;
  }
};

class Transmitter {
 public:
  Transmitter(const RatePlan& plan, const Outage& outage);
  // Packets are sent in the order of the calls; `ready` must not fall.
  Nanos send(Nanos ready, std::uint64_t bytes);

 private:
  Nanos send_at_rate(Nanos ready, std::uint64_t bytes);
  Nanos send_by_trace(Nanos ready, std::uint64_t bytes);
  [[nodiscard]] Nanos opportunity() const noexcept;  // the time of the current one
  void to_next_light_opportunity(Nanos not_before);

  RatePlan plan_;
  Outage outage_;
  Nanos free_at_{0};              // constant rate: when the last packet's last bit left
  std::int64_t round_ = 0;        // trace: how often it has repeated
  std::size_t index_ = 0;         // trace: the current opportunity
  std::uint64_t bytes_left_ = 0;  // trace: what the current opportunity can still carry
};

}  // namespace chalkline::weaklink
