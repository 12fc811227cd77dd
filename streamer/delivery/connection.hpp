// One accepted connection as its worker keeps it, whatever protocol it speaks: HTTP/1.1 (session.hpp), HTTP/2
// (h2/h2_session.hpp), or a TLS handshake that becomes one of them (tls/handshake.hpp). Lives on one delivery thread;
// kept by its worker's list, and by what others do for it.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>

#include <boost/asio/ip/tcp.hpp>

#include "streamer/delivery/connection_limits.hpp"
#include "streamer/delivery/timer_wheel.hpp"
#include "streamer/delivery/transport.hpp"

namespace chalkline::streamer {

class Worker;

// What goes on when a connection changes its protocol.
struct Link {
  Transport transport;
  boost::asio::ip::tcp::endpoint peer;
  std::optional<AddressKey>
      counted;  // to release from the limits at the end; none: over a limit, every request gets 503
};

class Connection : public std::enable_shared_from_this<Connection>, protected TimerWheel::Entry {
 public:
  Connection(Worker& worker, Link link);
  ~Connection() override = default;

  virtual void start() = 0;
  // The server stops: an idle connection ends now, a busy one after its responses.
  virtual void drain() = 0;
  void close();  // at once; any number of times

 protected:
  // Counts and logs what is cut off.
  virtual void on_close() {}

  [[nodiscard]] bool closed() const { return closed_; }
  // Goes on as another kind of connection, which takes the link and this one's place: Next(worker, link, arguments...).
  // To be called from a handler, and followed by nothing but returning.
  template <class Next, class... Arguments>
  void become(Arguments... arguments) {
    hand_over(std::make_shared<Next>(worker_, give_link(), std::move(arguments)...));
  }

  // This connection for a handler of Self's to keep it by.
  template <class Self>
  [[nodiscard]] std::shared_ptr<Self> shared_as() {
    return std::static_pointer_cast<Self>(shared_from_this());
  }
  // Calls then(Self&) once the socket is ready for `what`, or broken; then is a lambda without captures. A connection
  // that is closed by then hears no more.
  template <class Self, class Then>
  void when_ready(Transport::Ready what, Then /*then*/) {
    link_.transport.socket().when_ready(what, *this, [](Connection& self) { Then{}(static_cast<Self&>(self)); });
  }

  // A peer who moves fewer bytes than this between two looks at the clock does not count as moving.
  static constexpr std::uint64_t kProgressBytes = 4096;

  // Before an answer's first byte: its reader has not been waited for yet.
  void begin_output() { waited_ = false; }
  // After each send or flush. True: bytes moved. Else the connection is closed, or on_room() follows; a reader who does
  // not move meets the deadline of server.write_timeout.
  bool has_moved(Transport::Io outcome);
  // The socket takes more.
  virtual void on_room() {}

  void set_deadline(std::chrono::milliseconds from_now) { set_deadline(from_now, TimerWheel::Clock::now()); }
  void set_deadline(std::chrono::milliseconds after, TimerWheel::Clock::time_point since);
  // True where the peer has sent something that was not read yet.
  [[nodiscard]] bool has_unread();

  Worker& worker_;
  Link link_;

 private:
  [[nodiscard]] Link give_link();
  void hand_over(const std::shared_ptr<Connection>& next);
  void wait_for_reader();

  bool closed_ = false;
  bool waited_ = false;      // this answer had to wait for its reader
  std::uint64_t taken_ = 0;  // by the kernel when the reader's deadline was set
};

}  // namespace chalkline::streamer
