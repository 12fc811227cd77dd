// Reading mahimahi traces, with the line number of whatever is wrong.
#include "bench/weaklink/trace.hpp"

#include <charconv>

#include <fmt/format.h>

namespace chalkline::weaklink {

Nanos Trace::period() const noexcept { return std::chrono::milliseconds(opportunities_ms.back()); }

std::uint64_t Trace::mean_bits_per_second() const noexcept {
  return opportunities_ms.size() * kOpportunityBytes * 8 * 1000 / opportunities_ms.back();
}

Result<Trace> parse_trace(std::string_view text, std::string_view named) {
  Trace trace;
  std::size_t line_number = 0;
  while (!text.empty()) {
    ++line_number;
    const auto end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ' || line.back() == '\t')) line.remove_suffix(1);
    if (line.empty() || line.front() == '#') continue;
    std::uint32_t at = 0;
    const auto [stop, problem] = std::from_chars(line.data(), line.data() + line.size(), at);
    if (problem != std::errc{} || stop != line.data() + line.size())
      return Error(Errc::kUnusableInput,
                   fmt::format("cannot read the trace {}:{}: \"{}\" is not a whole number of milliseconds", named,
                               line_number, line.substr(0, 40)),
                   "a trace has one time per line, each an opportunity to send 1500 bytes");
    if (!trace.opportunities_ms.empty() && at < trace.opportunities_ms.back())
      return Error(Errc::kUnusableInput,
                   fmt::format("cannot read the trace {}:{}: {} ms comes after {} ms", named, line_number, at,
                               trace.opportunities_ms.back()),
                   "the times of a trace never fall");
    trace.opportunities_ms.push_back(at);
  }
  if (trace.opportunities_ms.empty() || trace.opportunities_ms.back() == 0)
    return Error(Errc::kUnusableInput, fmt::format("cannot use the trace {}: it ends at 0 ms", named),
                 "its last line is its length and must be above 0");
  return trace;
}

}  // namespace chalkline::weaklink
