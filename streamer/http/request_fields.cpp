// RFC 9110 5.3: list fields may come in several lines, which mean the same as one line joined with commas.
#include "streamer/http/request_fields.hpp"

namespace chalkline::streamer {

namespace http = boost::beast::http;

Method method_of(http::verb verb) {
  switch (verb) {
    case http::verb::get: return Method::kGet;
    case http::verb::head: return Method::kHead;
    case http::verb::options: return Method::kOptions;
    case http::verb::post: return Method::kPost;
    case http::verb::put: return Method::kPut;
    case http::verb::patch: return Method::kPatch;
    case http::verb::delete_: return Method::kDelete;
    default: return Method::kOther;
  }
}

void RequestFields::take(http::field field, std::string_view value) {
  switch (field) {
    case http::field::range: return once(head_.range, value, ranges_);
    case http::field::if_range: head_.if_range = value; return;
    case http::field::if_modified_since: head_.if_modified_since = value; return;
    case http::field::if_unmodified_since: head_.if_unmodified_since = value; return;
    case http::field::if_match: return join(head_.if_match, value);
    case http::field::if_none_match: return join(head_.if_none_match, value);
    case http::field::accept_encoding: return join(head_.accept_encoding, value);
    case http::field::accept_language: return join(head_.accept_language, value);
    case http::field::expect: head_.expect = value; return;
    case http::field::origin: head_.origin = value; return;
    case http::field::authorization: head_.authorization = value; return;
    case http::field::cookie: return join(head_.cookie, value, "; ");  // RFC 9113 8.2.3
    default: return;
  }
}

void RequestFields::once(std::string_view& slot, std::string_view value, unsigned& count) {
  slot = count++ == 0 ? value : std::string_view();
}

void RequestFields::join(std::string_view& slot, std::string_view value, std::string_view between) {
  if (slot.empty()) {
    slot = value;
    return;
  }
  joined_.push_back(std::string(slot).append(between).append(value));
  slot = joined_.back();
}

}  // namespace chalkline::streamer
