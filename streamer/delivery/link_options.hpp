// How TCP treats weak links: the options of a listening socket that its accepted connections inherit, so that none of
// them costs a system call per connection; and the pace of one connection. Called from the composition root and by
// sessions.
#pragma once

#include <cstdint>
#include <string>

#include "streamer/delivery/listener.hpp"

namespace chalkline::streamer {

struct LinkOptions {
  std::string congestion_control;  // "bbr"; empty: the system's
  std::uint64_t unsent_bytes = 0;  // TCP_NOTSENT_LOWAT
  std::uint64_t send_buffer = 0;   // SO_SNDBUF; 0: the system's, which grows with the link
};

// What the kernel does not have is left as it is, and named: the result is empty, or a sentence for the log.
std::string set_link_options(const Listeners& listeners, const LinkOptions& options);

// What TCP knows of a connection (tcp_info(7)).
struct LinkState {
  std::uint64_t bytes_per_second = 0;  // as measured; 0: not known
  std::uint64_t room = 0;              // bytes that the reader could take beyond what is on its way
  std::uint64_t unsent = 0;            // bytes that wait to be sent
  std::uint64_t under_way = 0;         // these, and what was sent and is not acknowledged yet
  std::uint64_t least_trip_us = 0;     // the shortest round trip so far; 0: not known
  std::uint64_t segment = 0;           // bytes of the body in a full packet
};
LinkState link_state(int fd);

// TCP_NOTSENT_LOWAT of one connection.
int unsent_limit(int fd);
void set_unsent_limit(int fd, int bytes);

// From now on the kernel sends no faster (SO_MAX_PACING_RATE; without the fq queue it paces by itself). 0: as it likes.
void set_pace(int fd, std::uint64_t bytes_per_second);

}  // namespace chalkline::streamer
