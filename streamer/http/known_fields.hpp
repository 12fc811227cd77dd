// The field lines of requests that were lately read, and what they meant: a client sends the same ones with every
// segment, and what has been parsed and checked once need only be compared. Part of RequestParser. Keeps no secrets:
// heads with credentials or cookies are not remembered, nor those with a player's news of itself. One worker thread.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "streamer/http/request.hpp"

namespace chalkline::streamer {

class KnownFields {
 public:
  static constexpr std::size_t kLongest = 2048;  // bytes of field lines that are worth it; so 128 kB at most are kept

  // `lines`: all behind the request line, up to and with the empty line. Where these very bytes are known: the fields
  // of `head`, views into this object until the next remember(). False: not known, `head` is as it was.
  bool recall(std::string_view lines, RequestHead& head) const;
  // `head`: what a GET in HTTP/1.1 with these lines was found to be, every view into `lines`.
  void remember(std::string_view lines, const RequestHead& head);

 private:
  struct Known {
    std::string lines;
    RequestHead head;  // views into `lines`
  };

  static std::size_t place_of(std::string_view lines);

  static constexpr std::size_t kPlaces = 64;
  std::array<Known, kPlaces> known_;
};

}  // namespace chalkline::streamer
