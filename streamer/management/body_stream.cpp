// recv(2) into a buffer that stays in the cache, and poll(2) for the moment that a client needs for more.
#include "streamer/management/body_stream.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <vector>

#include <poll.h>
#include <sys/socket.h>

namespace chalkline::streamer {

static constexpr std::size_t kBuffer = std::size_t{128} * 1024;

using Clock = std::chrono::steady_clock;

// Fills `into` as far as the socket has it; less where nothing comes for a moment, or the turn ends while more is
// waited for: who sends a byte each moment keeps no thread.
static std::size_t receive_all(int socket, char* into, std::size_t most, Clock::time_point ends,
                               std::chrono::milliseconds moment) {
  std::size_t got = 0;
  while (got < most) {
    const ssize_t count = ::recv(socket, into + got, most - got, MSG_DONTWAIT);
    if (count > 0) {
      got += static_cast<std::size_t>(count);
      continue;
    }
    if (count < 0 && errno == EINTR) continue;
    if (count == 0 || (errno != EAGAIN && errno != EWOULDBLOCK)) break;
    if (Clock::now() >= ends) break;
    pollfd wait{socket, POLLIN, 0};
    if (::poll(&wait, 1, static_cast<int>(moment.count())) <= 0 || (wait.revents & POLLIN) == 0) break;
  }
  return got;
}

StreamedPart stream_body(int socket, std::uint64_t left,
                         const std::function<std::optional<ManagedReply>(std::string_view)>& take,
                         const StreamPace& pace) {
  thread_local std::vector<char> buffer(kBuffer);
  const auto ends = Clock::now() + pace.turn;
  StreamedPart part;
  while (left > 0) {
    const auto most = static_cast<std::size_t>(std::min<std::uint64_t>(left, buffer.size()));
    const std::size_t got = receive_all(socket, buffer.data(), most, ends, pace.moment);
    if (got == 0) break;
    part.bytes += got;
    left -= got;
    part.reply = take({buffer.data(), got});
    if (part.reply || got < most || Clock::now() >= ends) break;
  }
  return part;
}

}  // namespace chalkline::streamer
