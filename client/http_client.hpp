// Requests to other servers over HTTP and HTTPS; libcurl does the talking. A mirror fetches with it, `chalkline add
// --server` uploads. Blocks; any thread; connections are kept and shared. Certificates are the system's, or those that
// SSL_CERT_FILE and SSL_CERT_DIR name; proxies are those of the environment (http_proxy, https_proxy, no_proxy). A
// server is one place: nobody is followed to where it points.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/error.hpp"

namespace chalkline::client {

struct ClientOptions {
  std::string user_agent = "chalkline";
  std::chrono::seconds connect_timeout{10};
  std::chrono::seconds silence{30};    // a transfer that moves less than a byte a second for so long is over
  std::chrono::milliseconds whole{0};  // an exchange that takes longer is over; 0: as long as it moves
  std::uint64_t bytes_per_second = 0;  // received, of each transfer; 0: as fast as it goes
  bool http_1_only = false;
  // Connects to addresses of the public Internet alone (client/public_address.hpp), as they are after the name was
  // looked up, and through no proxy: for addresses that somebody else gave.
  bool public_only = false;
  std::stop_token stop;  // heard within a second
};

struct Request {
  std::string method = "GET";
  std::string url;
  std::vector<std::pair<std::string, std::string>> fields;  // one without a value takes libcurl's own away

  // What is sent, where the method is neither GET nor HEAD: fills all or a part of `into`, the body's bytes from
  // `at` on, which never asks for more than is left of it. What has begun to be sent is not sent again.
  std::uint64_t body_bytes = 0;
  std::function<Result<std::size_t>(std::uint64_t at, std::span<char> into)> body;

  bool compressed = false;       // the answer may come in gzip, and is unpacked
  std::uint64_t from = 0;        // the answer begins at this byte of the file (RFC 9110 14)
  std::size_t most = 1'000'000;  // bytes of Reply::body
  bool cut = false;              // an answer that is longer is cut there, and is an answer
  // Where it is given, takes the body of an answer of 2xx, instead of Reply::body.
  std::function<Result<void>(std::string_view piece)> sink;
};

struct Reply {
  unsigned status = 0;
  std::vector<std::pair<std::string, std::string>> fields;  // names in lower case
  std::string body;
  std::uint64_t received = 0;                                               // bytes of the body as they came, packed
  [[nodiscard]] std::string field(std::string_view lower_case_name) const;  // "" where there is none
};

class HttpClient {
 public:
  explicit HttpClient(ClientOptions options);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // The answer, whatever its status; one that comes before the body's end is heard. Errors: what `body` or `sink` say;
  // kIo where the line or the server failed on the way, and another try may succeed; kPermissionDenied where the
  // server's certificate cannot be trusted, and for what `public_only` keeps off; kLimitExceeded beyond `most`;
  // kUnusableInput where the answer does not begin at `from`; kCancelled.
  [[nodiscard]] Result<Reply> ask(const Request& request);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace chalkline::client
