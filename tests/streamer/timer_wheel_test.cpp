// The coarse timer wheel under a clock of our own.
#include "streamer/delivery/timer_wheel.hpp"

#include <functional>
#include <memory>
#include <random>
#include <vector>

#include <doctest/doctest.h>

using namespace chalkline::streamer;
using std::chrono::milliseconds;
using std::chrono::seconds;

struct Alarm final : TimerWheel::Entry {
  std::function<void()> action = [] {};
  int fired = 0;
  void on_deadline() override {
    ++fired;
    action();
  }
};

TEST_CASE("a deadline fires once, not before its time and within a tick of it") {
  TimerWheel::Clock::time_point now{};
  TimerWheel wheel(now);
  Alarm alarm;
  wheel.schedule(alarm, now + milliseconds(1000));
  wheel.advance(now + milliseconds(999));
  CHECK(alarm.fired == 0);
  wheel.advance(now + milliseconds(1000) + TimerWheel::kTick);
  CHECK(alarm.fired == 1);
  wheel.advance(now + seconds(1000));
  CHECK(alarm.fired == 1);
}

TEST_CASE("a deadline can be moved further away, nearer, and taken back") {
  TimerWheel::Clock::time_point now{};
  TimerWheel wheel(now);
  Alarm later, nearer, cancelled;
  wheel.schedule(later, now + seconds(1));
  wheel.schedule(later, now + seconds(10));
  wheel.schedule(nearer, now + seconds(10));
  wheel.schedule(nearer, now + seconds(1));
  wheel.schedule(cancelled, now + seconds(1));
  TimerWheel::cancel(cancelled);
  wheel.advance(now + seconds(2));
  CHECK(later.fired == 0);
  CHECK(nearer.fired == 1);
  CHECK(cancelled.fired == 0);
  wheel.advance(now + seconds(11));
  CHECK(later.fired == 1);
}

TEST_CASE("deadlines further away than the wheel is long still come") {
  TimerWheel::Clock::time_point now{};
  TimerWheel wheel(now);
  Alarm alarm;
  wheel.schedule(alarm, now + seconds(3600));
  for (int second = 1; second < 3600; ++second) {
    wheel.advance(now + seconds(second));
    REQUIRE(alarm.fired == 0);
  }
  wheel.advance(now + seconds(3601));
  CHECK(alarm.fired == 1);
}

TEST_CASE("an alarm may set itself again, and destroy others that are due with it") {
  TimerWheel::Clock::time_point now{};
  TimerWheel wheel(now);
  Alarm again;
  again.action = [&] {
    if (again.fired < 3) wheel.schedule(again, now + seconds(again.fired + 1));
  };
  wheel.schedule(again, now + seconds(1));
  auto first = std::make_unique<Alarm>();
  auto second = std::make_unique<Alarm>();
  int seen = 0;
  first->action = [&] { ++seen, second.reset(); };
  second->action = [&] { ++seen, first.reset(); };
  wheel.schedule(*first, now + seconds(1));
  wheel.schedule(*second, now + seconds(1));
  wheel.advance(now + seconds(10));
  CHECK(again.fired == 3);
  CHECK(seen == 1);
}

TEST_CASE("a thousand random deadlines all fire in their tick") {
  TimerWheel::Clock::time_point start{};
  TimerWheel wheel(start);
  std::mt19937 random(3);
  std::vector<std::unique_ptr<Alarm>> alarms;
  TimerWheel::Clock::time_point now = start;
  int wrong = 0;
  for (int i = 0; i < 1000; ++i) {
    alarms.push_back(std::make_unique<Alarm>());
    const auto due = start + milliseconds(random() % 400'000);
    alarms.back()->action = [&, due] { wrong += now < due || now > due + 2 * TimerWheel::kTick; };
    wheel.schedule(*alarms.back(), due);
  }
  while (now < start + milliseconds(401'000)) {
    now += TimerWheel::kTick;
    wheel.advance(now);
  }
  int fired = 0;
  for (const auto& alarm : alarms) fired += alarm->fired;
  CHECK(fired == 1000);
  CHECK(wrong == 0);
}
