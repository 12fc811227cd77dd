// Pieces come on the feed's thread and cross to this connection's by post.
#include "streamer/management/event_session.hpp"

#include <algorithm>

#include "streamer/delivery/worker.hpp"

namespace chalkline::streamer {

EventSession::EventSession(Worker& worker, Link link, std::string head, Feed* feed, AnswerRecord record)
    : Connection(worker, std::move(link)),
      feed_(*feed),
      record_(std::move(record)),
      output_(std::move(head)),
      head_left_(output_.size()) {}

EventSession::~EventSession() = default;

void EventSession::start() {
  if (worker_.draining()) return close();
  std::weak_ptr<EventSession> weak = shared_as<EventSession>();
  listening_ = feed_.listen([weak = std::move(weak), &worker = worker_](const EventText& text) {
    std::shared_ptr<EventSession> self = weak.lock();
    if (!self) return;
    // The session is moved along, so that the last reference never goes on the feed's thread.
    worker.post([self = std::move(self), text] { self->add(text); });
  });
  flush();
  if (!closed()) wait_readable();
}

void EventSession::add(const EventText& text) {
  if (closed()) return;
  if (output_.size() - sent_ > kMostEventBytesWaiting) return close();
  output_.append(*text);
  if (!write_waiting_) flush();
}

// Whatever the client says now is passed over; that it goes away is what counts.
void EventSession::wait_readable() {
  when_ready<EventSession>(Ready::kRead, [](EventSession& self) {
    std::size_t got = 0;
    if (self.link_.transport.receive(self.worker_.scratch(), got) == Transport::Io::kEnded) return self.close();
    self.wait_readable();
  });
}

void EventSession::flush() {
  while (sent_ < output_.size()) {
    const iovec vector{output_.data() + sent_, output_.size() - sent_};
    std::size_t sent = 0;
    switch (link_.transport.send({&vector, 1}, sent)) {
      case Transport::Io::kMoved: break;
      case Transport::Io::kWait: return wait_writable();
      case Transport::Io::kEnded: return close();
    }
    sent_ += sent;
    const std::size_t of_head = std::min(sent, head_left_);
    head_left_ -= of_head;
    body_sent_ += sent - of_head;
  }
  std::string().swap(output_);
  sent_ = 0;
  switch (link_.transport.flush()) {
    case Transport::Io::kMoved: return TimerWheel::cancel(*this);
    case Transport::Io::kWait: return wait_writable();
    case Transport::Io::kEnded: return close();
  }
}

void EventSession::wait_writable() {
  if (!write_waiting_) set_deadline(worker_.config().write_timeout);
  write_waiting_ = true;
  when_ready<EventSession>(Ready::kWrite, [](EventSession& self) {
    self.write_waiting_ = false;
    self.flush();
  });
}

void EventSession::on_close() {
  listening_.reset();
  note_answer(worker_, link_.peer, record_, {"1.1", 200, body_sent_, false});
}

void EventSession::on_deadline() {
  const auto kept = shared_from_this();
  worker_.counters().add(Counter::kTimeouts);
  close();
}

}  // namespace chalkline::streamer
