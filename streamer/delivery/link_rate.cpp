// The kernel's own <linux/tcp.h>, whose tcp_info knows the rate; glibc's <netinet/tcp.h>, which Asio includes, does not
// yet, and the two do not go together: so this stands alone.
#include <cstddef>

#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "streamer/delivery/link_options.hpp"

namespace chalkline::streamer {

std::uint64_t delivery_rate(int fd) {
  tcp_info info{};
  socklen_t length = sizeof info;
  if (::getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length) != 0) return 0;
  constexpr socklen_t kHasRate = offsetof(tcp_info, tcpi_delivery_rate) + sizeof info.tcpi_delivery_rate;
  return length >= kHasRate ? info.tcpi_delivery_rate : 0;
}

}  // namespace chalkline::streamer
