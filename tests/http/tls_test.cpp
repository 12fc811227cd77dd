// The server over TLS: versions, protocols, resumption, early data, certificates, and clients that mean harm.
#include <algorithm>
#include <array>

#include <doctest/doctest.h>

#include "streamer/tls/record_sizer.hpp"
#include "tests/http/client.hpp"
#include "tests/http/origin.hpp"
#include "tests/http/tls_client.hpp"
#include "tests/http/tls_origin.hpp"

using namespace chalkline;
using namespace chalkline::tests;

namespace {

std::string body_of(const std::string& response) {
  const std::size_t end = response.find("\r\n\r\n");
  return end == std::string::npos ? std::string() : response.substr(end + 4);
}

std::string request_for(const std::string& target) { return "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n"; }

}  // namespace

TEST_CASE("TLS 1.3 and 1.2 carry the same answers as the plain port; older versions are refused") {
  const TlsOrigin tls;
  const Origin& origin = *tls.origin;
  for (const int version : {TLS1_3_VERSION, TLS1_2_VERSION}) {
    TlsClient client(tls.port(), {.least = version, .most = version});
    REQUIRE(client.open());
    CHECK(client.version() == (version == TLS1_3_VERSION ? "TLSv1.3" : "TLSv1.2"));
    for (const char* path : {Origin::kSmall, Origin::kLarge, Origin::kSmall}) {
      const std::string response = client.get(origin.url(path));
      CHECK(response.starts_with("HTTP/1.1 200 OK\r\n"));
      CHECK(body_of(response) == origin.stored(path));
    }
  }
  CHECK_FALSE(TlsClient(tls.port(), {.least = TLS1_VERSION, .most = TLS1_1_VERSION}).open());
  CHECK(origin.metric("chalkline_tls_handshakes_total{result=\"full\"}") == 2);
  CHECK(origin.metric("chalkline_tls_handshakes_total{result=\"failed\"}") == 1);
}

TEST_CASE("pipelined requests in one record are answered in their order") {
  const TlsOrigin tls;
  TlsClient client(tls.port());
  client.send(request_for("/healthz") + request_for("/nothing") + request_for(tls.origin->url(Origin::kSmall)));
  std::string all;
  while (all.size() < Origin::kSmallBytes) all += client.read_some();
  const std::size_t second = all.find("HTTP/1.1 404");
  CHECK(all.starts_with("HTTP/1.1 200"));
  CHECK(second != std::string::npos);
  CHECK(all.find("HTTP/1.1 200", second) != std::string::npos);
}

TEST_CASE("a connection begins with records that fit one packet and goes over to the largest") {
  const TlsOrigin tls;
  TlsClient client(tls.port());
  client.send(request_for(tls.origin->url(Origin::kLarge)));
  std::size_t first = 0;
  std::size_t largest = 0;
  for (std::size_t all = 0; all < Origin::kLargeBytes;) {
    const std::size_t record = client.read_some().size();
    REQUIRE(record > 0);
    if (all == 0) first = record;
    if (all + 1400 < streamer::RecordSizer::kFirstWindow) CHECK(record <= 1400);  // loopback is near and fast
    largest = std::max(largest, record);
    all += record;
  }
  CHECK(first > 1000);
  CHECK(largest == 16'384);
}

TEST_CASE("the application protocol is the client's and ours; where there is none the handshake fails") {
  const TlsOrigin tls;
  CHECK(TlsClient(tls.port(), {.protocols = {"http/1.1"}}).protocol() == "http/1.1");
  CHECK(TlsClient(tls.port(), {.protocols = {"spdy/1", "http/1.1"}}).protocol() == "http/1.1");
  CHECK(TlsClient(tls.port()).protocol().empty());
  CHECK_FALSE(TlsClient(tls.port(), {.protocols = {"spdy/1"}}).open());
}

TEST_CASE("a session is resumed with a ticket, on every thread and after the certificate was reloaded") {
  const TlsOrigin tls([](config::Config& config) { config.server.threads = 3; });
  for (const int version : {TLS1_3_VERSION, TLS1_2_VERSION}) {
    TlsClient first(tls.port(), {.least = version, .most = version});
    CHECK_FALSE(first.resumed());
    REQUIRE(first.get("/healthz").starts_with("HTTP/1.1 200"));
    const auto session = first.session();
    for (int i = 0; i < 12; ++i) {
      if (i == 6) REQUIRE(tls.origin->server().reload());
      TlsClient next(tls.port(), {.least = version, .most = version, .session = session});
      CHECK(next.resumed());
      CHECK(next.get("/healthz").starts_with("HTTP/1.1 200"));
    }
  }
}

TEST_CASE("early data: what never changes is answered at once, all else after the handshake") {
  const TlsOrigin tls;
  const std::string target = tls.origin->url(Origin::kSmall);
  TlsClient first(tls.port());
  REQUIRE(body_of(first.get(target)) == tls.origin->stored(Origin::kSmall));
  const auto session = first.session();
  REQUIRE(SSL_SESSION_get_max_early_data(session.get()) > 0);

  TlsClient early(tls.port(), {.session = session, .early = request_for(target)});
  REQUIRE(early.open());
  CHECK(early.early_taken());
  CHECK(body_of(early.read_response()) == tls.origin->stored(Origin::kSmall));
  CHECK(early.get("/healthz").starts_with("HTTP/1.1 200"));

  // Held until the handshake is complete, and then answered in order with what follows.
  TlsClient held(tls.port(), {.session = early.session(), .early = request_for("/metrics")});
  REQUIRE(held.open());
  CHECK(held.early_taken());
  CHECK(held.read_response().find("chalkline_tls_early_data_total 2\n") != std::string::npos);
  CHECK(body_of(held.get(target)) == tls.origin->stored(Origin::kSmall));
}

TEST_CASE("early data is refused where the configuration says so, and asked again by the client") {
  const TlsOrigin tls([](config::Config& config) { config.tls.early_data = false; });
  TlsClient first(tls.port());
  REQUIRE(first.get("/healthz").starts_with("HTTP/1.1 200"));
  CHECK(SSL_SESSION_get_max_early_data(first.session().get()) == 0);
}

TEST_CASE("a reload changes the certificate of new connections and leaves open ones alone") {
  const TlsOrigin tls;
  TlsClient open(tls.port());
  REQUIRE(open.get("/healthz").starts_with("HTTP/1.1 200"));
  CHECK(open.peer_name() == "first.example");

  write_certificate("second.example", tls.certificate, tls.key);
  REQUIRE(tls.origin->server().reload());
  CHECK(TlsClient(tls.port()).peer_name() == "second.example");
  CHECK(body_of(open.get(tls.origin->url(Origin::kSmall))) == tls.origin->stored(Origin::kSmall));

  // A key that is not the certificate's: nothing changes, and the reason says so.
  write_certificate("third.example", tls.folder.path() / "other.pem", tls.key);
  const auto refused = tls.origin->server().reload();
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::kBadConfig);
  CHECK(TlsClient(tls.port()).peer_name() == "second.example");
}

TEST_CASE("a handshake that does not come to its end is cut, and costs nobody else") {
  const TlsOrigin tls([](config::Config& config) { config.server.header_timeout = std::chrono::milliseconds(300); });
  Client silent(tls.port());
  Client half(tls.port());
  half.send(std::string_view("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11));
  CHECK(TlsClient(tls.port()).get("/healthz").starts_with("HTTP/1.1 200"));
  CHECK(silent.ends());
  CHECK(half.ends());
}

TEST_CASE("what is not TLS on the TLS port gets an alert and an end") {
  const TlsOrigin tls;
  const std::array<std::string, 3> cases = {"GET / HTTP/1.1\r\nHost: a\r\n\r\n", std::string(2000, '\xff'),
                                            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"};
  for (const std::string& bytes : cases) {
    Client client(tls.port());
    client.send(bytes);
    while (!client.read_some(1000).empty()) {
    }
    CHECK(client.ends());
  }
  CHECK(TlsClient(tls.port()).get("/healthz").starts_with("HTTP/1.1 200"));
}

TEST_CASE("a connection that stops in the middle of a record is closed with its deadline") {
  const TlsOrigin tls([](config::Config& config) { config.server.idle_timeout = std::chrono::milliseconds(300); });
  TlsClient client(tls.port());
  REQUIRE(client.get("/healthz").starts_with("HTTP/1.1 200"));
  CHECK(client.read_some().empty());
  CHECK(tls.origin->metric("chalkline_timeouts_total") == 1);
}

TEST_CASE("a stop ends idle TLS connections and finishes open answers") {
  const TlsOrigin tls;
  TlsClient idle(tls.port());
  REQUIRE(idle.get("/healthz").starts_with("HTTP/1.1 200"));
  TlsClient busy(tls.port());
  busy.send(request_for(tls.origin->url(Origin::kLarge)));
  const std::string begun = busy.read_some();
  REQUIRE_FALSE(begun.empty());
  tls.origin->server().stop();
  CHECK(idle.read_some().empty());
  std::string rest = begun;
  for (std::string more = busy.read_some(); !more.empty(); more = busy.read_some()) rest += more;
  CHECK(body_of(rest) == tls.origin->stored(Origin::kLarge));
}
