// One listening socket of a delivery thread: accepts in bounded bursts, and goes on through times without descriptors.
// Owned by its worker, which is told of every connection.
#pragma once

#include <chrono>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "streamer/delivery/listener.hpp"

namespace chalkline::streamer {

class Worker;

class Acceptor {
 public:
  Acceptor(Worker& worker, boost::asio::io_context& context, ListeningSocket socket);
  Acceptor(const Acceptor&) = delete;
  Acceptor& operator=(const Acceptor&) = delete;

  void start();
  void accept_some();  // who is waiting now, up to a burst
  void close();

 private:
  using Executor = boost::asio::io_context::executor_type;
  using Socket = boost::asio::basic_socket_acceptor<boost::asio::ip::tcp, Executor>;
  using Timer = boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                                  boost::asio::wait_traits<std::chrono::steady_clock>, Executor>;
  void back_off();

  Worker& worker_;
  const bool tls_;
  bool closed_ = false;
  std::chrono::milliseconds pause_{0};
  Socket socket_;
  Timer timer_;
};

}  // namespace chalkline::streamer
