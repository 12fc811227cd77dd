// Recorded links: reading them and sending by them.
#include "bench/weaklink/trace.hpp"

#include <memory>
#include <string>

#include <doctest/doctest.h>

#include "bench/weaklink/transmitter.hpp"

using namespace chalkline::weaklink;
using namespace std::chrono_literals;

namespace {

Transmitter by_trace(const std::string& text, Outage outage = {}) {
  RatePlan plan;
  plan.trace = std::make_shared<const Trace>(parse_trace(text, "test").value());
  return Transmitter(plan, outage);
}

}  // namespace

TEST_CASE("a trace is one time per line, with comments, blank lines and any line ends") {
  const auto trace = parse_trace("# a bus\n0\n10\r\n\n10\n40", "bus.down");
  REQUIRE(trace.has_value());
  CHECK(trace->opportunities_ms == std::vector<std::uint32_t>{0, 10, 10, 40});
  CHECK(trace->period() == 40ms);
  CHECK(trace->mean_bits_per_second() == 4 * 1500 * 8 * 25);
}

TEST_CASE("what is wrong in a trace is named with its line") {
  CHECK(parse_trace("1\n2\nx\n", "bus.down").error().message.find("bus.down:3: \"x\"") != std::string::npos);
  CHECK(parse_trace("1\n-2\n", "bus.down").error().message.find("bus.down:2:") != std::string::npos);
  CHECK(parse_trace("1\n2.5\n", "bus.down").error().message.find("bus.down:2:") != std::string::npos);
  CHECK(parse_trace("5\n\n4\n", "bus.down").error().message.find("bus.down:3: 4 ms comes after 5 ms") !=
        std::string::npos);
  CHECK(parse_trace("99999999999\n", "bus.down").has_error());
  CHECK(parse_trace("", "bus.down").error().message.find("ends at 0 ms") != std::string::npos);
  CHECK(parse_trace("0\n0\n", "bus.down").has_error());
}

TEST_CASE("a full packet leaves at the first opportunity that is not past") {
  auto sender = by_trace("10\n20\n50\n");
  CHECK(sender.send(0ms, 1500) == 10ms);
  CHECK(sender.send(0ms, 1500) == 20ms);
  CHECK(sender.send(21ms, 1500) == 50ms);
}

TEST_CASE("the trace begins again after its last line") {
  auto sender = by_trace("10\n20\n50\n");
  CHECK(sender.send(51ms, 1500) == 60ms);
  CHECK(sender.send(51ms, 1500) == 70ms);
  CHECK(sender.send(1s, 1500) == 1s);  // 950 ms of whole rounds and the line at 50 ms
  CHECK(sender.send(1s, 1500) == 1010ms);
}

TEST_CASE("small packets share an opportunity and a large one spans several") {
  auto sender = by_trace("10\n20\n50\n");
  CHECK(sender.send(0ms, 700) == 10ms);
  CHECK(sender.send(0ms, 700) == 10ms);
  CHECK(sender.send(0ms, 700) == 20ms);   // 100 bytes at 10 ms, the rest at 20 ms
  CHECK(sender.send(0ms, 4000) == 70ms);  // 900 at 20 ms, 1500 at 50 and 60 ms each, 100 at 70 ms
  CHECK(sender.send(60ms, 1400) == 70ms);
}

TEST_CASE("an opportunity that nothing used is gone") {
  auto sender = by_trace("10\n20\n50\n");
  CHECK(sender.send(0ms, 100) == 10ms);
  CHECK(sender.send(11ms, 1500) == 20ms);
}

TEST_CASE("opportunities in the dark do not count") {
  auto sender = by_trace("10\n", Outage{25ms, 100ms});
  Nanos last{0};
  int before_dark = 0;
  for (int i = 0; i < 8; ++i) {
    last = sender.send(0ms, 1500);
    if (last < 75ms) ++before_dark;
  }
  CHECK(before_dark == 7);
  CHECK(last == 100ms);
}

TEST_CASE("a trace sent by for long carries its mean rate") {
  auto sender = by_trace("3\n3\n9\n27\n100\n");
  Nanos last{0};
  for (int i = 0; i < 50'000; ++i) last = sender.send(0ms, 1500);
  CHECK(last == 1000s);  // five packets every 100 ms
}
