// One direction of a link: queue, sender, loss, delay, jitter.
#include "bench/weaklink/link.hpp"

#include <vector>

#include <doctest/doctest.h>

using namespace chalkline::weaklink;
using namespace std::chrono_literals;

namespace {

DirectionPlan plan_at(std::uint64_t bits_per_second, Nanos delay = 0ms) {
  DirectionPlan plan;
  plan.rate.bits_per_second = bits_per_second;
  plan.delay = delay;
  plan.queue_bytes = std::uint64_t{1} << 40;
  return plan;
}

}  // namespace

TEST_CASE("an idle link delivers after the sending time and the delay") {
  Link link(plan_at(240'000, 420ms));
  const auto verdict = link.offer(1s, 1500);
  CHECK(verdict.fate == Fate::kDelivered);
  CHECK(verdict.at == 1s + 50ms + 420ms);
  CHECK(verdict.waiting == 0ms);
}

TEST_CASE("packets follow one another at the rate") {
  Link link(plan_at(50'000));
  Nanos last{0};
  for (int i = 0; i < 1000; ++i) last = link.offer(0s, 1500).at;
  CHECK(last == 240s);
  CHECK(link.offer(0s, 1500).waiting == 240s);
}

TEST_CASE("an hour of odd-sized packets at 20 Mbit/s drifts by less than a millisecond") {
  Link link(plan_at(20'000'000));
  std::uint64_t bits = 0;
  Nanos last{0};
  while (last < 3600s) {
    last = link.offer(0s, 1433).at;
    bits += 1433 * 8;
  }
  const double exact = static_cast<double>(bits) / 20e6;
  CHECK(std::chrono::duration<double>(last).count() == doctest::Approx(exact).epsilon(1e-3 / 3600));
}

TEST_CASE("a link without a rate only delays") {
  Link link(plan_at(0, 85ms));
  CHECK(link.offer(1s, 1500).at == 1085ms);
  CHECK(link.offer(1s, 1500).at == 1085ms);
}

TEST_CASE("a full queue drops what arrives and takes again what fits") {
  auto plan = plan_at(12'000);  // one full packet a second
  plan.queue_bytes = 3000;
  Link link(plan);
  CHECK(link.offer(0s, 1500).fate == Fate::kDelivered);
  CHECK(link.offer(0s, 1500).fate == Fate::kDelivered);
  CHECK(link.offer(0s, 1500).fate == Fate::kDropped);
  CHECK(link.offer(0s, 40).fate == Fate::kDropped);
  CHECK(link.queued(0s) == 3000);
  CHECK(link.queued(1s) == 1500);
  CHECK(link.offer(1s, 1500).at == 3s);
}

TEST_CASE("a packet larger than the queue passes an idle link") {
  auto plan = plan_at(12'000);
  plan.queue_bytes = 100;
  Link link(plan);
  CHECK(link.offer(0s, 1500).fate == Fate::kDelivered);
  CHECK(link.offer(500ms, 1500).fate == Fate::kDropped);
  CHECK(link.offer(1s, 1500).fate == Fate::kDelivered);
}

TEST_CASE("a queue given in time holds that time's bytes, and at least ten packets") {
  RatePlan rate;
  rate.bits_per_second = 20'000'000;
  CHECK(queue_bytes_for(1s, rate, 1500) == 2'500'000);
  rate.bits_per_second = 50'000;
  CHECK(queue_bytes_for(1s, rate, 1500) == 15'000);
}

TEST_CASE("jitter spreads the delay evenly around its mean and never reorders") {
  auto plan = plan_at(0, 100ms);
  plan.jitter = 40ms;
  Link link(plan);
  Nanos previous{0};
  Nanos sum{0};
  Nanos least = 1s;
  Nanos most{0};
  constexpr int kPackets = 20'000;
  for (int i = 0; i < kPackets; ++i) {
    const Nanos sent = i * 100ms;  // too far apart for order to matter
    const auto verdict = link.offer(sent, 100);
    CHECK(verdict.at >= previous);
    previous = verdict.at;
    const Nanos took = verdict.at - sent;
    sum += took;
    least = std::min(least, took);
    most = std::max(most, took);
  }
  CHECK(least >= 60ms);
  CHECK(least < 61ms);
  CHECK(most <= 140ms);
  CHECK(most > 139ms);
  CHECK(std::chrono::duration<double, std::milli>(sum).count() / kPackets == doctest::Approx(100).epsilon(0.01));

  Link dense(plan);
  previous = Nanos(0);
  for (int i = 0; i < 1000; ++i) {
    const Nanos at = dense.offer(i * 1ms, 100).at;
    CHECK(at >= previous);
    previous = at;
  }
}

TEST_CASE("lost packets come in the share asked for and use the link all the same") {
  auto plan = plan_at(12'000'000);  // a millisecond a packet
  plan.loss.loss_good = 0.02;
  Link link(plan);
  int lost = 0;
  Nanos last{0};
  constexpr int kPackets = 200'000;
  for (int i = 0; i < kPackets; ++i) {
    const auto verdict = link.offer(0s, 1500);
    lost += verdict.fate == Fate::kLost ? 1 : 0;
    last = verdict.at;
  }
  CHECK(last == kPackets * 1ms);
  CHECK(static_cast<double>(lost) / kPackets == doctest::Approx(0.02).epsilon(0.05));
}

TEST_CASE("bursts have the mean and the length that the chain gives") {
  const LossPlan plan{.to_bad = 0.01, .to_good = 0.2, .loss_bad = 1, .loss_good = 0};
  CHECK(plan.mean() == doctest::Approx(0.01 / 0.21));
  LossProcess loss(plan, 7);
  constexpr int kPackets = 2'000'000;
  int lost = 0;
  int bursts = 0;
  bool before = false;
  for (int i = 0; i < kPackets; ++i) {
    const bool now = loss.next_is_lost();
    lost += now ? 1 : 0;
    bursts += now && !before ? 1 : 0;
    before = now;
  }
  CHECK(static_cast<double>(lost) / kPackets == doctest::Approx(plan.mean()).epsilon(0.03));
  CHECK(static_cast<double>(lost) / bursts == doctest::Approx(5).epsilon(0.03));  // 1 / to_good
}

TEST_CASE("the same seed loses the same packets and another seed others") {
  auto plan = plan_at(0);
  plan.loss.loss_good = 0.5;
  const auto fates = [&](std::uint64_t seed) {
    plan.seed = seed;
    Link link(plan);
    std::vector<bool> lost;
    for (int i = 0; i < 64; ++i) lost.push_back(link.offer(0s, 100).fate == Fate::kLost);
    return lost;
  };
  CHECK(fates(1) == fates(1));
  CHECK(fates(1) != fates(2));
}

TEST_CASE("an outage holds packets back and loses none that fit the queue") {
  auto plan = plan_at(12'000);
  plan.outage = Outage{5s, 20s};
  Link link(plan);
  CHECK(link.offer(14s, 1500).at == 15s);
  CHECK(link.offer(14s, 1500).at == 21s);
  CHECK(link.offer(16s, 1500).at == 22s);
}
