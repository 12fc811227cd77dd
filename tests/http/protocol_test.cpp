// HTTP/1.1 as a connection: persistence, pipelining, methods, CORS, and what malformed requests meet.
#include <vector>

#include <doctest/doctest.h>

#include "tests/http/client.hpp"
#include "tests/http/origin.hpp"

using namespace chalkline;
using namespace chalkline::tests;

TEST_CASE("a connection serves many requests, pipelined ones in their order") {
  Origin origin;
  const std::string small = origin.stored(Origin::kSmall);
  const std::string large = origin.stored(Origin::kLarge);
  Client client(origin.port());
  std::string bytes;
  // Memory, file, a document, an error, a HEAD: whatever takes longer must not be overtaken.
  const auto add = [&](const char* method, const std::string& target) {
    bytes += std::string(method) + " " + target + " HTTP/1.1\r\nHost: x\r\n\r\n";
  };
  for (int round = 0; round < 3; ++round) {
    add("GET", origin.url(Origin::kLarge));
    add("GET", origin.url(Origin::kSmall));
    add("GET", "/nothing");
    add("HEAD", origin.url(Origin::kSmall));
    add("GET", "/api/v1/lessons");
    add("GET", "/healthz");
  }
  client.send(bytes);
  for (int round = 0; round < 3; ++round) {
    CAPTURE(round);
    CHECK((client.read().body == large));
    CHECK((client.read().body == small));
    CHECK(client.read().status == 404);
    CHECK(client.read(true).field("content-length") == std::to_string(small.size()));
    CHECK(client.read().body.starts_with("{\"lessons\""));
    CHECK(client.read().body == "ok\n");
  }
  CHECK(origin.metric("chalkline_connections_total") == 2);  // this one and the metric's own
}

TEST_CASE("a request that comes byte by byte is answered") {
  Origin origin;
  Client client(origin.port());
  for (const char c : std::string("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")) client.send(std::string_view(&c, 1));
  CHECK(client.read().body == "ok\n");
}

TEST_CASE("Connection: close and HTTP/1.0 end the connection, keep-alive of HTTP/1.0 keeps it") {
  Origin origin;
  Client closing(origin.port());
  CHECK(closing.get("/healthz", "Connection: close\r\n").field("connection") == "close");
  CHECK(closing.ends());
  Client old(origin.port());
  old.send("GET /healthz HTTP/1.0\r\n\r\n");
  CHECK(old.read().field("connection") == "close");
  CHECK(old.ends());
  Client kept(origin.port());
  kept.send("GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  CHECK(kept.read().field("connection") == "keep-alive");
  CHECK(kept.get("/healthz").status == 200);
}

TEST_CASE("a client that has finished sending still gets its response") {
  Origin origin;
  Client client(origin.port());
  client.send("GET " + origin.url(Origin::kLarge) + " HTTP/1.1\r\nHost: x\r\n\r\n");
  client.finish_sending();
  CHECK((client.read().body == origin.stored(Origin::kLarge)));
  CHECK(client.ends());
}

TEST_CASE("methods that do not read are 405 with Allow, unknown ones 501") {
  Origin origin;
  for (const char* method : {"POST", "PUT", "DELETE", "PATCH"}) {
    CAPTURE(method);
    const Reply reply = Client(origin.port()).request(method, origin.url(Origin::kSmall));
    CHECK(reply.status == 405);
    CHECK(reply.field("allow") == "GET, HEAD, OPTIONS");
  }
  CHECK(Client(origin.port()).request("BREW", "/").status == 501);
  CHECK(Client(origin.port()).request("POST", "/api/v1/lessons").field("content-type") == "application/problem+json");
}

TEST_CASE("OPTIONS answers a CORS preflight that may be kept") {
  Origin origin;
  const Reply reply = Client(origin.port())
                          .request("OPTIONS", origin.url(Origin::kSmall),
                                   "Origin: https://a.example\r\nAccess-Control-Request-Method: GET\r\n"
                                   "Access-Control-Request-Headers: range\r\n");
  CHECK(reply.status == 204);
  CHECK(reply.field("allow") == "GET, HEAD, OPTIONS");
  CHECK(reply.field("access-control-allow-origin") == "*");
  CHECK(reply.field("access-control-allow-methods") == "GET, HEAD, OPTIONS");
  CHECK(reply.field("access-control-allow-headers").find("Range") != std::string::npos);
  CHECK(reply.field("access-control-max-age") == "86400");
  CHECK(Client(origin.port()).request("OPTIONS", "*").status == 204);
}

TEST_CASE("with a list of origins only those are let in, and caches are told") {
  config::Config config = Origin::usual_config();
  config.server.cors_origins = {"https://school.example", "https://b.example"};
  Origin origin(config);
  Client client(origin.port());
  const std::string target = origin.url(Origin::kSmall);
  const Reply listed = client.get(target, "Origin: https://school.example\r\n");
  CHECK(listed.field("access-control-allow-origin") == "https://school.example");
  CHECK(listed.field("vary").find("Origin") != std::string::npos);
  CHECK(client.get(target, "Origin: https://evil.example\r\n").field("access-control-allow-origin").empty());
  const Reply without = client.get(target);
  CHECK(without.field("access-control-allow-origin").empty());
  CHECK(without.field("vary").find("Origin") != std::string::npos);
}

TEST_CASE("absolute-form targets are accepted") {
  Origin origin;
  CHECK(fetch(origin.port(), "http://anything.example" + origin.url(Origin::kSmall)).status == 200);
}

TEST_CASE("a body is not read: the answer comes, the connection ends, and nothing in it is taken for a request") {
  Origin origin;
  Client counted(origin.port());
  const std::string inner = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
  counted.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(inner.size()) + "\r\n\r\n" + inner);
  const Reply first = counted.read();
  CHECK(first.status == 405);
  CHECK(first.field("connection") == "close");
  CHECK(counted.ends());
  Client chunked(origin.port());
  chunked.send("GET /healthz HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n" + inner);
  CHECK(chunked.read().status == 200);
  CHECK(chunked.ends());
  Client expecting(origin.port());
  expecting.send("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
  CHECK(expecting.read().status == 405);  // and no 100 before it
  CHECK(Client(origin.port()).get("/", "Expect: miracles\r\n").status == 417);
}

TEST_CASE("a large body that is on its way does not destroy the answer to it") {
  Origin origin;
  Client client(origin.port());
  client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 600000\r\n\r\n");
  client.send(std::string(600'000, 'x'));
  CHECK(client.read().status == 405);
}

TEST_CASE("malformed, ambiguous and oversized requests get their status and an end") {
  Origin origin;
  struct Case {
    std::string bytes;
    unsigned status;
  };
  const std::vector<Case> cases = {
      {"GET / HTTP/1.1\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
      {"GET / HTTP/1.1\nHost: a\n\n", 400},
      {"GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\n 2\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc", 400},
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc", 400},
      {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 501},
      {"GET /../../etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET /v%2fx HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET /%00 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", 501},
      {"PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n", 505},
      {"GET / HTTP/3.0\r\nHost: a\r\n\r\n", 505},
      {std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11), 400},
      {"GET /" + std::string(5000, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n", 414},
      {"GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(20'000, 'a') + "\r\n\r\n", 431},
  };
  for (const Case& c : cases) {
    CAPTURE(c.bytes.substr(0, 80));
    Client client(origin.port());
    client.send(c.bytes);
    const Reply reply = client.read();
    CHECK(reply.status == c.status);
    CHECK_FALSE(reply.body.empty());
    if (reply.field("connection") == "close")
      CHECK(client.ends());
    else
      CHECK(client.get("/healthz").status == 200);
  }
  CHECK(fetch(origin.port(), "/healthz").status == 200);
}

TEST_CASE("error answers are short, typed and not cached") {
  Origin origin;
  const Reply text = fetch(origin.port(), "/nothing");
  CHECK(text.field("content-type") == "text/plain; charset=utf-8");
  CHECK(text.field("cache-control") == "no-store");
  CHECK(text.body == "404 Not Found: there is nothing at this address\n");
  const Reply json = fetch(origin.port(), "/api/v1/nothing");
  CHECK(json.field("content-type") == "application/problem+json");
  CHECK(json.body == "{\"title\":\"Not Found\",\"status\":404,\"detail\":\"there is nothing at this address\"}\n");
}
