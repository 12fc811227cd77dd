// Where what changes things is answered: a managed request (/api/v1, anything with a small body) goes whole to
// a ManagedHandler on a thread of the management pool, which may block. management/session.hpp reads the request and
// writes the reply; who may do what is the handler's own affair (library/access_tokens.hpp).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace chalkline::streamer {

class Feed;

// Views that stand for as long as the handler works.
struct ManagedRequest {
  std::string_view method;  // as sent: "GET", "POST", "PATCH", "DELETE", ...
  std::string_view path;    // normalised, percent-decoded as parse_target does
  std::string_view query;   // raw, without "?"
  std::string_view body;    // whole, at most kMostBodyBytes
  std::string_view remote;  // the address of the peer as text
  std::int64_t unix_ms = 0;
  bool encrypted = false;  // it came through TLS
  std::string_view lines;  // the head's field lines as they came, each with CRLF

  static constexpr std::size_t kMostBodyBytes = 1'000'000;

  // The first field of this name, trimmed; empty where there is none.
  [[nodiscard]] std::string_view field(std::string_view lower_case_name) const;
};

struct ManagedReply {
  unsigned status = 200;
  std::string content_type = "application/json";  // left out where the body is empty
  std::string body;
  std::vector<std::pair<std::string, std::string>> fields;  // further fields: ETag, Location, ...
  Feed* feed = nullptr;  // the reply goes on with its events, and there is no body (management/feed.hpp)
};

class ManagedHandler {
 public:
  ManagedHandler() = default;
  ManagedHandler(const ManagedHandler&) = delete;
  ManagedHandler& operator=(const ManagedHandler&) = delete;
  virtual ~ManagedHandler() = default;
  // Called on threads of the management pool, several at once; may block. Must not throw for what a client can cause.
  virtual ManagedReply answer(const ManagedRequest& request) = 0;
};

}  // namespace chalkline::streamer
