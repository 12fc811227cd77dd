// poll, recv and a strict reading of responses.
#include "tests/http/client.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

namespace chalkline::tests {

static constexpr int kDeadlineMs = 20'000;

Client::Client(std::uint16_t port, int receive_buffer) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  REQUIRE(fd_);
  if (receive_buffer > 0) ::setsockopt(fd_.get(), SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(::connect(fd_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
}

void Client::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;  // the server may have ended the connection: reading says what it said before
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

void Client::finish_sending() { ::shutdown(fd_.get(), SHUT_WR); }

bool Client::fill() {
  pollfd wait{fd_.get(), POLLIN, 0};
  if (::poll(&wait, 1, kDeadlineMs) <= 0) return false;
  std::array<char, 65536> bytes;
  const ssize_t got = ::recv(fd_.get(), bytes.data(), bytes.size(), 0);
  if (got <= 0) return false;
  buffer_.append(bytes.data(), static_cast<std::size_t>(got));
  return true;
}

std::string Client::read_some(std::size_t most) {
  if (buffer_.empty() && !fill()) return {};
  const std::string some = buffer_.substr(0, most);
  buffer_.erase(0, some.size());
  return some;
}

bool Client::ends() {
  pollfd wait{fd_.get(), POLLIN, 0};
  if (!buffer_.empty() || ::poll(&wait, 1, kDeadlineMs) <= 0) return false;
  char byte = 0;
  return ::recv(fd_.get(), &byte, 1, 0) <= 0;
}

Reply Client::read(bool of_head) {
  Reply reply;
  std::size_t end = std::string::npos;
  while ((end = buffer_.find("\r\n\r\n")) == std::string::npos)
    if (!fill()) return {};
  reply.head = buffer_.substr(0, end + 4);
  buffer_.erase(0, end + 4);
  REQUIRE(reply.head.starts_with("HTTP/1.1 "));
  const auto status = static_cast<unsigned>(std::stoul(reply.head.substr(9, 3)));
  std::size_t at = reply.head.find("\r\n") + 2;
  while (at < reply.head.size() - 2) {
    const std::size_t stop = reply.head.find("\r\n", at);
    const std::string line = reply.head.substr(at, stop - at);
    const std::size_t colon = line.find(": ");
    REQUIRE(colon != std::string::npos);
    std::string name = line.substr(0, colon);
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
    REQUIRE_MESSAGE((reply.fields.emplace(name, line.substr(colon + 2)).second || name == "vary"), "twice: ", name);
    at = stop + 2;
  }
  const bool bodiless = of_head || status == 204 || status == 304;
  if (!bodiless) {
    REQUIRE(reply.fields.contains("content-length"));
    const std::size_t length = std::stoull(reply.fields["content-length"]);
    while (buffer_.size() < length)
      if (!fill()) return {};
    reply.body = buffer_.substr(0, length);
    buffer_.erase(0, length);
  }
  reply.status = status;
  return reply;
}

Reply Client::request(std::string_view method, std::string_view target, std::string_view lines) {
  std::string bytes(method);
  bytes.append(" ").append(target).append(" HTTP/1.1\r\nHost: test\r\n").append(lines).append("\r\n");
  send(bytes);
  return read(method == "HEAD");
}

Reply Client::get(std::string_view target, std::string_view lines) { return request("GET", target, lines); }

Reply fetch(std::uint16_t port, std::string_view target, std::string_view lines) {
  return Client(port).get(target, lines);
}

}  // namespace chalkline::tests
