// The end of a connection whose last answer must arrive though the client may still be sending: closing at once would
// reset it and could destroy that answer (RFC 9112 9.6). Says that nothing more will come, passes over what the client
// sends, for a while, and closes. What a session becomes; one delivery thread.
#pragma once

#include <cstddef>

#include "streamer/delivery/connection.hpp"

namespace chalkline::streamer {

class Farewell final : public Connection {
 public:
  using Connection::Connection;
  void start() override;
  void drain() override {}  // it is about to end

 private:
  void wait();
  void discard();
  void on_deadline() override { close(); }

  std::size_t discarded_ = 0;
};

}  // namespace chalkline::streamer
