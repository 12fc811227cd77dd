// A blocking HTTP/1.1 client for the command line: one server, one connection that is kept, http or https (the system's
// certificates; SSL_CERT_FILE names others). Bodies are read from a callback as the line takes them, and an answer that
// comes before the body's end is heard. Every wait ends with the stop token or after `patience` without a byte.
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

namespace chalkline::streamer {

struct ServerAddress {
  bool tls = false;
  std::string host;
  std::string port;
  std::string path;  // without a final slash
  // "https://video.example:8443", without the path.
  [[nodiscard]] std::string origin() const;
};
// kInvalidArgument with a sentence.
Result<ServerAddress> parse_server_address(std::string_view url);

struct ClientRequest {
  std::string method;
  std::string target;  // a path
  std::vector<std::pair<std::string, std::string>> fields;
  std::uint64_t body_bytes = 0;
  // Fills all or a part of the buffer, which never asks for more than is left of the body.
  std::function<Result<std::size_t>(std::span<char> into)> body;
};

struct ClientReply {
  unsigned status = 0;
  std::vector<std::pair<std::string, std::string>> fields;  // names in lower case
  std::string body;                                         // of at most 1 MB
  [[nodiscard]] std::string field(std::string_view lower_case_name) const;
};

class Wire;

class HttpClient {
 public:
  HttpClient(ServerAddress address, std::stop_token stop, std::chrono::milliseconds patience);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // kIo: the line or the server failed on the way, and another try may succeed. kCancelled. kPermissionDenied: the
  // server's certificate cannot be trusted.
  Result<ClientReply> ask(const ClientRequest& request);

 private:
  Result<void> send(const ClientRequest& request);
  Result<ClientReply> read_reply(bool of_head);

  const ServerAddress address_;
  std::stop_token stop_;
  const std::chrono::milliseconds patience_;
  std::unique_ptr<Wire> wire_;
  std::string received_;
};

}  // namespace chalkline::streamer
