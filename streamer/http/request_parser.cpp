// The only file that sees Beast's parser. Line discipline is checked first, on the raw bytes, because Beast unfolds
// obs-fold and because a refusal should come as early as the evidence.
#include "streamer/http/request_parser.hpp"

#include <cstring>

#include <boost/beast/core/error.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/basic_parser.hpp>

#include "streamer/http/client_fields.hpp"
#include "streamer/http/each_byte.hpp"
#include "streamer/http/request_fields.hpp"

namespace chalkline::streamer {

namespace http = boost::beast::http;
using BeastError = boost::beast::error_code;

namespace {

struct Lines {
  std::size_t end = 0;         // bytes of the complete head, 0 while it is not complete
  std::size_t first_line = 0;  // bytes of the request line without CRLF; npos while not complete
  std::size_t fields = 0;
  bool bad = false;  // bare LF, or a line that begins with a space (obs-fold)
};

Lines scan_lines(std::string_view bytes) {
  Lines lines;
  lines.first_line = std::string_view::npos;
  std::size_t start = 0;
  while (start < bytes.size()) {
    if (start > 0 && (bytes[start] == ' ' || bytes[start] == '\t')) lines.bad = true;
    const std::size_t feed = bytes.find('\n', start);
    if (feed == std::string_view::npos) return lines;
    if (feed == start || bytes[feed - 1] != '\r') lines.bad = true;
    if (lines.bad) return lines;
    if (start == 0) {
      lines.first_line = feed - 1;
    } else if (feed == start + 1) {
      lines.end = feed + 1;
      return lines;
    } else {
      ++lines.fields;
    }
    start = feed + 1;
  }
  return lines;
}

std::string_view view(boost::beast::string_view text) { return {text.data(), text.size()}; }

// Beast's parser with our own storage: views into the head.
class HeadParser final : public http::basic_parser<true> {
 public:
  HeadParser(RequestHead& head, std::deque<std::string>& joined) : head_(head), fields_(head, joined) {}

  unsigned refusal = 0;
  std::string_view reason;

 private:
  void on_request_impl(http::verb method, boost::beast::string_view method_text, boost::beast::string_view target,
                       int version, BeastError& ec) override {
    head_.method = method_of(method);
    head_.method_text = view(method_text);
    head_.target = view(target);
    head_.http_1_0 = version == 10;
    if (version != 10 && version != 11) refuse(505, "this server speaks HTTP/1.0 and HTTP/1.1", ec);
  }

  void on_field_impl(http::field field, boost::beast::string_view name, boost::beast::string_view text,
                     BeastError& ec) override {
    const std::string_view value = view(text);
    switch (field) {
      case http::field::host:
        if (hosts_++ > 0) return refuse(400, "more than one Host field", ec);
        head_.host = value;
        return;
      case http::field::content_length:
        // Beast takes equal repeats; we do not: somebody before us may have counted otherwise.
        if (lengths_++ > 0 || value.find(',') != std::string_view::npos)
          return refuse(400, "more than one Content-Length", ec);
        return;
      case http::field::transfer_encoding:
        if (head_.http_1_0) return refuse(400, "Transfer-Encoding in HTTP/1.0", ec);
        if (!boost::beast::iequals(text, "chunked"))
          return refuse(501, "only the chunked transfer coding is known", ec);
        return;
      case http::field::unknown: return take_client_field(head_, view(name), value);
      default: return fields_.take(field, value);
    }
  }

  void on_header_impl(BeastError& ec) override {
    head_.keep_alive = keep_alive();
    if (const auto length = content_length()) head_.content_length = *length;
    head_.has_body = chunked() || head_.content_length.value_or(0) > 0;
    if (hosts_ == 0 && !head_.http_1_0) refuse(400, "an HTTP/1.1 request needs a Host field", ec);
  }

  void on_response_impl(int, boost::beast::string_view, int, BeastError&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, BeastError&) override {}
  std::size_t on_body_impl(boost::beast::string_view, BeastError&) override { return 0; }
  void on_chunk_header_impl(std::uint64_t, boost::beast::string_view, BeastError&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, boost::beast::string_view, BeastError&) override { return 0; }
  void on_finish_impl(BeastError&) override {}

  void refuse(unsigned status, std::string_view why, BeastError& ec) {
    refusal = status;
    reason = why;
    ec = http::error::bad_value;
  }

  RequestHead& head_;
  RequestFields fields_;
  unsigned hosts_ = 0;
  unsigned lengths_ = 0;
};

ParseOutcome refused_head(unsigned status, std::string_view reason) {
  return ParseOutcome{ParseStatus::kRefused, 0, status, reason};
}

// "GET /a b HTTP/1.1" is bad syntax, "GET /a HTTP/2.0" a version we do not speak.
bool names_another_version(std::string_view line) {
  const std::size_t space = line.find(' ');
  const std::size_t second = space == std::string_view::npos ? space : line.find(' ', space + 1);
  return second != std::string_view::npos && line.substr(second + 1).starts_with("HTTP/");
}

ParseOutcome refusal_of(const BeastError& ec, std::string_view line) {
  if (ec == http::error::bad_version && names_another_version(line))
    return refused_head(505, "this server speaks HTTP/1.0 and HTTP/1.1");
  if (ec == http::error::bad_transfer_encoding)
    return refused_head(400, "Transfer-Encoding together with Content-Length, or twice");
  if (ec == http::error::bad_content_length || ec == http::error::multiple_content_length)
    return refused_head(400, "Content-Length is not one number, or comes with Transfer-Encoding");
  if (ec == http::error::bad_method) return refused_head(400, "the method is not a token");
  if (ec == http::error::bad_target) return refused_head(400, "the request target holds a forbidden character");
  if (ec == http::error::header_limit) return refused_head(431, "the request head is too large");
  return refused_head(400, "the request head is malformed");
}

constexpr std::string_view kGet = "GET ";
constexpr std::string_view kVersion = " HTTP/1.1\r\n";

}  // namespace

bool RequestParser::parse_known(std::string_view bytes, RequestHead& head) const {
  if (!bytes.starts_with(kGet) || bytes.size() > limits_.header_bytes) return false;
  const std::string_view rest = bytes.substr(kGet.size());
  const std::size_t length = rest.find(' ');
  if (length == 0 || length > limits_.target_bytes || !rest.substr(length).starts_with(kVersion)) return false;
  const std::string_view target = rest.substr(0, length);
  if (!each_byte(target, [](auto c) { return (c > ' ') & (c != 0x7f); })) return false;
  if (!known_.recall(rest.substr(length + kVersion.size()), head)) return false;
  head.method_text = bytes.substr(0, kGet.size() - 1);
  head.target = target;
  return true;
}

ParseOutcome RequestParser::parse(std::string_view bytes, RequestHead& head) {
  if (parse_known(bytes, head)) return ParseOutcome{ParseStatus::kComplete, bytes.size(), 0, {}};
  head = RequestHead();
  joined_.clear();
  // RFC 9112 2.2: a server should ignore at least one empty line before the request line.
  std::size_t skipped = 0;
  while (skipped < 4 && bytes.substr(skipped).starts_with("\r\n")) skipped += 2;
  bytes.remove_prefix(skipped);
  // A TLS handshake, for one: it has no lines to wait for.
  if (!bytes.empty() && bytes != "\r" &&
      (static_cast<unsigned char>(bytes.front()) <= ' ' || static_cast<unsigned char>(bytes.front()) >= 0x7f))
    return refused_head(400, "that is not an HTTP request");

  const Lines lines = scan_lines(bytes.substr(0, limits_.header_bytes + 2));
  if (lines.bad) return refused_head(400, "a line of the head ends without CR LF or begins with a space");
  // The longest request line we read is the target's limit and room for a method and a version.
  const std::size_t line_limit = limits_.target_bytes + 64;
  const std::size_t line = lines.first_line == std::string_view::npos ? bytes.size() : lines.first_line;
  if (line > line_limit) return refused_head(414, "the request target is too long");
  if (lines.fields > limits_.fields) return refused_head(431, "too many header fields");
  if (lines.end == 0) {
    if (bytes.size() > limits_.header_bytes) return refused_head(431, "the request head is too large");
    return {};
  }
  if (lines.end > limits_.header_bytes) return refused_head(431, "the request head is too large");

  HeadParser parser(head, joined_);
  parser.header_limit(static_cast<std::uint32_t>(limits_.header_bytes + 2));
  parser.body_limit(boost::none);
  BeastError ec;
  parser.put(boost::asio::const_buffer(bytes.data(), lines.end), ec);
  if (parser.refusal != 0) return refused_head(parser.refusal, parser.reason);
  if (ec) return refusal_of(ec, bytes.substr(0, lines.first_line));
  if (head.target.size() > limits_.target_bytes) return refused_head(414, "the request target is too long");
  const bool alone = lines.end == bytes.size() && joined_.empty();
  if (alone && head.method == Method::kGet && !head.http_1_0 && !head.content_length && !head.has_body)
    known_.remember(bytes.substr(lines.first_line + 2), head);
  return ParseOutcome{ParseStatus::kComplete, skipped + lines.end, 0, {}};
}

}  // namespace chalkline::streamer
