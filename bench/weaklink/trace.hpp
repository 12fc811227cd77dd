// A recorded link in the mahimahi format: one line per opportunity to send 1500 bytes, in whole milliseconds from the
// start, never falling; the last line is also the period after which the trace repeats (mahimahi's mm-link does so).
// Pure: text in, value out.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "bench/weaklink/outage.hpp"
#include "core/error.hpp"

namespace chalkline::weaklink {

inline constexpr std::uint64_t kOpportunityBytes = 1500;

struct Trace {
  std::vector<std::uint32_t> opportunities_ms;  // not empty, not falling, the last > 0
  friend bool operator==(const Trace&, const Trace&) = default;

  [[nodiscard]] Nanos period() const noexcept;
  [[nodiscard]] std::uint64_t mean_bits_per_second() const noexcept;
};

// `named` is what errors call the text: "norway.down:17: ...". Blank lines and lines that begin with '#' are skipped.
Result<Trace> parse_trace(std::string_view text, std::string_view named);

}  // namespace chalkline::weaklink
