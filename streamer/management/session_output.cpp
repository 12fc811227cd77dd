// Writing the reply, and the ways a managed request ends.
#include <utility>

#include <fmt/format.h>

#include "streamer/delivery/farewell.hpp"
#include "streamer/delivery/session.hpp"
#include "streamer/delivery/worker.hpp"
#include "streamer/http/status.hpp"
#include "streamer/management/event_session.hpp"
#include "streamer/management/problem.hpp"
#include "streamer/management/reply_fields.hpp"
#include "streamer/management/session.hpp"

namespace chalkline::streamer {

void ManagedSession::continue_body() {
  state_ = State::kContinuing;
  output_ = "HTTP/1.1 100 Continue\r\n\r\n";
  output_sent_ = 0;
  begin_output();
  if (flush()) after_output();
}

void ManagedSession::send(const ManagedReply& reply) {
  // A body that was not read to its end would be taken for the next request.
  const bool goes_on = reply.feed != nullptr && method_ != Method::kHead;
  close_after_ = goes_on || (has_body_ && !body_ended_) || !keep_alive_ || worker_.draining();
  status_ = reply.status;
  worker_.counters().count_status(reply.status);
  output_ = fmt::format("HTTP/1.1 {} {}\r\n", reply.status, reason_phrase(reply.status));
  output_ += reply_fields(reply, worker_.services().cors, origin_);
  output_ += worker_.date_line();
  if (close_after_)
    output_ += "Connection: close\r\n";
  else if (http_1_0_)
    output_ += "Connection: keep-alive\r\n";
  output_ += "\r\n";
  output_head_ = output_.size();
  if (goes_on) return become<EventSession>(std::move(output_), reply.feed, std::move(record_));
  if (has_content(reply) && method_ != Method::kHead) output_ += reply.body;
  output_sent_ = 0;
  state_ = State::kWriting;
  begin_output();
  TimerWheel::cancel(*this);
  link_.transport.begin_answer(TimerWheel::Clock::now());
  link_.transport.pace(0);
  if (flush()) after_output();
}

bool ManagedSession::flush() {
  while (output_sent_ < output_.size()) {
    const iovec vector{output_.data() + output_sent_, output_.size() - output_sent_};
    std::size_t sent = 0;
    if (!has_moved(link_.transport.send({&vector, 1}, sent))) return false;
    output_sent_ += sent;
  }
  return has_moved(link_.transport.flush());
}

void ManagedSession::on_room() {
  if (flush()) after_output();
}

void ManagedSession::after_output() {
  if (state_ == State::kContinuing) {
    state_ = State::kReading;
    set_deadline(worker_.config().write_timeout);
    return on_readable();
  }
  note_answer(worker_, link_.peer, record_, {"1.1", status_, output_.size() - output_head_, false});
  if (!close_after_) {
    std::string rest = std::move(unread_);
    return become<Session>(std::move(rest), Session::Opening::kReturning);
  }
  if (has_body_ && !body_ended_) return become<Farewell>();  // the client may still be sending
  close();
}

void ManagedSession::on_close() {
  if (state_ == State::kWriting) {
    const std::size_t body = output_sent_ > output_head_ ? output_sent_ - output_head_ : 0;
    note_answer(worker_, link_.peer, record_, {"1.1", status_, body, true});
  }
  let_go();
}

void ManagedSession::on_deadline() {
  const auto kept = shared_from_this();
  worker_.counters().add(Counter::kTimeouts);
  if (state_ != State::kReading) return close();
  stop_with(problem(408, "the body did not come in time; what came is kept"));
}

}  // namespace chalkline::streamer
