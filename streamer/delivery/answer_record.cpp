// One line a request, where a log is kept.
#include "streamer/delivery/answer_record.hpp"

#include "streamer/delivery/worker.hpp"

namespace chalkline::streamer {

void note_answer(Worker& worker, const boost::asio::ip::tcp::endpoint& peer, const AnswerRecord& record,
                 const AnswerEnd& end) {
  worker.counters().add(Counter::kBodyBytes, static_cast<std::int64_t>(end.bytes));
  if (end.aborted) worker.counters().add(Counter::kAborted);
  AccessLog* const log = worker.access_log();
  if (log == nullptr) return;
  const auto took =
      std::chrono::duration_cast<std::chrono::microseconds>(TimerWheel::Clock::now() - record.began).count();
  const boost::asio::ip::address from = peer.address();
  log->add({from, record.method, record.target, end.http, end.status, end.bytes, took, record.lookup, end.aborted},
           AccessLog::WallClock::now());
}

}  // namespace chalkline::streamer
