// getaddrinfo, poll, and OpenSSL over a non-blocking socket.
#include "streamer/client/wire.hpp"

#include <algorithm>
#include <cerrno>
#include <string>

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>

namespace chalkline::streamer {

static Error stopped() { return Error(Errc::kCancelled, "stopped"); }

static Error lost(int errnum, const char* doing) {
  Error error = error_from_errno(errnum, doing);
  error.code = Errc::kIo;
  return error;
}

Result<void> Wire::wait(short what) {
  const auto until = std::chrono::steady_clock::now() + patience_;
  for (;;) {
    if (stop_.stop_requested()) return stopped();
    pollfd ready{fd_.get(), what, 0};
    const int found = ::poll(&ready, 1, 100);
    if (found > 0) return {};
    if (found < 0 && errno != EINTR) return lost(errno, "cannot wait for the server");
    if (std::chrono::steady_clock::now() >= until) return Error(Errc::kIo, "the server is silent");
  }
}

Result<std::unique_ptr<Wire>> Wire::open(const ServerAddress& address, const std::stop_token& stop,
                                         std::chrono::milliseconds patience) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int failed = ::getaddrinfo(address.host.c_str(), address.port.c_str(), &hints, &found); failed != 0)
    return Error(Errc::kIo, "cannot find " + address.host + ": " + ::gai_strerror(failed));
  const std::unique_ptr<addrinfo, decltype([](addrinfo* list) { ::freeaddrinfo(list); })> list(found);
  Error last(Errc::kIo, "cannot reach " + address.origin());
  for (const addrinfo* one = list.get(); one != nullptr; one = one->ai_next) {
    UniqueFd fd(::socket(one->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!fd) continue;
    const int on = 1;
    (void)::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const bool begun = ::connect(fd.get(), one->ai_addr, one->ai_addrlen) == 0 || errno == EINPROGRESS;
    if (!begun) {
      last = lost(errno, ("cannot reach " + address.origin()).c_str());
      continue;
    }
    std::unique_ptr<Wire> wire(new Wire(std::move(fd), stop, patience));
    if (auto ready = wire->wait(POLLOUT); !ready) {
      if (ready.error().code == Errc::kCancelled) return ready.error();
      last = ready.error();
      continue;
    }
    int failed = 0;
    socklen_t length = sizeof failed;
    if (::getsockopt(wire->fd_.get(), SOL_SOCKET, SO_ERROR, &failed, &length) != 0 || failed != 0) {
      last = lost(failed, ("cannot reach " + address.origin()).c_str());
      continue;
    }
    if (address.tls) CHALK_TRY(wire->shake_hands(address));
    return wire;
  }
  return last;
}

Result<void> Wire::shake_hands(const ServerAddress& address) {
  context_.reset(SSL_CTX_new(TLS_client_method()));
  SSL_CTX_set_default_verify_paths(context_.get());
  SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_min_proto_version(context_.get(), TLS1_2_VERSION);
  ssl_.reset(SSL_new(context_.get()));
  SSL_set_fd(ssl_.get(), fd_.get());
  SSL_set_mode(ssl_.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  in6_addr ignored{};
  const bool is_number = ::inet_pton(AF_INET, address.host.c_str(), &ignored) == 1 ||
                         ::inet_pton(AF_INET6, address.host.c_str(), &ignored) == 1;
  if (is_number) {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl_.get()), address.host.c_str());
  } else {
    SSL_set1_host(ssl_.get(), address.host.c_str());
    SSL_set_tlsext_host_name(ssl_.get(), address.host.c_str());
  }
  for (;;) {
    const int done = SSL_connect(ssl_.get());
    if (done == 1) return {};
    if (const long verdict = SSL_get_verify_result(ssl_.get()); verdict != X509_V_OK)
      return Error(
          Errc::kPermissionDenied,
          "the certificate of " + address.origin() + " cannot be trusted: " + X509_verify_cert_error_string(verdict),
          "name its authority in SSL_CERT_FILE, or check the address");
    CHALK_TRY_ASSIGN(const bool more, go_on(done, "cannot agree on TLS with the server"));
    if (!more) return Error(Errc::kIo, "the server ended the TLS handshake");
  }
}

Result<bool> Wire::go_on(int result, const char* doing) {
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ: CHALK_TRY(wait(POLLIN)); return true;
    case SSL_ERROR_WANT_WRITE: CHALK_TRY(wait(POLLOUT)); return true;
    case SSL_ERROR_ZERO_RETURN: return false;
    default: break;
  }
  ERR_clear_error();
  return Error(Errc::kIo, std::string(doing) + ": the connection is lost");
}

Result<std::size_t> Wire::read(std::span<char> into) {
  for (;;) {
    if (ssl_) {
      const int got = SSL_read(ssl_.get(), into.data(), static_cast<int>(into.size()));
      if (got > 0) return static_cast<std::size_t>(got);
      CHALK_TRY_ASSIGN(const bool more, go_on(got, "cannot hear the server"));
      if (!more) return std::size_t{0};
      continue;
    }
    const ssize_t got = ::recv(fd_.get(), into.data(), into.size(), 0);
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno == EAGAIN || errno == EWOULDBLOCK) {
      CHALK_TRY(wait(POLLIN));
    } else if (errno != EINTR) {
      return lost(errno, "cannot hear the server");
    }
  }
}

Result<std::size_t> Wire::write(std::string_view bytes) {
  for (;;) {
    if (ssl_) {
      const int put =
          SSL_write(ssl_.get(), bytes.data(), static_cast<int>(std::min<std::size_t>(bytes.size(), 1U << 20U)));
      if (put > 0) return static_cast<std::size_t>(put);
      CHALK_TRY_ASSIGN(const bool more, go_on(put, "cannot send to the server"));
      if (!more) return Error(Errc::kIo, "the server ended the connection");
      continue;
    }
    const ssize_t put = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (put >= 0) return static_cast<std::size_t>(put);
    if (errno == EAGAIN || errno == EWOULDBLOCK) {
      CHALK_TRY(wait(POLLOUT));
    } else if (errno != EINTR) {
      return lost(errno, "cannot send to the server");
    }
  }
}

bool Wire::has_something() {
  if (ssl_ && SSL_pending(ssl_.get()) > 0) return true;
  pollfd ready{fd_.get(), POLLIN, 0};
  if (::poll(&ready, 1, 0) <= 0) return false;
  if (!ssl_) return true;
  // Through TLS a record need not bring bytes of the answer: a session ticket does not.
  char byte = 0;
  return SSL_peek(ssl_.get(), &byte, 1) > 0;
}

}  // namespace chalkline::streamer
