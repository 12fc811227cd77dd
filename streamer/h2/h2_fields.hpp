// Header fields between HTTP/2's lists and what the rest of the server speaks: a request's fields become a RequestHead,
// a response's head becomes name-value pairs for nghttp2. nghttp2 has checked what RFC 9113 8.2 and 8.3 ask of each
// list. One delivery thread.
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include <nghttp2/nghttp2.h>

#include "streamer/http/request.hpp"

namespace chalkline::streamer {

// The fields of one request as they come, only those that we look at.
class H2RequestFields {
 public:
  void add(std::string_view name, std::string_view value);

  // RFC 9113 6.5.2: names, values and 32 bytes for each field, of all fields.
  [[nodiscard]] std::size_t list_bytes() const { return list_bytes_; }
  [[nodiscard]] std::size_t count() const { return count_; }
  [[nodiscard]] const std::string& target() const { return target_; }
  [[nodiscard]] const std::string& priority() const { return priority_; }
  // As lines with CRLF, for management/handler.hpp; the pieces of a Cookie joined (RFC 9113 8.2.3).
  [[nodiscard]] std::string lines() const;
  // Views into this and into `joined`.
  void fill(RequestHead& head, std::deque<std::string>& joined) const;

 private:
  struct Kept {
    std::string name;
    std::string value;
  };
  std::string method_;
  std::string target_;
  std::string authority_;
  std::string priority_;
  std::vector<Kept> kept_;
  std::size_t list_bytes_ = 0;
  std::size_t count_ = 0;
};

// A response's head as nghttp2 takes it; the pairs point into this.
class H2ResponseFields {
 public:
  // `head`: status line and lines with CRLF, as HTTP/1.1 has them; `tail`: more such lines.
  void assign(unsigned status, std::string_view head, std::string_view tail);
  [[nodiscard]] const std::vector<nghttp2_nv>& pairs() const { return pairs_; }

 private:
  std::string text_;
  std::string status_;
  std::vector<nghttp2_nv> pairs_;
};

}  // namespace chalkline::streamer
