// accept4(2) until it says EAGAIN.
#include "streamer/delivery/acceptor.hpp"

#include <algorithm>
#include <cerrno>

#include <sys/socket.h>

#include "core/error.hpp"
#include "core/log.hpp"
#include "streamer/delivery/worker.hpp"

namespace chalkline::streamer {

using boost::system::error_code;
namespace ip = boost::asio::ip;

Acceptor::Acceptor(Worker& worker, boost::asio::io_context& context, ListeningSocket socket)
    : worker_(worker), tls_(socket.tls), socket_(context.get_executor()), timer_(context.get_executor()) {
  socket_.assign(socket.ipv6 ? ip::tcp::v6() : ip::tcp::v4(), socket.fd.release());
}

void Acceptor::start() {
  socket_.async_wait(Socket::wait_read, [this](const error_code& failed) {
    if (failed || closed_) return;
    accept_some();
  });
}

void Acceptor::accept_some() {
  // A bounded burst, so that a flood of connections does not starve those that are open.
  for (int i = 0; i < 64; ++i) {
    ip::tcp::endpoint peer;
    auto length = static_cast<socklen_t>(peer.capacity());
    const int fd = ::accept4(socket_.native_handle(), peer.data(), &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) {
      if (errno == EAGAIN || errno == EWOULDBLOCK) break;
      if (errno == EINTR || errno == ECONNABORTED || errno == EPROTO || errno == EPERM) continue;
      worker_.counters().add(Counter::kAcceptFailures);
      return back_off();
    }
    pause_ = {};
    peer.resize(length);
    worker_.admit(fd, peer, tls_);
  }
  start();
}

// Out of descriptors or memory (EMFILE, ENFILE, ENOBUFS, ENOMEM): the queue keeps what we cannot take; try again soon.
void Acceptor::back_off() {
  constexpr std::chrono::milliseconds kFirst{50};
  constexpr std::chrono::milliseconds kLongest{1000};
  if (pause_ == std::chrono::milliseconds(0))
    log_error("cannot accept connections for now", {{"error", error_from_errno(errno, "accept").message}});
  pause_ = std::clamp(pause_ * 2, kFirst, kLongest);
  timer_.expires_after(pause_);
  timer_.async_wait([this](const error_code& failed) {
    if (!failed && !closed_) accept_some();
  });
}

void Acceptor::close() {
  closed_ = true;
  error_code ignored;
  socket_.close(ignored);
  timer_.cancel();
}

}  // namespace chalkline::streamer
