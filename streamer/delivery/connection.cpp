// How every connection waits for its reader, how it ends, and how it changes its protocol.
#include "streamer/delivery/connection.hpp"

#include <sys/socket.h>

#include "streamer/delivery/worker.hpp"

namespace chalkline::streamer {

Connection::Connection(Worker& worker, Link link) : worker_(worker), link_(std::move(link)) {}

void Connection::close() {
  if (closed_) return;
  const auto self = shared_from_this();
  on_close();
  closed_ = true;
  TimerWheel::cancel(*this);
  link_.transport.close();
  if (link_.counted) worker_.services().limits.release(*link_.counted);
  worker_.remove(self, !link_.counted);
}

Link Connection::give_link() {
  closed_ = true;
  TimerWheel::cancel(*this);
  link_.transport.socket().forget();
  return std::move(link_);
}

void Connection::hand_over(const std::shared_ptr<Connection>& next) {
  worker_.replace(shared_from_this(), next);
  next->start();
  if (worker_.draining()) next->drain();
}

void Connection::set_deadline(std::chrono::milliseconds after, TimerWheel::Clock::time_point since) {
  worker_.wheel().schedule(*this, since + after);
}

bool Connection::has_moved(Transport::Io outcome) {
  switch (outcome) {
    case Transport::Io::kMoved: return true;
    case Transport::Io::kWait: wait_for_reader(); return false;
    case Transport::Io::kEnded: break;
  }
  close();
  return false;
}

void Connection::wait_for_reader() {
  const std::uint64_t taken = link_.transport.sent_bytes();
  if (!waited_ || taken - taken_ >= kProgressBytes) {
    set_deadline(worker_.config().write_timeout);
    taken_ = taken;
  }
  waited_ = true;
  when_ready<Connection>(Transport::Ready::kWrite, [](Connection& self) { self.on_room(); });
}

bool Connection::has_unread() {
  char byte = 0;
  return ::recv(link_.transport.socket().fd(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

}  // namespace chalkline::streamer
