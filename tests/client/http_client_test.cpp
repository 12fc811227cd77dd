// What a transfer makes of an answer, over a socket of loopback that says what it is told to.
#include "client/http_client.hpp"

#include <cstdint>
#include <string>
#include <thread>

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/file.hpp"
#include "tests/support/result.hpp"

using namespace chalkline;

namespace {

// Takes one connection, reads until the head's end, says `answer` and hangs up.
class Answerer {
 public:
  explicit Answerer(std::string answer) : listening_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    REQUIRE(::bind(listening_.get(), reinterpret_cast<sockaddr*>(&address), length) == 0);
    REQUIRE(::listen(listening_.get(), 1) == 0);
    REQUIRE(::getsockname(listening_.get(), reinterpret_cast<sockaddr*>(&address), &length) == 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::jthread([this, said = std::move(answer)] {
      const UniqueFd connection(::accept4(listening_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      char piece[4096];
      for (std::string head; head.find("\r\n\r\n") == std::string::npos;) {
        const ssize_t got = ::recv(connection.get(), piece, sizeof piece, 0);
        if (got <= 0) return;
        head.append(piece, static_cast<std::size_t>(got));
      }
      for (std::size_t at = 0; at < said.size();) {
        const ssize_t sent = ::send(connection.get(), said.data() + at, said.size() - at, MSG_NOSIGNAL);
        if (sent <= 0) return;
        at += static_cast<std::size_t>(sent);
      }
    });
  }
  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/"; }

 private:
  UniqueFd listening_;
  std::uint16_t port_ = 0;
  std::jthread thread_;
};

std::string answer_of(const std::string& body) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

}  // namespace

TEST_CASE("an answer that is longer than wanted is cut at the byte, or is an error") {
  const std::string body(50'000, 'x');
  for (const std::size_t most : {std::size_t{0}, std::size_t{1}, std::size_t{1'000}, std::size_t{49'999}}) {
    const Answerer server(answer_of(body));
    client::HttpClient client({});
    client::Request request;
    request.url = server.url();
    request.most = most;
    request.cut = true;
    const auto reply = client.ask(request);
    REQUIRE(reply);
    CHECK(reply->status == 200);
    CHECK(reply->body.size() == most);
  }
  const Answerer server(answer_of(body));
  client::HttpClient client({});
  client::Request request;
  request.url = server.url();
  request.most = 1'000;
  CHECK(client.ask(request).error().code == Errc::kLimitExceeded);
}
