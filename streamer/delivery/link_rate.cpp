// The kernel's own <linux/tcp.h>, whose tcp_info knows the rate; glibc's <netinet/tcp.h>, which Asio includes, does not
// yet, and the two do not go together: so this stands alone.
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "streamer/delivery/link_options.hpp"

namespace chalkline::streamer {

LinkState link_state(int fd) {
  tcp_info info{};
  socklen_t length = sizeof info;
  LinkState state;
  if (::getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length) != 0) return state;
  state.under_way = std::uint64_t{info.tcpi_unacked} * info.tcpi_snd_mss + info.tcpi_notsent_bytes;
  state.bytes_per_second = info.tcpi_delivery_rate;
  state.room = info.tcpi_snd_wnd > state.under_way ? info.tcpi_snd_wnd - state.under_way : 0;
  state.unsent = info.tcpi_notsent_bytes;
  state.least_trip_us = info.tcpi_min_rtt == ~0U ? 0 : info.tcpi_min_rtt;
  state.segment = info.tcpi_snd_mss;
  return state;  // what an older kernel does not know is zero
}

}  // namespace chalkline::streamer
