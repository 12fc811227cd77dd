// An origin with an editor's token, and requests to /files/ as bytes; for tests.
#pragma once

#include <string>

#include <doctest/doctest.h>

#include "core/sha256.hpp"
#include "tests/http/client.hpp"
#include "tests/http/origin.hpp"

namespace chalkline::tests {

class Uploader {
 public:
  explicit Uploader(const config::Config& config = Origin::usual_config())
      : origin(config), token_(new_token(library::Role::kEditor)) {}

  std::string new_token(library::Role role) {
    const auto made = origin.library().tokens->create("test", role, 0);
    REQUIRE(made);
    return made->second;
  }
  [[nodiscard]] std::string bearer() const { return "Authorization: Bearer " + token_ + "\r\n"; }

  // A whole request with Content-Length where there is a body.
  [[nodiscard]] std::string bytes(const std::string& method, const std::string& target, const std::string& lines,
                                  const std::string& body = {}) const {
    std::string text = method + " " + target + " HTTP/1.1\r\nHost: x\r\n" + bearer() + lines;
    if (!body.empty()) text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    return text + "\r\n" + body;
  }
  // On a connection of its own, with the version of tus.
  Reply ask(const std::string& method, const std::string& target, const std::string& lines = {},
            const std::string& body = {}) const {
    Client client(origin.port());
    client.send(bytes(method, target, kVersion + lines, body));
    return client.read(method == "HEAD");
  }
  // The address of a new upload.
  std::string create(const std::string& lines) const {
    const Reply reply = ask("POST", "/files/", lines);
    REQUIRE_MESSAGE(reply.status == 201, reply.body);
    return reply.field("location");
  }
  Reply append(const std::string& target, std::size_t offset, const std::string& body,
               const std::string& lines = {}) const {
    return ask("PATCH", target, kTyped + "Upload-Offset: " + std::to_string(offset) + "\r\n" + lines, body);
  }
  std::string offset(const std::string& target) const { return ask("HEAD", target).field("upload-offset"); }

  static inline const std::string kVersion = "Tus-Resumable: 1.0.0\r\n";
  static inline const std::string kTyped = "Content-Type: application/offset+octet-stream\r\n";

  Origin origin;

 private:
  std::string token_;
};

}  // namespace chalkline::tests
