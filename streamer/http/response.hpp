// One answer, free of sockets and of the HTTP version that carries it: status, head fields, and a body that is a list
// of pieces of an object. Made by answer.hpp; written by delivery/outgoing.hpp.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <boost/container/small_vector.hpp>

#include "streamer/cache/object.hpp"

namespace chalkline::streamer {

struct BodyPiece {
  enum class Source : std::uint8_t { kText, kObject };
  Source source = Source::kObject;
  std::uint64_t offset = 0;  // into Response::text, or into the representation
  std::uint64_t bytes = 0;
};

struct Response {
  unsigned status = 200;
  // Status line and fields, each with CRLF, without Date, Connection and the empty line; `shared_head` is the object's
  // own ready text and wins where set.
  std::string_view shared_head;
  std::string head;
  std::string text;  // small bodies and multipart boundaries
  ObjectPtr object;  // keeps what the pieces point into
  const Representation* representation = nullptr;
  boost::container::small_vector<BodyPiece, 1> body;
  std::uint64_t pace = 0;  // bytes/s at which it may leave; 0: as fast as the link
  std::int64_t age_s = 0;  // of an object whose freshness ends
  bool close = false;      // the connection must end after it

  [[nodiscard]] std::uint64_t body_bytes() const {
    std::uint64_t sum = 0;
    for (const BodyPiece& piece : body) sum += piece.bytes;
    return sum;
  }
};

}  // namespace chalkline::streamer
