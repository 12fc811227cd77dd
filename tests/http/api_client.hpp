// A client of the managed API over real sockets, with a token for every role; a connection for each request.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "library/access_tokens.hpp"
#include "tests/http/client.hpp"
#include "tests/http/origin.hpp"

namespace chalkline::tests {

class ApiClient {
 public:
  explicit ApiClient(Origin& origin) : origin_(origin) {
    for (const library::Role role : {library::Role::kMirror, library::Role::kReader, library::Role::kEditor,
                                     library::Role::kOperator, library::Role::kAdmin})
      secrets_[static_cast<std::size_t>(role)] =
          origin.library().tokens->create("test " + std::string(library::name(role)), role, 0).value().second;
  }

  [[nodiscard]] std::string token(library::Role role) const {
    return "Authorization: Bearer " + secrets_[static_cast<std::size_t>(role)] + "\r\n";
  }

  // `lines` are further fields, each with CRLF. A body is sent as JSON unless they say otherwise.
  Reply ask(std::string_view method, std::string_view target, std::string lines = {}, std::string_view body = {}) {
    if (!body.empty()) {
      lines += "Content-Length: " + std::to_string(body.size()) + "\r\n";
      if (lines.find("Content-Type:") == std::string::npos) lines += "Content-Type: application/json\r\n";
    }
    Client client(origin_.port());
    client.send(std::string(method) + " " + std::string(target) + " HTTP/1.1\r\nHost: test\r\n" + lines + "\r\n" +
                std::string(body));
    return client.read(method == "HEAD");
  }

  // With a role, and If-Match where `etag` is given.
  Reply as(library::Role role, std::string_view method, std::string_view target, const nlohmann::json& body = nullptr,
           const std::string& etag = {}, const std::string& lines = {}) {
    return ask(method, target, token(role) + (etag.empty() ? "" : "If-Match: " + etag + "\r\n") + lines,
               body.is_null() ? std::string() : body.dump());
  }
  Reply editor(std::string_view method, std::string_view target, const nlohmann::json& body = nullptr,
               const std::string& etag = {}, const std::string& lines = {}) {
    return as(library::Role::kEditor, method, target, body, etag, lines);
  }

 private:
  Origin& origin_;
  std::string secrets_[5];
};

inline nlohmann::json json_of(const Reply& reply) { return nlohmann::json::parse(reply.body); }

}  // namespace chalkline::tests
