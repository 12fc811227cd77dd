// Names are lower case in HTTP/2; fields that belong to a connection have no place in it (RFC 9113 8.2.2).
#include "streamer/h2/h2_fields.hpp"

#include <charconv>

#include "streamer/http/client_fields.hpp"
#include "streamer/http/request_fields.hpp"

namespace chalkline::streamer {

namespace http = boost::beast::http;

void H2RequestFields::add(std::string_view name, std::string_view value) {
  ++count_;
  list_bytes_ += name.size() + value.size() + 32;
  if (name == ":method") {
    method_ = value;
  } else if (name == ":path") {
    target_ = value;
  } else if (name == ":authority") {
    authority_ = value;
  } else if (name == "priority") {
    priority_ = value;
  } else if (http::string_to_field({name.data(), name.size()}) != http::field::unknown || is_client_field(name)) {
    kept_.push_back({std::string(name), std::string(value)});
  }
}

void H2RequestFields::fill(RequestHead& head, std::deque<std::string>& joined) const {
  head = RequestHead();
  joined.clear();
  head.method_text = method_;
  head.method = method_of(http::string_to_verb({method_.data(), method_.size()}));
  head.target = target_;
  head.host = authority_;
  RequestFields fields(head, joined);
  for (const Kept& kept : kept_) {
    const http::field field = http::string_to_field({kept.name.data(), kept.name.size()});
    if (field == http::field::host && head.host.empty()) head.host = kept.value;
    if (field == http::field::content_length) {
      std::uint64_t length = 0;
      const char* end = kept.value.data() + kept.value.size();
      if (std::from_chars(kept.value.data(), end, length).ptr == end) head.content_length = length;
    }
    if (field == http::field::unknown)
      take_client_field(head, kept.name, kept.value);
    else
      fields.take(field, kept.value);
  }
}

std::string H2RequestFields::lines() const {
  std::string text;
  std::string cookies;
  for (const Kept& kept : kept_) {
    if (kept.name == "cookie")
      cookies += (cookies.empty() ? "" : "; ") + kept.value;
    else
      text.append(kept.name).append(": ").append(kept.value).append("\r\n");
  }
  if (!cookies.empty()) text += "cookie: " + cookies + "\r\n";
  return text;
}

static nghttp2_nv pair_of(std::string_view name, std::string_view value) {
  nghttp2_nv pair{};
  // nghttp2 takes them as not const and only reads them.
  pair.name = reinterpret_cast<std::uint8_t*>(const_cast<char*>(name.data()));
  pair.namelen = name.size();
  pair.value = reinterpret_cast<std::uint8_t*>(const_cast<char*>(value.data()));
  pair.valuelen = value.size();
  return pair;
}

void H2ResponseFields::assign(unsigned status, std::string_view head, std::string_view tail) {
  const std::size_t first_line = head.find("\r\n");
  text_.assign(first_line == std::string_view::npos ? std::string_view() : head.substr(first_line + 2));
  text_.append(tail);
  status_ = std::to_string(status);
  pairs_.clear();
  pairs_.push_back(pair_of(":status", status_));
  std::size_t at = 0;
  while (at < text_.size()) {
    const std::size_t end = text_.find("\r\n", at);
    const std::size_t colon = text_.find(':', at);
    if (end == std::string::npos || colon >= end) return;
    for (std::size_t i = at; i < colon; ++i)
      if (text_[i] >= 'A' && text_[i] <= 'Z') text_[i] = static_cast<char>(text_[i] | 0x20);
    const std::string_view name = std::string_view(text_).substr(at, colon - at);
    std::string_view value = std::string_view(text_).substr(colon + 1, end - colon - 1);
    if (value.starts_with(' ')) value.remove_prefix(1);
    at = end + 2;
    if (name != "connection") pairs_.push_back(pair_of(name, value));
  }
}

}  // namespace chalkline::streamer
