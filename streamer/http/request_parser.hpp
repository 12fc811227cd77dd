// Finds and parses one request head at the front of a connection's bytes, over Beast's basic_parser, and refuses what
// makes a request ambiguous: bare line feeds, obs-fold, Content-Length with Transfer-Encoding, repeated Content-Length,
// repeated Host (RFC 9112 2.2, 5.2, 6.3, 11.2). One per worker thread; keeps of earlier heads the field lines that are
// likely to come again (known_fields.hpp).
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>

#include "streamer/http/known_fields.hpp"
#include "streamer/http/request.hpp"

namespace chalkline::streamer {

struct ParserLimits {
  std::size_t header_bytes = 16 * 1024;  // request line and all fields
  std::size_t target_bytes = 4 * 1024;
  std::size_t fields = 100;
};

enum class ParseStatus { kComplete, kNeedMore, kRefused };

struct ParseOutcome {
  ParseStatus status = ParseStatus::kNeedMore;
  std::size_t consumed = 0;  // kComplete: bytes of the head, up to and with its empty line
  unsigned refusal = 0;      // kRefused: 400, 414, 431, 501 or 505
  std::string_view reason;   // kRefused: a constant clause for the body and the log
};

class RequestParser {
 public:
  explicit RequestParser(ParserLimits limits) : limits_(limits) {}
  // `head` is filled on kComplete, and on kRefused as far as it was understood. Its views are into `bytes` or into this
  // parser, until the next call.
  ParseOutcome parse(std::string_view bytes, RequestHead& head);

 private:
  // A plain GET whose field lines were read before; false: it is to be parsed.
  bool parse_known(std::string_view bytes, RequestHead& head) const;

  ParserLimits limits_;
  KnownFields known_;
  std::deque<std::string> joined_;  // list fields that came in several lines
};

}  // namespace chalkline::streamer
