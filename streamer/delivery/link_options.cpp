// setsockopt, nothing else.
#include "streamer/delivery/link_options.hpp"

#include <algorithm>
#include <cerrno>
#include <limits>

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "core/error.hpp"

namespace chalkline::streamer {

std::string set_link_options(const Listeners& listeners, const LinkOptions& options) {
  std::string missing;
  for (const UniqueFd& socket : listeners.sockets) {
    const auto unsent = static_cast<int>(options.unsent_bytes);
    if (unsent > 0) (void)::setsockopt(socket.get(), IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent, sizeof unsent);
    // The kernel doubles what it is given, for its own book-keeping (socket(7)).
    const auto buffer = static_cast<int>(options.send_buffer / 2);
    if (buffer > 0) (void)::setsockopt(socket.get(), SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
    const std::string& name = options.congestion_control;
    if (!name.empty() &&
        ::setsockopt(socket.get(), IPPROTO_TCP, TCP_CONGESTION, name.data(), static_cast<socklen_t>(name.size())) != 0)
      missing = fmt::format("this kernel does not give us the congestion control {} ({}); its own stays", name,
                            error_from_errno(errno, "setsockopt").message);
  }
  return missing;
}

int unsent_limit(int fd) {
  int bytes = 0;
  socklen_t length = sizeof bytes;
  (void)::getsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &bytes, &length);
  return bytes;
}

void set_unsent_limit(int fd, int bytes) {
  (void)::setsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &bytes, sizeof bytes);
}

void set_pace(int fd, std::uint64_t bytes_per_second) {
  const std::uint64_t pace = bytes_per_second == 0 ? std::numeric_limits<std::uint64_t>::max() : bytes_per_second;
  (void)::setsockopt(fd, SOL_SOCKET, SO_MAX_PACING_RATE, &pace, sizeof pace);
}

}  // namespace chalkline::streamer
