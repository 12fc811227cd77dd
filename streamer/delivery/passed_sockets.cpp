// getenv, fcntl, getsockname.
#include "streamer/delivery/passed_sockets.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace chalkline::streamer {

namespace {

int number_in_environment(const char* name) {
  const char* const text = std::getenv(name);
  if (text == nullptr) return 0;
  int value = 0;
  const std::string_view view(text);
  std::from_chars(view.data(), view.data() + view.size(), value);
  return value;
}

}  // namespace

PassedSockets take_passed_sockets() {
  constexpr int kFirst = 3;  // SD_LISTEN_FDS_START
  PassedSockets passed;
  const char* const names = std::getenv("LISTEN_FDNAMES");
  if (number_in_environment("LISTEN_PID") == ::getpid())
    passed = sort_passed_sockets(kFirst, number_in_environment("LISTEN_FDS"), names == nullptr ? "" : names);
  for (const char* name : {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"}) ::unsetenv(name);
  return passed;
}

PassedSockets sort_passed_sockets(int first, int count, std::string_view names) {
  PassedSockets passed;
  for (int fd = first; fd < first + count; ++fd) {
    const std::string_view name = names.substr(0, names.find(':'));
    names.remove_prefix(std::min(name.size() + 1, names.size()));
    UniqueFd socket(fd);
    ::fcntl(fd, F_SETFD, FD_CLOEXEC);
    if (name == "https") {
      if (!passed.tls) passed.tls.emplace(std::move(socket));
    } else if (!passed.plain) {
      passed.plain.emplace(std::move(socket));
    }
  }
  return passed;
}

Result<Listeners> share_passed_socket(UniqueFd socket, int threads) {
  int listening = 0;
  socklen_t length = sizeof listening;
  sockaddr_storage address{};
  socklen_t address_length = sizeof address;
  const bool fits = ::getsockopt(socket.get(), SOL_SOCKET, SO_ACCEPTCONN, &listening, &length) == 0 && listening != 0 &&
                    ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &address_length) == 0 &&
                    (address.ss_family == AF_INET || address.ss_family == AF_INET6);
  if (!fits)
    return Error(Errc::kBadConfig, "a socket that was passed to us is not a listening TCP socket",
                 "in the .socket unit give ListenStream= an address and port, with Accept=no");
  const int flags = ::fcntl(socket.get(), F_GETFL);
  if (flags < 0 || ::fcntl(socket.get(), F_SETFL, flags | O_NONBLOCK) != 0)
    return error_from_errno(errno, "cannot use the socket that was passed to us");
  Listeners listeners;
  listeners.ipv6 = address.ss_family == AF_INET6;
  listeners.port = ntohs(listeners.ipv6 ? reinterpret_cast<sockaddr_in6*>(&address)->sin6_port
                                        : reinterpret_cast<sockaddr_in*>(&address)->sin_port);
  for (int i = 1; i < threads; ++i) {
    UniqueFd copy(::fcntl(socket.get(), F_DUPFD_CLOEXEC, 0));
    if (!copy) return error_from_errno(errno, "cannot share the socket that was passed to us");
    listeners.sockets.push_back(std::move(copy));
  }
  listeners.sockets.push_back(std::move(socket));
  return listeners;
}

}  // namespace chalkline::streamer
