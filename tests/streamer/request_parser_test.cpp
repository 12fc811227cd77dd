// Request heads: what is read, and what is refused with which status.
#include "streamer/http/request_parser.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/streamer/head_text.hpp"

using namespace chalkline::streamer;

static ParserLimits small_limits() {
  ParserLimits limits;
  limits.header_bytes = 1000;
  limits.target_bytes = 100;
  limits.fields = 10;
  return limits;
}

TEST_CASE("a request head is read into views") {
  RequestParser parser{small_limits()};
  RequestHead head;
  const std::string bytes =
      "GET /v/a HTTP/1.1\r\nHost: x\r\nrange:  bytes=0-1 \r\nAccept-Encoding: gzip\r\nIf-None-Match: \"a\"\r\n\r\nGET ";
  const ParseOutcome outcome = parser.parse(bytes, head);
  REQUIRE(outcome.status == ParseStatus::kComplete);
  CHECK(outcome.consumed == bytes.size() - 4);
  CHECK(head.method == Method::kGet);
  CHECK(head.target == "/v/a");
  CHECK(head.host == "x");
  CHECK(head.range == "bytes=0-1");
  CHECK(head.accept_encoding == "gzip");
  CHECK(head.if_none_match == "\"a\"");
  CHECK(head.keep_alive);
  CHECK_FALSE(head.has_body);
  CHECK(head.host.data() > bytes.data());
  CHECK(head.host.data() < bytes.data() + bytes.size());
}

TEST_CASE("a head that comes byte by byte is complete only at its empty line") {
  RequestParser parser{small_limits()};
  const std::string bytes = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
  RequestHead head;
  for (std::size_t n = 0; n < bytes.size(); ++n) {
    CAPTURE(n);
    CHECK(parser.parse(bytes.substr(0, n), head).status == ParseStatus::kNeedMore);
  }
  CHECK(parser.parse(bytes, head).status == ParseStatus::kComplete);
}

TEST_CASE("keep-alive follows version and Connection") {
  RequestParser parser{small_limits()};
  RequestHead head;
  parser.parse("GET / HTTP/1.0\r\n\r\n", head);
  CHECK_FALSE(head.keep_alive);
  parser.parse("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", head);
  CHECK(head.keep_alive);
  parser.parse("GET / HTTP/1.1\r\nHost: x\r\nConnection: foo, close\r\n\r\n", head);
  CHECK_FALSE(head.keep_alive);
}

TEST_CASE("list fields in several lines are joined, a repeated Range is ignored") {
  RequestParser parser{small_limits()};
  RequestHead head;
  const std::string bytes =
      "GET / HTTP/1.1\r\nHost: x\r\nIf-None-Match: \"a\"\r\nIf-None-Match: \"b\"\r\nIf-None-Match: \"c\"\r\n"
      "Range: bytes=0-0\r\nRange: bytes=1-1\r\n\r\n";
  REQUIRE(parser.parse(bytes, head).status == ParseStatus::kComplete);
  CHECK(head.if_none_match == "\"a\", \"b\", \"c\"");
  CHECK(head.range.empty());
}

TEST_CASE("empty lines before a request are passed over") {
  RequestParser parser{small_limits()};
  RequestHead head;
  const std::string bytes = "\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n";
  const ParseOutcome outcome = parser.parse(bytes, head);
  REQUIRE(outcome.status == ParseStatus::kComplete);
  CHECK(outcome.consumed == bytes.size());
}

TEST_CASE("ambiguous, malformed and oversized heads are refused") {
  struct Case {
    std::string bytes;
    unsigned status;
  };
  const std::string host = "Host: x\r\n";
  std::string many_fields = "GET / HTTP/1.1\r\n" + host;
  for (int i = 0; i < 11; ++i) many_fields += "A: b\r\n";
  const std::vector<Case> cases = {
      {"GET / HTTP/1.1\r\n\r\n", 400},                     // no Host
      {"GET / HTTP/1.1\r\n" + host + host + "\r\n", 400},  // two
      {"GET / HTTP/1.1\n" + host + "\r\n", 400},           // bare LF
      {"GET / HTTP/1.1\nHost: x\n\n", 400},
      {"GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n", 400},  // obs-fold
      {"GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n\tc\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\n Host: x\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\n" + host + "A : b\r\n\r\n", 400},  // space before the colon
      {"GET / HTTP/1.1\r\n" + host + "A\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\n" + host + ": b\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\n" + host + std::string("A: b\0c\r\n\r\n", 10), 400},  // NUL
      {"GET / HTTP/1.1\r\n" + host + "A: b\rc\r\n\r\n", 400},                   // bare CR
      {"POST / HTTP/1.1\r\n" + host + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\n" + host + "Content-Length: 1\r\nContent-Length: 1\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\n" + host + "Content-Length: 1, 1\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\n" + host + "Content-Length: -1\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\n" + host + "Content-Length: 1a\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\n" + host + "Content-Length: 99999999999999999999999\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: gzip, chunked\r\n\r\n", 501},
      {"POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: xchunked\r\n\r\n", 501},
      {"POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {"GET /\r\n" + host + "\r\n", 400},  // HTTP/0.9 and nonsense
      {"GET / HTTP/2.0\r\n" + host + "\r\n", 505},
      {"GET / HTTP/1.2\r\n" + host + "\r\n", 505},
      {"GET / http/1.1\r\n" + host + "\r\n", 400},
      {"PRI * HTTP/2.0\r\n\r\n", 505},
      {"GET  / HTTP/1.1\r\n" + host + "\r\n", 400},
      {"GET /a b HTTP/1.1\r\n" + host + "\r\n", 400},
      {"G(T / HTTP/1.1\r\n" + host + "\r\n", 400},
      {std::string("\x16\x03\x01\x02\x00\x01", 6), 400},  // TLS to a plain port
      {"GET /" + std::string(200, 'a'), 414},
      {"GET /" + std::string(120, 'a') + " HTTP/1.1\r\n" + host + "\r\n", 414},
      {"GET / HTTP/1.1\r\n" + host + "A: " + std::string(1000, 'b'), 431},
      {"GET / HTTP/1.1\r\n" + host + "A: " + std::string(980, 'b') + "\r\n\r\n", 431},
      {many_fields + "\r\n", 431},
  };
  for (const Case& c : cases) {
    CAPTURE(c.bytes);
    RequestParser parser{small_limits()};
    RequestHead head;
    const ParseOutcome outcome = parser.parse(c.bytes, head);
    CHECK(outcome.status == ParseStatus::kRefused);
    CHECK(outcome.refusal == c.status);
    CHECK_FALSE(outcome.reason.empty());
  }
}

TEST_CASE("a chunked or counted body is noticed") {
  RequestParser parser{small_limits()};
  RequestHead head;
  parser.parse("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", head);
  CHECK(head.has_body);
  parser.parse("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n", head);
  CHECK(head.has_body);
  CHECK(head.content_length == 5);
  parser.parse("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", head);
  CHECK_FALSE(head.has_body);
}

static const std::string kMany =
    "Host: x\r\nrange: bytes=0-1\r\nIf-Range: \"r\"\r\nIf-Match: \"m\"\r\nIf-None-Match: \"n\"\r\n"
    "If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\nIf-Unmodified-Since: Mon, 07 Nov 1994 08:49:37 GMT\r\n"
    "Accept-Encoding: gzip\r\nAccept-Language: sw\r\nOrigin: http://x\r\nSave-Data: on\r\nECT: 3g\r\n"
    "Downlink: 1.5\r\nRTT: 200\r\nCDN-Loop: near\r\nExpect: 100-continue\r\n\r\n";

TEST_CASE("field lines that come again mean the same again, whatever is asked for") {
  RequestParser parser{ParserLimits()};
  for (const std::string target : {"/v/a", "/v/b?c=d", "/v/a", "*", "http://x/v/c"}) {
    CAPTURE(target);
    const std::string bytes = "GET " + target + " HTTP/1.1\r\n" + kMany;
    RequestHead head;
    RequestHead expected;
    const ParseOutcome outcome = parser.parse(bytes, head);
    RequestParser unknowing{ParserLimits()};
    REQUIRE(unknowing.parse(bytes, expected).status == ParseStatus::kComplete);
    CHECK(outcome.status == ParseStatus::kComplete);
    CHECK(outcome.consumed == bytes.size());
    CHECK(told(head) == told(expected));
    CHECK(head.target == target);
  }
}

TEST_CASE("what was known of field lines outlives the bytes they came in") {
  RequestParser parser{ParserLimits()};
  RequestHead head;
  {
    std::string first = "GET /v/a HTTP/1.1\r\n" + kMany;
    REQUIRE(parser.parse(first, head).status == ParseStatus::kComplete);
    first.assign(first.size(), '!');
  }
  const std::string again = "GET /v/b HTTP/1.1\r\n" + kMany;
  REQUIRE(parser.parse(again, head).status == ParseStatus::kComplete);
  CHECK(head.accept_language == "sw");
  CHECK(head.if_range == "\"r\"");
  CHECK(head.target == "/v/b");
}

TEST_CASE("known field lines make no other request acceptable, nor another head of the same length theirs") {
  const std::string fields = "Host: x\r\nConnection: keep-alive\r\nAccept-Language: sw\r\n\r\n";
  RequestParser parser{small_limits()};
  RequestHead head;
  REQUIRE(parser.parse("GET / HTTP/1.1\r\n" + fields, head).status == ParseStatus::kComplete);
  const auto status = [&](const std::string& line) {
    const std::string bytes = line + fields;
    const ParseOutcome outcome = parser.parse(bytes, head);
    RequestParser fresh{small_limits()};
    RequestHead expected;
    const ParseOutcome right = fresh.parse(bytes, expected);
    CHECK(outcome.consumed == right.consumed);
    if (right.status == ParseStatus::kComplete) CHECK(told(head) == told(expected));
    return outcome.status == ParseStatus::kRefused ? outcome.refusal : 200;
  };
  CHECK(status("GET /a HTTP/1.1\r\n") == 200);
  CHECK(status("HEAD /a HTTP/1.1\r\n") == 200);
  CHECK(status("GET /a HTTP/1.0\r\n") == 200);
  CHECK(status("POST /a HTTP/1.1\r\n") == 200);
  CHECK(status("GET  HTTP/1.1\r\n") == 400);
  CHECK(status("GET /a b HTTP/1.1\r\n") == 400);
  CHECK(status("GET /a\x7f HTTP/1.1\r\n") == 400);
  CHECK(status("GET /a\t HTTP/1.1\r\n") == 400);
  CHECK(status("GET /a HTTP/1.2\r\n") == 505);
  CHECK(status("GET /a HTTP/1.1\n") == 400);
  CHECK(status("GET /" + std::string(120, 'a') + " HTTP/1.1\r\n") == 414);
  CHECK(status("GET /\xc3\xa9 HTTP/1.1\r\n") == 200);

  std::string other = "GET / HTTP/1.1\r\n" + fields;
  other.replace(other.find("sw"), 2, "en");
  REQUIRE(parser.parse(other, head).status == ParseStatus::kComplete);
  CHECK(head.accept_language == "en");
  std::string closing = fields;
  closing.replace(closing.find("keep-alive"), 10, "close,aaaa");
  REQUIRE(parser.parse("GET / HTTP/1.1\r\n" + closing, head).status == ParseStatus::kComplete);
  CHECK_FALSE(head.keep_alive);
  std::string twice = fields;
  twice.replace(twice.find("Accept-Language: sw"), 19, "Host:         twice");
  CHECK(parser.parse("GET / HTTP/1.1\r\n" + twice, head).status == ParseStatus::kRefused);
  // Two requests in one piece: what follows is no part of the first.
  const std::string one = "GET / HTTP/1.1\r\n" + fields;
  CHECK(parser.parse(one + one, head).consumed == one.size());
  // And a head is not complete before it is.
  for (std::size_t n = 1; n < one.size(); ++n)
    CHECK(parser.parse(std::string_view(one).substr(0, n), head).status == ParseStatus::kNeedMore);
}
