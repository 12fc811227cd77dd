// Which sockets of a delivery thread can be read or written: one edge-triggered epoll(7) instance where each socket is
// registered once, so that waiting for the next request of a connection costs no system call; Asio's own wait pays an
// epoll_ctl each time. Asio's loop waits for the instance as for any descriptor and then calls dispatch(). Answers
// under way go before what has come: where more is asked than can be sent, each answer that begins takes from all that
// have begun, and those of the first comers would last longest. Newcomers go last, one at a time: a handshake's
// signature takes as long as several answers, and who is served already would wait for everybody who comes. One
// delivery thread.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "core/file.hpp"

namespace chalkline::streamer {

class Connection;

class Poller {
 public:
  using Then = void (*)(Connection&);

  Poller();  // throws std::system_error where the kernel has no descriptor for it
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;

  [[nodiscard]] int descriptor() const { return epoll_.get(); }  // readable: dispatch() has something to do
  // Calls who waits for what has become ready: all who wait for room, then some of those to whom something has come, in
  // the order in which it came, and a newcomer, and so on for a while. True: there are more of these, and it is to be
  // called again when others on this thread have had their turn.
  bool dispatch();

 private:
  friend class WatchedSocket;
  struct Waiter {
    Connection* who = nullptr;
    Then then = nullptr;
  };
  struct Watch {
    std::array<Waiter, 2> waiters{};
    bool readable = false;  // something came, or ended, since all was read
    bool over = false;      // the peer has ended its side, or the connection is broken: stays readable
    bool queued = false;    // in arrived_ or newcomers_
    bool newcomer = false;
  };
  using Queue = std::deque<Watch*>;

  static void call(Waiter& waiter);
  bool take_events();  // and calls who waits for room; true: there may be more of them
  static void serve(Queue& queue, int most);
  [[nodiscard]] bool somebody_waits() const { return !arrived_.empty() || !newcomers_.empty(); }

  UniqueFd epoll_;
  Queue arrived_;
  Queue newcomers_;
  std::vector<std::unique_ptr<Watch>> retired_;  // of closed sockets, which events or a queue may still name
};

// A non-blocking socket that its thread's poller watches, and the connection that waits for it.
class WatchedSocket {
 public:
  enum class Ready : std::uint8_t { kRead, kWrite };

  WatchedSocket(Poller& poller, UniqueFd socket);  // not is_open() where the kernel cannot watch it
  WatchedSocket(WatchedSocket&&) noexcept = default;
  WatchedSocket& operator=(WatchedSocket&&) = delete;
  ~WatchedSocket() { close(); }

  [[nodiscard]] int fd() const { return fd_.get(); }
  [[nodiscard]] bool is_open() const { return static_cast<bool>(fd_); }
  // Calls then(who) once the socket is ready, from dispatch(); `who` forgets it before it ends. One waiter each way; of
  // a closed socket nobody hears.
  void when_ready(Ready what, Connection& who, Poller::Then then);
  void forget();
  // From now on what comes is for a newcomer's turn, or for that of the others.
  void set_newcomer(bool newcomer);
  // Between the two nothing that comes is told: another thread reads the socket.
  void lend();
  void take_back();
  // All that has come so far was read: what comes from now on will be told.
  void note_drained() { watch_->readable = watch_->over; }
  void close();

 private:
  void look_again();

  Poller* poller_;
  UniqueFd fd_;
  std::unique_ptr<Poller::Watch> watch_;
};

}  // namespace chalkline::streamer
