// A table of HTTP/1.1 as the RFCs have it, asked over real sockets: framing and smuggling shapes (RFC 9112), targets,
// conditions in their order and ranges (RFC 9110), what caches are told (RFC 9111). Each case is the bytes sent, the
// answers that must come, and whether the connection goes on afterwards.
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/http/client.hpp"
#include "tests/http/origin.hpp"

using namespace chalkline;
using namespace chalkline::tests;

namespace {

struct Answer {
  unsigned status = 0;
  std::vector<std::string> lines;   // must stand in the head
  std::vector<std::string> absent;  // must not
  bool of_head = false;
};

struct Case {
  std::string name;
  std::string bytes;
  std::vector<Answer> answers;
  bool goes_on;
};

class Cases {
 public:
  void run(const std::vector<Case>& cases) {
    for (const Case& c : cases) {
      CAPTURE(c.name);
      Client client(origin.port());
      client.send(c.bytes);
      for (const Answer& answer : c.answers) {
        const Reply reply = client.read(answer.of_head);
        CHECK(reply.status == answer.status);
        for (const std::string& line : answer.lines) {
          CAPTURE(reply.head);
          CHECK_MESSAGE(reply.head.find(line) != std::string::npos, line);
        }
        for (const std::string& line : answer.absent) CHECK_MESSAGE(reply.head.find(line) == std::string::npos, line);
      }
      if (c.goes_on)
        CHECK(client.get("/healthz").status == 200);
      else
        CHECK(client.ends());
    }
    CHECK(fetch(origin.port(), "/healthz").status == 200);
  }

  Origin origin;
  const std::string file = origin.url(Origin::kSmall);
  const std::string playlist = origin.url("video/0/playlist.m3u8");
  const std::string etag = fetch(origin.port(), file).field("etag");
};

// A GET with further lines, each with CRLF.
std::string get(const std::string& target, const std::string& lines = {}) {
  return "GET " + target + " HTTP/1.1\r\nHost: x\r\n" + lines + "\r\n";
}
std::string raw(const std::string& lines) { return "GET /healthz HTTP/1.1\r\n" + lines + "\r\n"; }
std::string post(const std::string& lines, const std::string& body) {
  return "POST /healthz HTTP/1.1\r\nHost: x\r\n" + lines + "\r\n" + body;
}

const Answer kRefused{400, {"Connection: close", "Cache-Control: no-store"}, {}, false};
const Answer kOk{200, {}, {}, false};

}  // namespace

TEST_CASE("RFC 9112: framing, and what could be taken for two different requests") {
  const std::string smuggled = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
  Cases().run({
      {"2.2: an empty line before the request is passed over", "\r\n\r\n" + get("/healthz"), {kOk}, true},
      {"2.2: a bare LF ends no line", "GET /healthz HTTP/1.1\nHost: x\n\n", {kRefused}, false},
      {"2.2: nor does one bare LF among good lines", raw("Host: x\r\nA: 1\nB: 2\r\n"), {kRefused}, false},
      {"2.2: a bare CR in a value", raw("Host: x\r\nA: 1\r2\r\n"), {kRefused}, false},
      {"2.2: a space before the first field", raw(" Host: x\r\n"), {kRefused}, false},
      {"2.3: the version's name is in capitals", "GET / http/1.1\r\nHost: x\r\n\r\n", {kRefused}, false},
      {"2.3: another major version", "GET / HTTP/2.0\r\nHost: x\r\n\r\n", {{505, {}, {}, false}}, false},
      {"3: two spaces in the request line", "GET  / HTTP/1.1\r\nHost: x\r\n\r\n", {kRefused}, false},
      {"3: a tab in the request line", "GET\t/ HTTP/1.1\r\nHost: x\r\n\r\n", {kRefused}, false},
      {"3: no version", "GET /\r\nHost: x\r\n\r\n", {kRefused}, false},
      {"3: a control character in the target", "GET /a\x01 HTTP/1.1\r\nHost: x\r\n\r\n", {kRefused}, false},
      {"3.2: no Host", raw(""), {kRefused}, false},
      {"3.2: two Hosts", raw("Host: x\r\nHost: x\r\n"), {kRefused}, false},
      {"3.2: an empty Host is one", raw("Host:\r\n"), {kOk}, true},
      {"5.1: a space before the colon", raw("Host: x\r\nA : 1\r\n"), {kRefused}, false},
      {"5.1: a field without a name", raw("Host: x\r\n: 1\r\n"), {kRefused}, false},
      {"5.1: a line without a colon", raw("Host: x\r\nnonsense\r\n"), {kRefused}, false},
      {"5.2: a folded line", raw("Host: x\r\nA: 1\r\n 2\r\n"), {kRefused}, false},
      {"5.2: a folded Content-Length", post("Content-Length:\r\n 5\r\n", "hello"), {kRefused}, false},
      {"5.5: NUL in a value", raw(std::string("Host: x\r\nA: 1\0\r\n", 16)), {kRefused}, false},
      {"6.1: Content-Length with Transfer-Encoding",
       post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n" + smuggled),
       {kRefused},
       false},
      {"6.1: the same the other way round",
       post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n" + smuggled),
       {kRefused},
       false},
      {"6.1: Transfer-Encoding twice",
       post("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", "0\r\n\r\n"),
       {kRefused},
       false},
      {"6.1: a coding that only looks like chunked",
       post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"),
       {{501, {}, {}, false}},
       false},
      {"6.1: chunked behind another coding",
       post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"),
       {{501, {}, {}, false}},
       false},
      {"6.1: chunked in HTTP/1.0",
       "POST /healthz HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
       {kRefused},
       false},
      {"6.2: a list of lengths", post("Content-Length: 5, 5\r\n", "hello"), {kRefused}, false},
      {"6.2: two lengths", post("Content-Length: 5\r\nContent-Length: 6\r\n", "hello"), {kRefused}, false},
      {"6.2: a signed length", post("Content-Length: +5\r\n", "hello"), {kRefused}, false},
      {"6.2: a negative length", post("Content-Length: -5\r\n", "hello"), {kRefused}, false},
      {"6.2: a hexadecimal length", post("Content-Length: 0x5\r\n", "hello"), {kRefused}, false},
      {"6.2: a length beyond 64 bits", post("Content-Length: 99999999999999999999\r\n", "x"), {kRefused}, false},
      {"6.3: a request inside a counted body is no request",
       post("Content-Length: " + std::to_string(smuggled.size()) + "\r\n", smuggled),
       {{405, {}, {}, false}},
       false},
      {"7.1: nor inside a chunked one",
       post("Transfer-Encoding: chunked\r\n", "23\r\n" + smuggled + "\r\n0\r\n\r\n"),
       {{405, {}, {}, false}},
       false},
      {"7.1: a chunk's size that is none",
       post("Transfer-Encoding: chunked\r\n", "zz\r\nhello\r\n"),
       {{405, {}, {}, false}},
       false},
      {"9.3: requests one after the other",
       get("/healthz") + get("/nothing") + get("/healthz"),
       {kOk, {404, {}, {}, false}, kOk},
       true},
      {"9.3.2: a bad one after good ones",
       get("/healthz") + get("/healthz") + "rubbish\r\n\r\n",
       {kOk, kOk, kRefused},
       false},
      {"9.3.2: garbage after a request",
       get("/healthz") + std::string("\x16\x03\x01\x00\xff", 5),
       {kOk, kRefused},
       false},
      {"9.6: close is answered with close",
       get("/healthz", "Connection: close\r\n"),
       {{200, {"Connection: close"}, {}, false}},
       false},
      {"9.6: also among other options",
       get("/healthz", "Connection: keep-alive, Close\r\n"),
       {{200, {"Connection: close"}, {}, false}},
       false},
      {"3: a target over the limit", get("/" + std::string(5000, 'a')), {{414, {}, {}, false}}, false},
      {"a head over the limit",
       get("/healthz", "A: " + std::string(20'000, 'a') + "\r\n"),
       {{431, {}, {}, false}},
       false},
  });
}

TEST_CASE("RFC 9110 and 9112: methods and targets") {
  Cases cases;
  const std::string& file = cases.file;
  cases.run({
      {"9.1: methods are case-sensitive", "get /healthz HTTP/1.1\r\nHost: x\r\n\r\n", {{501, {}, {}, false}}, true},
      {"9.3.8: TRACE is not known", "TRACE /healthz HTTP/1.1\r\nHost: x\r\n\r\n", {{501, {}, {}, false}}, true},
      {"9.3.6: CONNECT is not known", "CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n", {{501, {}, {}, false}}, true},
      {"15.5.6: 405 says what is allowed",
       "DELETE " + file + " HTTP/1.1\r\nHost: x\r\n\r\n",
       {{405, {"Allow: GET, HEAD, OPTIONS"}, {}, false}},
       true},
      {"3.2.2: absolute-form", get("http://other.example" + file), {kOk}, true},
      {"3.2.2: absolute-form without a path", get("http://other.example"), {kOk}, true},
      {"4.2.4: a user name in the target", get("http://user@other.example/"), {{400, {}, {}, false}}, true},
      {"3.2.1: a scheme that is not ours", get("ftp://other.example/"), {{400, {}, {}, false}}, true},
      {"3.2.4: asterisk-form is for OPTIONS", get("*"), {{404, {}, {}, false}}, true},
      {"3.2.4: OPTIONS *", "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", {{204, {"Allow: "}, {}, false}}, true},
      {"a fragment is not sent", get("/healthz#a"), {{400, {}, {}, false}}, true},
      {"dot segments are resolved", get("/x/../healthz"), {kOk}, true},
      {"not above the root", get("/../healthz"), {{400, {}, {}, false}}, true},
      {"also when they are encoded", get("/%2e%2e/%2e%2e/etc/passwd"), {{400, {}, {}, false}}, true},
      {"an encoded slash", get("/v%2fx"), {{400, {}, {}, false}}, true},
      {"a bad escape", get("/%zz"), {{400, {}, {}, false}}, true},
      {"10.1.1: an expectation that cannot be met",
       get("/healthz", "Expect: miracles\r\n"),
       {{417, {}, {}, false}},
       true},
      {"10.1.1: 100-continue without a body", get("/healthz", "Expect: 100-Continue\r\n"), {kOk}, true},
      {"10.1.1: with one that is not wanted: the final answer at once",
       "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n",
       {{405, {}, {}, false}},
       false},
  });
}

TEST_CASE("RFC 9110 13.2.2: conditions are looked at in their order") {
  Cases cases;
  const std::string& file = cases.file;
  const std::string& etag = cases.etag;
  REQUIRE(etag.size() == 66);
  const Answer whole{200, {"Content-Length: 100000"}, {}, false};
  const Answer same{
      304, {"ETag: " + etag, "Cache-Control: public, max-age=31536000, immutable"}, {"Content-Length"}, false};
  const Answer failed{412, {"Cache-Control: no-store"}, {}, false};
  cases.run({
      {"If-None-Match that matches", get(file, "If-None-Match: " + etag + "\r\n"), {same}, true},
      {"weakly is enough for it", get(file, "If-None-Match: W/" + etag + "\r\n"), {same}, true},
      {"in a list", get(file, "If-None-Match: \"a\", " + etag + ", \"b\"\r\n"), {same}, true},
      {"in two lines", get(file, "If-None-Match: \"a\"\r\nIf-None-Match: " + etag + "\r\n"), {same}, true},
      {"any", get(file, "If-None-Match: *\r\n"), {same}, true},
      {"If-None-Match that does not", get(file, "If-None-Match: \"a\"\r\n"), {whole}, true},
      {"HEAD too",
       "HEAD " + file + " HTTP/1.1\r\nHost: x\r\nIf-None-Match: " + etag + "\r\n\r\n",
       {{304, {"ETag: " + etag}, {}, true}},
       true},
      {"If-Match that matches", get(file, "If-Match: " + etag + "\r\n"), {whole}, true},
      {"weakly is not enough for it", get(file, "If-Match: W/" + etag + "\r\n"), {failed}, true},
      {"any", get(file, "If-Match: *\r\n"), {whole}, true},
      {"If-Match that does not", get(file, "If-Match: \"a\"\r\n"), {failed}, true},
      {"it goes before If-None-Match", get(file, "If-None-Match: " + etag + "\r\nIf-Match: \"a\"\r\n"), {failed}, true},
      {"and both may hold", get(file, "If-None-Match: " + etag + "\r\nIf-Match: " + etag + "\r\n"), {same}, true},
      {"conditions go before Range", get(file, "Range: bytes=0-9\r\nIf-None-Match: " + etag + "\r\n"), {same}, true},
      {"a failed one too", get(file, "Range: bytes=0-9\r\nIf-Match: \"a\"\r\n"), {failed}, true},
      {"13.1.3: without a Last-Modified a date says nothing",
       get(file, "If-Modified-Since: Sun, 06 Nov 2094 08:49:37 GMT\r\n"),
       {whole},
       true},
      {"a date that is none", get(file, "If-Modified-Since: yesterday\r\n"), {whole}, true},
      {"a list that is none", get(file, "If-None-Match: rubbish\r\n"), {whole}, true},
      {"a missing object has no condition", get("/v/x/y", "If-None-Match: *\r\n"), {{404, {}, {}, false}}, true},
  });
}

TEST_CASE("RFC 9110 14: ranges") {
  Cases cases;
  const std::string& file = cases.file;
  const std::string& etag = cases.etag;
  const Answer whole{200, {"Content-Length: 100000", "Accept-Ranges: bytes"}, {"\r\nContent-Range:"}, false};
  const auto part = [](const std::string& range, const std::string& bytes) {
    return Answer{206, {"Content-Range: bytes " + range + "/100000", "Content-Length: " + bytes, "ETag: "}, {}, false};
  };
  const Answer unsatisfiable{416, {"Content-Range: bytes */100000"}, {}, false};
  std::string seventeen = "bytes=0-0";
  for (int i = 1; i <= 16; ++i) seventeen += "," + std::to_string(i * 10) + "-" + std::to_string(i * 10);
  cases.run({
      {"the first bytes", get(file, "Range: bytes=0-9\r\n"), {part("0-9", "10")}, true},
      {"from the middle to the end", get(file, "Range: bytes=99990-\r\n"), {part("99990-99999", "10")}, true},
      {"the last bytes", get(file, "Range: bytes=-5\r\n"), {part("99995-99999", "5")}, true},
      {"more last bytes than there are", get(file, "Range: bytes=-200000\r\n"), {part("0-99999", "100000")}, true},
      {"beyond the end is cut", get(file, "Range: bytes=99999-500000\r\n"), {part("99999-99999", "1")}, true},
      {"the unit is case-insensitive", get(file, "Range: BYTES=0-0\r\n"), {part("0-0", "1")}, true},
      {"starting at the end", get(file, "Range: bytes=100000-\r\n"), {unsatisfiable}, true},
      {"no last bytes", get(file, "Range: bytes=-0\r\n"), {unsatisfiable}, true},
      {"one that can be met among others", get(file, "Range: bytes=200000-,0-0\r\n"), {part("0-0", "1")}, true},
      {"two", get(file, "Range: bytes=0-0,-1\r\n"), {{206, {"multipart/byteranges; boundary="}, {}, false}}, true},
      {"14.2: seventeen are refused", get(file, "Range: " + seventeen + "\r\n"), {unsatisfiable}, true},
      {"17.15: and many that overlap", get(file, "Range: bytes=0-,0-,0-,0-\r\n"), {unsatisfiable}, true},
      {"14.2: another unit is passed over", get(file, "Range: items=0-5\r\n"), {whole}, true},
      {"backwards is no range", get(file, "Range: bytes=5-2\r\n"), {whole}, true},
      {"nor are letters", get(file, "Range: bytes=a-b\r\n"), {whole}, true},
      {"nor is a sign", get(file, "Range: bytes=+1-2\r\n"), {whole}, true},
      {"two Range lines say nothing", get(file, "Range: bytes=0-0\r\nRange: bytes=1-1\r\n"), {whole}, true},
      {"14.2: for GET only",
       "HEAD " + file + " HTTP/1.1\r\nHost: x\r\nRange: bytes=0-9\r\n\r\n",
       {{200, {"Content-Length: 100000"}, {}, true}},
       true},
      {"13.1.5: If-Range that holds",
       get(file, "Range: bytes=0-9\r\nIf-Range: " + etag + "\r\n"),
       {part("0-9", "10")},
       true},
      {"that does not", get(file, "Range: bytes=0-9\r\nIf-Range: \"a\"\r\n"), {whole}, true},
      {"a weak one never holds", get(file, "Range: bytes=0-9\r\nIf-Range: W/" + etag + "\r\n"), {whole}, true},
      {"nor does a date", get(file, "Range: bytes=0-9\r\nIf-Range: Sun, 06 Nov 1994 08:49:37 GMT\r\n"), {whole}, true},
      {"a range of nothing that is there", get("/nothing", "Range: bytes=0-9\r\n"), {{404, {}, {}, false}}, true},
  });
}

TEST_CASE("RFC 9110 12, RFC 9111: codings, and what caches are told") {
  Cases cases;
  const std::string& file = cases.file;
  const std::string& playlist = cases.playlist;
  const std::string vary = "Vary: Accept-Encoding";
  const Answer plain{200, {vary}, {"Content-Encoding"}, false};
  const auto coded = [&](const std::string& coding) {
    return Answer{200, {vary, "Content-Encoding: " + coding}, {}, false};
  };
  cases.run({
      {"no wish", get(playlist), {plain}, true},
      {"brotli goes first", get(playlist, "Accept-Encoding: gzip, deflate, br\r\n"), {coded("br")}, true},
      {"unless it is wanted less", get(playlist, "Accept-Encoding: gzip, br;q=0.5\r\n"), {coded("gzip")}, true},
      {"12.5.3: not what is refused", get(playlist, "Accept-Encoding: gzip;q=0, br;q=0\r\n"), {plain}, true},
      {"anything", get(playlist, "Accept-Encoding: *\r\n"), {coded("br")}, true},
      {"nothing known", get(playlist, "Accept-Encoding: zstd\r\n"), {plain}, true},
      {"what has one coding does not vary",
       get(file, "Accept-Encoding: br\r\n"),
       {{200, {"Cache-Control: public, max-age=31536000, immutable"}, {"Vary", "Content-Encoding"}, false}},
       true},
      {"a lesson's playlist is short-lived and may be stale",
       get("/l/" + cases.origin.lesson.id + "/multivariant.m3u8"),
       {{200, {"max-age=10", "stale-while-revalidate=", "stale-if-error="}, {}, false}},
       true},
      {"6.6.1: every answer has its Date", get(file), {{200, {"Date: "}, {}, false}}, true},
      {"errors are not kept", get("/v/x/y"), {{404, {"Cache-Control: no-store"}, {}, false}}, true},
      {"nor is what is about now", get("/readyz"), {{200, {"Cache-Control: no-store"}, {}, false}}, true},
      {"a preflight is kept for a day",
       "OPTIONS " + file +
           " HTTP/1.1\r\nHost: x\r\nOrigin: https://a.example\r\nAccess-Control-Request-Method: GET\r\n\r\n",
       {{204, {"Access-Control-Max-Age: 86400", "Access-Control-Allow-Origin: *"}, {}, false}},
       true},
  });
}
