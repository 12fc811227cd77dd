// Listening sockets: one per delivery thread on the same address (SO_REUSEPORT), with the options that every accepted
// connection inherits. Called once, from the composition root.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/file.hpp"

namespace chalkline::streamer {

struct ListeningSocket {
  UniqueFd fd;  // bound, listening, non-blocking
  bool ipv6 = false;
  bool tls = false;
};

struct Listeners {
  std::vector<UniqueFd> sockets;
  std::uint16_t port = 0;
  bool ipv6 = false;
};

// `address`: IPv4 or IPv6 in numbers, or "localhost". kBusy where somebody listens there already, also another
// Chalkline.
Result<Listeners> open_listeners(const std::string& address, int port, int count);

}  // namespace chalkline::streamer
