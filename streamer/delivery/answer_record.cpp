// Counters, meters, one line where a log is kept.
#include "streamer/delivery/answer_record.hpp"

#include <algorithm>

#include "streamer/delivery/worker.hpp"

namespace chalkline::streamer {

static Distribution delivery_of(std::string_view lookup) {
  if (lookup == "hit" || lookup == "stale") return Distribution::kDeliveryHit;
  if (lookup == "miss" || lookup == "coalesced") return Distribution::kDeliveryMiss;
  return Distribution::kDeliveryOther;
}

TimerWheel::Clock::time_point note_answer(Worker& worker, const boost::asio::ip::tcp::endpoint& peer,
                                          const AnswerRecord& record, const AnswerEnd& end) {
  worker.counters().add(Counter::kBodyBytes, static_cast<std::int64_t>(end.bytes));
  if (end.aborted) worker.counters().add(Counter::kAborted);
  if (end.object != nullptr && end.object->meter)
    end.object->meter->fetch_add(static_cast<std::int64_t>(end.bytes), std::memory_order_relaxed);
  const auto now = TimerWheel::Clock::now();
  const auto took = std::chrono::duration_cast<std::chrono::microseconds>(now - record.began).count();
  worker.distributions().note(delivery_of(record.lookup), static_cast<std::uint64_t>(std::max<std::int64_t>(took, 0)));
  AccessLog* const log = worker.access_log();
  if (log == nullptr) return now;
  const boost::asio::ip::address from = peer.address();
  log->add({from, record.method, record.target, end.http, end.status, end.bytes, took, record.lookup, end.aborted},
           worker.wall_clock(now));
  return now;
}

}  // namespace chalkline::streamer
