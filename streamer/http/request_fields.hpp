// Puts the header fields that matter to us into a RequestHead, whichever HTTP version they came in: the HTTP/1.1 parser
// and the HTTP/2 streams share it, so that a field means the same in both. What frames a message (Host, Content-Length,
// Transfer-Encoding) is each version's own affair.
#pragma once

#include <deque>
#include <ostream>  // Beast's headers want it
#include <string>
#include <string_view>

#include <boost/beast/http/field.hpp>
#include <boost/beast/http/verb.hpp>

#include "streamer/http/request.hpp"

namespace chalkline::streamer {

Method method_of(boost::beast::http::verb verb);

class RequestFields {
 public:
  // `joined` keeps list fields that came in several lines, for as long as `head` is used.
  RequestFields(RequestHead& head, std::deque<std::string>& joined) : head_(head), joined_(joined) {}
  // `value` is kept as a view.
  void take(boost::beast::http::field field, std::string_view value);

 private:
  void once(std::string_view& slot, std::string_view value, unsigned& count);
  void join(std::string_view& slot, std::string_view value, std::string_view between = ", ");

  RequestHead& head_;
  std::deque<std::string>& joined_;
  unsigned ranges_ = 0;
};

}  // namespace chalkline::streamer
