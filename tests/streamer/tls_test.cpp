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

TEST_CASE("after the first congestion window records are large where TCP has measured a near reader or a fast link") {
  const auto now = RecordSizer::Clock::now();
  struct Link {
    std::uint64_t least_trip_us, bytes_per_second;
  };
  for (const Link link : {Link{RecordSizer::kNearUs, 0}, Link{20'000, RecordSizer::kFastLink}}) {
    RecordSizer sizer;
    CHECK_FALSE(sizer.wonders(now));
    CHECK(sizer.next(now) == RecordSizer::kSmall);
    sizer.sent(RecordSizer::kFirstWindow);
    REQUIRE(sizer.wonders(now));
    sizer.heard(link.least_trip_us, link.bytes_per_second);
    CHECK(sizer.next(now) == RecordSizer::kLarge);
    CHECK_FALSE(sizer.wonders(now));
    CHECK(sizer.next(now + 2000ms) == RecordSizer::kSmall);
    CHECK_FALSE(sizer.wonders(now + 2000ms));
  }
}

TEST_CASE("what nobody has measured, and what is slow, keeps small records, and is asked about each 16 kB") {
  const auto now = RecordSizer::Clock::now();
  RecordSizer sizer;
  CHECK(sizer.next(now) == RecordSizer::kSmall);
  sizer.sent(RecordSizer::kFirstWindow);
  REQUIRE(sizer.wonders(now));
  sizer.heard(0, 0);
  CHECK(sizer.next(now) == RecordSizer::kSmall);
  CHECK_FALSE(sizer.wonders(now));
  sizer.sent(RecordSizer::kFirstWindow);
  REQUIRE(sizer.wonders(now));
  sizer.heard(RecordSizer::kNearUs + 1, RecordSizer::kFastLink - 1);
  CHECK(sizer.next(now) == RecordSizer::kSmall);
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
