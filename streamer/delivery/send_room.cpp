// Rates over wall time, and what follows from them.
#include "streamer/delivery/send_room.hpp"

#include <algorithm>
#include <bit>

namespace chalkline::streamer {

namespace {

constexpr std::uint64_t kBelieved = std::uint64_t{256} * 1024;  // an eighth of a second of a fast link

// A quarter of a second of a link; half of one where it carries every rung there is, so that none will be changed for
// it.
std::uint64_t worth(std::uint64_t bytes_per_second) {
  constexpr std::uint64_t kCarriesAll = 1'000'000;
  return bytes_per_second / (bytes_per_second >= kCarriesAll ? 2 : 4);
}

std::uint64_t rate_of(std::uint64_t bytes, SendRoom::Clock::duration took) {
  const auto us = std::max<std::int64_t>(std::chrono::duration_cast<std::chrono::microseconds>(took).count(), 1);
  return bytes * 1'000'000 / static_cast<std::uint64_t>(us);
}

bool is_near(const LinkState& link) { return link.least_trip_us > 0 && link.least_trip_us <= SendRoom::kNearUs; }

}  // namespace

void SendRoom::mark(std::uint64_t sent, Clock::time_point now) {
  marked_ = sent;
  marked_at_ = now;
}

void SendRoom::judge(std::uint64_t bytes, Clock::duration took) {
  constexpr std::uint64_t kLeastProven = 64 * 1024;
  constexpr std::uint64_t kMostProven = 1024 * 1024;
  const std::uint64_t rate = rate_of(bytes, took);
  if (rate < kProvenRate) return;
  // A power of two, so that the socket's option changes seldom.
  const std::uint64_t limit = std::clamp(std::bit_floor(worth(rate)), near_ ? kBelieved : kLeastProven, kMostProven);
  proven_limit_ = std::max(proven_limit_, static_cast<std::size_t>(limit));
}

bool SendRoom::begin_answer(std::uint64_t sent, Clock::time_point now) {
  constexpr std::uint64_t kTelling = 32 * 1024;
  const bool telling = sent - marked_ >= kTelling;
  if (telling) judge(sent - marked_, now - marked_at_);
  mark(sent, now);
  return telling && !proven();
}

std::size_t SendRoom::look(const LinkState& link, std::uint64_t sent, std::uint64_t rest, Clock::time_point now,
                           bool woken) {
  near_ = is_near(link);
  // More than a reader's own buffer holds before he has read anything.
  constexpr std::uint64_t kTelling = 128 * 1024;
  const std::uint64_t arrived = sent - std::min(sent, link.under_way);
  if (arrived >= marked_ + kTelling) {
    judge(arrived - marked_, now - marked_at_);
    mark(arrived, now);
    if (proven()) return kWhole;
  }
  // The end of an answer that has just begun over a fast link: nothing would be gained by keeping it back.
  constexpr std::chrono::milliseconds kJustBegun{250};
  if (link.bytes_per_second >= kFastLink && rest <= kMost && now - marked_at_ < kJustBegun)
    return static_cast<std::size_t>(rest);
  if (!woken && link.unsent > 0) return 0;
  if (link.room < kStalled) {
    stalled_ = true;  // and the socket must not call itself writable as long as these bytes wait
    return kStalled;
  }
  if (near_) return link.room >= kWideWindow ? kNearMost : static_cast<std::size_t>(link.room);
  const std::uint64_t rate = link.bytes_per_second;
  const std::uint64_t some = rate == 0 ? kFirst : std::clamp<std::uint64_t>(worth(rate), kLeast, kMost);
  return static_cast<std::size_t>(std::min(some, link.room));
}

void SendRoom::meet(const LinkState& link) {
  near_ = is_near(link);
  if (near_ && link.room >= kWideWindow && !proven()) proven_limit_ = kNearMost;
}

bool SendRoom::held_up(std::uint64_t sent, Clock::time_point now) {
  constexpr std::chrono::seconds kWhile{1};
  if (now - marked_at_ < kWhile) return false;
  const std::uint64_t taken = sent - std::min(sent, marked_);
  const std::uint64_t arrived = taken - std::min<std::uint64_t>(taken, proven_limit_);  // the rest may still wait
  const bool slow = rate_of(arrived, now - marked_at_) < kProvenRate / 2;
  mark(sent, now);
  return slow;
}

void SendRoom::believe(const LinkState& link) { proven_limit_ = link.bytes_per_second >= kFastLink ? kBelieved : 0; }

std::size_t SendRoom::unsent_limit() const {
  // The kernel says that a socket is writable while less than half of the limit is unsent.
  if (!proven()) return stalled_ ? 2 * kStalled : 0;
  return proven_limit_;
}

}  // namespace chalkline::streamer
