// A TLS connection until its application protocol is known (ALPN, RFC 7301); then it becomes an HTTP/1.1 session or an
// HTTP/2 one, with early data as its first bytes where the client sent any. The whole handshake has the time of a
// request's header. One delivery thread.
#pragma once

#include <memory>

#include "streamer/delivery/connection.hpp"

namespace chalkline::streamer {

class Handshake final : public Connection {
 public:
  // The server has TLS. `counted` as in Link.
  Handshake(Worker& worker, WatchedSocket socket, const boost::asio::ip::tcp::endpoint& peer,
            std::optional<AddressKey> counted);
  void start() override;
  void drain() override {}  // it ends with its deadline, or becomes a session, which drains

 private:
  void wait(Transport::Ready what);
  void on_ready();
  void go_on(std::string received);
  void on_close() override;
  void on_deadline() override;
};

}  // namespace chalkline::streamer
