// The pure parts of TLS: how large records are, and how long a ticket's key lives.
#include <chrono>

#include <doctest/doctest.h>

#include "streamer/tls/record_sizer.hpp"
#include "streamer/tls/ticket_keys.hpp"

using namespace chalkline::streamer;
using namespace std::chrono_literals;

TEST_CASE("records are small at first, large once the connection flows, and small again after a pause") {
  RecordSizer sizer;
  auto now = RecordSizer::Clock::now();
  std::size_t sent = 0;
  while (sent < RecordSizer::kGrowAfter) {
    REQUIRE(sizer.next(now) == RecordSizer::kSmall);
    sizer.sent(RecordSizer::kSmall);
    sent += RecordSizer::kSmall;
    now += 1ms;
  }
  CHECK(sizer.next(now) == RecordSizer::kLarge);
  CHECK(sizer.next(now + 900ms) == RecordSizer::kLarge);
  CHECK(sizer.next(now + 2000ms) == RecordSizer::kSmall);
}

TEST_CASE("a ticket key seals for one lifetime, opens for one more, and is gone") {
  auto now = TicketKeys::Clock::now();
  TicketKeys keys(1h, now);
  const TicketKey first = keys.current(now);
  CHECK(keys.current(now + 59min).name == first.name);
  CHECK_FALSE(keys.find(first.name, now + 59min)->renew);

  const TicketKey second = keys.current(now + 61min);
  CHECK(second.name != first.name);
  CHECK(second.cipher != first.cipher);
  const auto old = keys.find(first.name, now + 90min);
  REQUIRE(old.has_value());
  CHECK(old->renew);
  CHECK(old->key.cipher == first.cipher);

  CHECK_FALSE(keys.find(first.name, now + 121min).has_value());
  CHECK(keys.find(second.name, now + 121min).has_value());
  CHECK_FALSE(keys.find(second.name, now + 10h).has_value());
}

TEST_CASE("a name that was never given opens nothing") {
  const auto now = TicketKeys::Clock::now();
  TicketKeys keys(1h, now);
  const TicketKey other = TicketKeys(1h, now).current(now);
  CHECK_FALSE(keys.find(other.name, now).has_value());
}
