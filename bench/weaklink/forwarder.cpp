// The loop. Descriptors: two TUNs, a timer, signals, the sandbox's end.
#include "bench/weaklink/forwarder.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <deque>
#include <optional>
#include <vector>

#include <signal.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "bench/weaklink/priority.hpp"

namespace chalkline::weaklink {
namespace {

constexpr Nanos kSampleEvery = std::chrono::milliseconds(100);

Nanos monotonic_now() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return std::chrono::seconds(now.tv_sec) + Nanos(now.tv_nsec);
}

class Direction {
 public:
  Direction(const DirectionPlan& plan, int from, int to) : link_(plan), from_(from), to_(to) {}

  void take_in(Nanos start) {
    // A TUN's read takes one packet and drops what does not fit: more than any MTU we allow.
    std::array<std::byte, 16384> packet;
    for (;;) {
      const ssize_t got = ::read(from_, packet.data(), packet.size());
      if (got <= 0) return;
      if ((std::to_integer<unsigned>(packet[0]) >> 4) != 4) continue;  // IPv4 only: there is no route for anything else
      const auto size = static_cast<std::size_t>(got);
      ++counts_.offered_packets;
      counts_.offered_bytes += size;
      const Verdict verdict = link_.offer(monotonic_now() - start, size);
      if (verdict.fate == Fate::kDropped) {
        ++counts_.dropped_packets;
        continue;
      }
      counts_.waiting_sum += verdict.waiting;
      counts_.waiting_max = std::max(counts_.waiting_max, verdict.waiting);
      if (verdict.fate == Fate::kLost)
        ++counts_.lost_packets;
      else
        under_way_.push_back({verdict.at, {packet.begin(), packet.begin() + got}});
    }
  }

  void let_out(Nanos now) {
    while (!under_way_.empty() && under_way_.front().at <= now) {
      const Packet& packet = under_way_.front();
      // A full receiver (ENOBUFS) loses the packet, as a full phone would; it is then not counted as delivered.
      if (::write(to_, packet.bytes.data(), packet.bytes.size()) > 0) {
        ++counts_.delivered_packets;
        counts_.delivered_bytes += packet.bytes.size();
        counts_.late_max = std::max(counts_.late_max, now - packet.at);
        if (now - packet.at > kLate) ++counts_.late_packets;
      }
      under_way_.pop_front();
    }
  }

  [[nodiscard]] std::optional<Nanos> next() const {
    if (under_way_.empty()) return std::nullopt;
    return under_way_.front().at;
  }

  DirectionCounts counts(Nanos now) {
    counts_.queued_bytes = link_.queued(now);
    return counts_;
  }

 private:
  struct Packet {
    Nanos at;
    std::vector<std::byte> bytes;
  };
  Link link_;
  int from_;
  int to_;
  std::deque<Packet> under_way_;
  DirectionCounts counts_;
};

void set_timer(int fd, Nanos at) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(at);
  itimerspec when{};
  when.it_value.tv_sec = seconds.count();
  when.it_value.tv_nsec = std::max<long>((at - seconds).count(), 1);
  ::timerfd_settime(fd, TFD_TIMER_ABSTIME, &when, nullptr);
}

}  // namespace

Result<Ending> forward(const LinkPlan& plan, const Tun& host, const Tun& learner, Sandbox& sandbox,
                       const SignalRelay& signals, const std::function<void(const Counts&)>& sample) {
  be_urgent(Urgency::kEmulator);  // after COMMAND has started, which stays ordinary
  const UniqueFd timer(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK));
  const UniqueFd poll(::epoll_create1(EPOLL_CLOEXEC));
  if (!timer || !poll) return error_from_errno(errno, "cannot make the link's timer");
  for (const int fd : {host.fd.get(), learner.fd.get(), timer.get(), signals.fd(), sandbox.ended_fd()}) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = fd;
    if (::epoll_ctl(poll.get(), EPOLL_CTL_ADD, fd, &event) < 0) return error_from_errno(errno, "cannot watch the link");
  }

  Direction down(plan.down, host.fd.get(), learner.fd.get());
  Direction up(plan.up, learner.fd.get(), host.fd.get());
  const Nanos start = monotonic_now();
  std::optional<Nanos> next_sample = sample ? std::optional(kSampleEvery) : std::nullopt;
  std::optional<Nanos> kill_at;
  const auto counts = [&](Nanos now) { return Counts{now, down.counts(now), up.counts(now)}; };

  for (bool ended = false; !ended;) {
    std::optional<Nanos> wake;
    for (const auto& at : {down.next(), up.next(), next_sample, kill_at})
      if (at && (!wake || *at < *wake)) wake = at;
    if (wake) set_timer(timer.get(), start + *wake);

    std::array<epoll_event, 8> events;
    const int ready = ::epoll_wait(poll.get(), events.data(), static_cast<int>(events.size()), -1);
    if (ready < 0 && errno != EINTR) return error_from_errno(errno, "cannot wait for the link");
    for (int i = 0; i < ready; ++i) {
      const int fd = events[static_cast<std::size_t>(i)].data.fd;
      if (fd == host.fd.get()) down.take_in(start);
      if (fd == learner.fd.get()) up.take_in(start);
      if (fd == sandbox.ended_fd()) ended = true;
      std::uint64_t expirations = 0;
      if (fd == timer.get()) [[maybe_unused]]
        const auto got = ::read(timer.get(), &expirations, sizeof expirations);
      if (fd == signals.fd() && signals.pass_on(sandbox) && !kill_at) kill_at = monotonic_now() - start + kGrace;
    }
    const Nanos now = monotonic_now() - start;
    down.let_out(now);
    up.let_out(now);
    if (next_sample && *next_sample <= now) {
      sample(counts(now));
      *next_sample += kSampleEvery * std::max<std::int64_t>(1, (now - *next_sample) / kSampleEvery + 1);
    }
    if (kill_at && *kill_at <= now) {
      sandbox.signal(SIGKILL);
      kill_at.reset();
    }
  }
  const int exit_code = sandbox.wait();
  return Ending{exit_code, counts(monotonic_now() - start)};
}

}  // namespace chalkline::weaklink
