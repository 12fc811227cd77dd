// Requests out, replies in: RFC 9112 as far as a client of our own server needs it.
#include "streamer/client/http_client.hpp"

#include <algorithm>
#include <charconv>

#include "streamer/client/wire.hpp"
#include "streamer/management/body_reader.hpp"

namespace chalkline::streamer {

static std::string lower(std::string_view text) {
  std::string made(text);
  std::transform(made.begin(), made.end(), made.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
  return made;
}

std::string ServerAddress::origin() const {
  const bool usual = port == (tls ? "443" : "80");
  const std::string name = host.find(':') == std::string::npos ? host : "[" + host + "]";
  return (tls ? "https://" : "http://") + name + (usual ? "" : ":" + port);
}

Result<ServerAddress> parse_server_address(std::string_view url) {
  const Error wrong(Errc::kInvalidArgument, "\"" + std::string(url) + "\" is not the address of a server",
                    "write one such as https://video.example or http://127.0.0.1:8080");
  ServerAddress address;
  const std::string scheme = lower(url.substr(0, url.find("://")));
  if (scheme != "http" && scheme != "https") return wrong;
  address.tls = scheme == "https";
  address.port = address.tls ? "443" : "80";
  url.remove_prefix(scheme.size() + 3);
  const std::size_t slash = std::min(url.find('/'), url.size());
  std::string_view authority = url.substr(0, slash);
  address.path = url.substr(slash);
  while (address.path.ends_with('/')) address.path.pop_back();
  const std::size_t bracket = authority.find(']');
  const std::size_t colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
  if (colon != std::string_view::npos) {
    address.port = authority.substr(colon + 1);
    authority = authority.substr(0, colon);
  }
  if (authority.starts_with('[') && authority.ends_with(']')) authority = authority.substr(1, authority.size() - 2);
  address.host = authority;
  const bool number = !address.port.empty() && address.port.find_first_not_of("0123456789") == std::string::npos;
  if (address.host.empty() || !number || address.host.find_first_of(" @?#\r\n") != std::string::npos ||
      address.path.find_first_of(" ?#\r\n") != std::string::npos)
    return wrong;
  return address;
}

std::string ClientReply::field(std::string_view lower_case_name) const {
  for (const auto& [name, value] : fields)
    if (name == lower_case_name) return value;
  return {};
}

HttpClient::HttpClient(ServerAddress address, std::stop_token stop, std::chrono::milliseconds patience)
    : address_(std::move(address)), stop_(std::move(stop)), patience_(patience) {}

HttpClient::~HttpClient() = default;

Result<ClientReply> HttpClient::ask(const ClientRequest& request) {
  // One that was kept may have been ended meanwhile: what it says now can be nothing else.
  if (wire_ && (!received_.empty() || wire_->has_something())) wire_.reset();
  if (!wire_) {
    received_.clear();
    CHALK_TRY_ASSIGN(wire_, Wire::open(address_, stop_, patience_));
  }
  const auto sent = send(request);
  // A server that refuses answers first and ends then: its answer says more than the failure to send.
  auto reply =
      sent || sent.error().code == Errc::kIo ? read_reply(request.method == "HEAD") : Result<ClientReply>(sent.error());
  if (!reply && !sent) reply = sent.error();
  const bool keeps = reply && sent && lower(reply->field("connection")) != "close";
  if (!keeps) wire_.reset();
  return reply;
}

Result<void> HttpClient::send(const ClientRequest& request) {
  const std::string origin = address_.origin();
  std::string bytes =
      request.method + " " + request.target + " HTTP/1.1\r\nHost: " + origin.substr(origin.find("//") + 2) + "\r\n";
  for (const auto& [name, value] : request.fields) bytes.append(name).append(": ").append(value).append("\r\n");
  if (request.body_bytes > 0 || request.method == "POST" || request.method == "PATCH")
    bytes += "Content-Length: " + std::to_string(request.body_bytes) + "\r\n";
  bytes += "\r\n";
  std::uint64_t left = request.body_bytes;
  std::string_view rest = bytes;
  std::string buffer;
  for (;;) {
    while (!rest.empty()) {
      CHALK_TRY_ASSIGN(const std::size_t put, wire_->write(rest));
      rest.remove_prefix(put);
    }
    if (left == 0) return {};
    if (wire_->has_something()) return Error(Errc::kIo, "the server answered before all was sent");
    buffer.resize(static_cast<std::size_t>(std::min<std::uint64_t>(left, std::uint64_t{256} * 1024)));
    CHALK_TRY_ASSIGN(const std::size_t got, request.body(buffer));
    rest = std::string_view(buffer).substr(0, got);
    left -= got;
  }
}

static Result<ClientReply> parse_head(std::string_view head) {
  ClientReply reply;
  const std::string_view line = head.substr(0, head.find("\r\n"));
  const std::size_t space = line.find(' ');
  const std::string_view code = space == std::string_view::npos ? std::string_view() : line.substr(space + 1, 3);
  const auto [end, failed] = std::from_chars(code.data(), code.data() + code.size(), reply.status);
  if (!line.starts_with("HTTP/1.") || failed != std::errc() || end != code.data() + 3)
    return Error(Errc::kIo, "that is no HTTP server, or no Chalkline");
  head.remove_prefix(line.size() + 2);
  while (!head.empty() && !head.starts_with("\r\n")) {
    const std::string_view field = head.substr(0, head.find("\r\n"));
    head.remove_prefix(field.size() + 2);
    const std::size_t colon = field.find(':');
    if (colon == std::string_view::npos) continue;
    std::string_view value = field.substr(colon + 1);
    while (value.starts_with(' ')) value.remove_prefix(1);
    reply.fields.emplace_back(lower(field.substr(0, colon)), std::string(value));
  }
  return reply;
}

Result<ClientReply> HttpClient::read_reply(bool of_head) {
  constexpr std::size_t kMost = 1'000'000;
  std::string buffer(std::size_t{16} * 1024, '\0');
  const auto fill = [&]() -> Result<void> {
    CHALK_TRY_ASSIGN(const std::size_t got, wire_->read(buffer));
    if (got == 0) return Error(Errc::kIo, "the server ended the connection without an answer");
    received_.append(buffer, 0, got);
    if (received_.size() > 2 * kMost) return Error(Errc::kIo, "the server's answer is too long");
    return {};
  };
  for (;;) {
    std::size_t end = 0;
    while ((end = received_.find("\r\n\r\n")) == std::string::npos) CHALK_TRY(fill());
    CHALK_TRY_ASSIGN(ClientReply reply, parse_head(std::string_view(received_).substr(0, end + 4)));
    received_.erase(0, end + 4);
    if (reply.status < 200) continue;
    if (of_head || reply.status == 204 || reply.status == 304) return reply;
    std::uint64_t length = 0;
    const std::string text = reply.field("content-length");
    std::from_chars(text.data(), text.data() + text.size(), length);
    BodyReader body =
        lower(reply.field("transfer-encoding")) == "chunked" ? BodyReader::chunked() : BodyReader::with_length(length);
    for (;;) {
      std::string_view there = received_;
      const BodyReader::Status status = body.read(there, reply.body);
      received_.erase(0, received_.size() - there.size());
      if (status == BodyReader::Status::kDone) return reply;
      if (status == BodyReader::Status::kBad || reply.body.size() > kMost)
        return Error(Errc::kIo, "the server's answer is malformed");
      CHALK_TRY(fill());
    }
  }
}

}  // namespace chalkline::streamer
