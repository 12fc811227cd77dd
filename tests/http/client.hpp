// A plain HTTP/1.1 client over a blocking socket with deadlines, for tests: it sends exactly the bytes it is given and
// takes responses apart strictly. Every wait ends by itself; a test that meets the deadline fails.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/file.hpp"

namespace chalkline::tests {

struct Reply {
  unsigned status = 0;  // 0: the connection ended, or the deadline passed, before a whole response came
  std::string head;     // with its empty line
  std::map<std::string, std::string> fields;  // names in lower case
  std::string body;

  [[nodiscard]] std::string field(const std::string& name) const {
    const auto at = fields.find(name);
    return at == fields.end() ? std::string() : at->second;
  }
};

class Client {
 public:
  explicit Client(std::uint16_t port, int receive_buffer = 0);

  void send(std::string_view bytes);
  // The next response of the connection. `of_head`: it answers a HEAD, so no body follows.
  Reply read(bool of_head = false);
  // "GET target", with Host and any further lines (each with CRLF), and its response.
  Reply get(std::string_view target, std::string_view lines = {});
  Reply request(std::string_view method, std::string_view target, std::string_view lines = {});
  // Whether the server ends the connection without sending anything more, within the deadline.
  bool ends();
  // Up to `most` further bytes; empty at the end.
  std::string read_some(std::size_t most);
  [[nodiscard]] int socket() const { return fd_.get(); }
  void finish_sending();

 private:
  bool fill();  // false at the end or the deadline
  UniqueFd fd_;
  std::string buffer_;
};

// One request on a connection of its own.
Reply fetch(std::uint16_t port, std::string_view target, std::string_view lines = {});

}  // namespace chalkline::tests
