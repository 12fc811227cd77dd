// socket, setsockopt, bind, listen.
#include "streamer/delivery/listener.hpp"

#include <cerrno>
#include <cstring>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace chalkline::streamer {

namespace {

struct Address {
  sockaddr_storage storage{};
  socklen_t length = 0;
};

Result<Address> parse_address(const std::string& text, int port) {
  Address address;
  const std::string numeric = text == "localhost" ? "127.0.0.1" : text;
  auto* v4 = reinterpret_cast<sockaddr_in*>(&address.storage);
  auto* v6 = reinterpret_cast<sockaddr_in6*>(&address.storage);
  if (::inet_pton(AF_INET, numeric.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(static_cast<std::uint16_t>(port));
    address.length = sizeof *v4;
    return address;
  }
  if (::inet_pton(AF_INET6, numeric.c_str(), &v6->sin6_addr) == 1) {
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(static_cast<std::uint16_t>(port));
    address.length = sizeof *v6;
    return address;
  }
  return Error(Errc::kBadConfig, fmt::format("cannot listen on {}: that is not an IPv4 or IPv6 address", text),
               "give server.address in numbers, for example 127.0.0.1, 0.0.0.0 or ::");
}

void set_option(int fd, int level, int name, int value) { (void)::setsockopt(fd, level, name, &value, sizeof value); }

Error bind_error(int errnum, const std::string& address, int port) {
  const std::string doing = fmt::format("cannot listen on {} port {}", address, port);
  if (errnum == EADDRINUSE)
    return Error(Errc::kBusy, doing + ": the port is in use", "stop the other server or choose another port");
  if (errnum == EACCES)
    return error_from_errno(errnum, doing, "ports below 1024 need a privilege: choose a higher port");
  if (errnum == EADDRNOTAVAIL) return error_from_errno(errnum, doing, "this machine does not have that address");
  return error_from_errno(errnum, doing);
}

// Accepted connections inherit these on Linux, so none of them costs a system call per connection.
void set_inherited_options(int fd) {
  set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
  set_option(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
}

Result<UniqueFd> open_one(const Address& address, bool share, const std::string& named, int port) {
  const int family = address.storage.ss_family;
  UniqueFd fd(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return error_from_errno(errno, "cannot make a socket");
  set_option(fd.get(), SOL_SOCKET, SO_REUSEADDR, 1);
  if (share) set_option(fd.get(), SOL_SOCKET, SO_REUSEPORT, 1);
  if (family == AF_INET6) set_option(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, 0);
  set_inherited_options(fd.get());
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address.storage), address.length) != 0)
    return bind_error(errno, named, port);
  if (::listen(fd.get(), 4096) != 0) return bind_error(errno, named, port);
  return fd;
}

std::uint16_t port_of(int fd) {
  sockaddr_storage storage{};
  socklen_t length = sizeof storage;
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&storage), &length) != 0) return 0;
  return ntohs(storage.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6*>(&storage)->sin6_port
                                             : reinterpret_cast<sockaddr_in*>(&storage)->sin_port);
}

}  // namespace

Result<Listeners> open_listeners(const std::string& address, int port, int count) {
  CHALK_TRY_ASSIGN(Address wanted, parse_address(address, port));
  Listeners listeners;
  listeners.ipv6 = wanted.storage.ss_family == AF_INET6;
  {
    // SO_REUSEPORT would let a second server of the same user share the port unnoticed: first see that nobody has it.
    CHALK_TRY_ASSIGN(const UniqueFd probe, open_one(wanted, false, address, port));
    listeners.port = port_of(probe.get());
  }
  CHALK_TRY_ASSIGN(wanted, parse_address(address, listeners.port));
  for (int i = 0; i < count; ++i) {
    CHALK_TRY_ASSIGN(UniqueFd socket, open_one(wanted, true, address, listeners.port));
    listeners.sockets.push_back(std::move(socket));
  }
  return listeners;
}

}  // namespace chalkline::streamer
