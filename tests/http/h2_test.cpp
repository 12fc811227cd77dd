// HTTP/2: the same answers as HTTP/1.1, flow control both ways, priorities, early data, ends.
#include <algorithm>

#include <doctest/doctest.h>

#include "tests/http/client.hpp"
#include "tests/http/h2_client.hpp"
#include "tests/http/origin.hpp"
#include "tests/http/tls_origin.hpp"

using namespace chalkline;
using namespace chalkline::tests;

static Fields lines_as_fields(const std::string& lines) {
  Fields fields;
  for (std::size_t at = 0; at < lines.size();) {
    const std::size_t colon = lines.find(": ", at);
    const std::size_t end = lines.find("\r\n", at);
    std::string name = lines.substr(at, colon - at);
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    fields.emplace_back(name, lines.substr(colon + 2, end - colon - 2));
    at = end + 2;
  }
  return fields;
}

TEST_CASE("HTTP/2 by prior knowledge gives the answers of HTTP/1.1, field by field") {
  Origin origin;
  struct Case {
    std::string target;
    std::string lines;
  };
  const std::string small = origin.url(Origin::kSmall);
  const std::string etag = fetch(origin.port(), small).field("etag");
  const std::vector<Case> cases = {
      {small, ""},
      {origin.url(Origin::kLarge), ""},
      {small, "Range: bytes=100-199\r\n"},
      {small, "Range: bytes=0-9,50-59\r\n"},
      {small, "Range: bytes=-10\r\n"},
      {small, "Range: bytes=999999-\r\n"},
      {origin.url(Origin::kLarge), "Range: bytes=700000-1200000\r\n"},
      {small, "If-None-Match: " + etag + "\r\n"},
      {small, "If-Match: \"other\"\r\n"},
      {small, "Range: bytes=5-9\r\nIf-Range: " + etag + "\r\n"},
      {"/l/" + origin.lesson.id + "/multivariant.m3u8", "Accept-Encoding: br\r\n"},
      {"/l/" + origin.lesson.id + "/multivariant.m3u8?audio=fr", "Accept-Encoding: gzip\r\n"},
      {"/watch/" + origin.lesson.id, ""},
      {"/api/v1/lessons", ""},
      {"/nothing", ""},
      {"/api/v1/nothing", ""},
      {"/%2e%2e/%2e%2e/etc/passwd", ""},
      {"/" + std::string(5000, 'a'), ""},
      {small, "Expect: miracles\r\n"},
      {"/healthz", ""},
      {"/readyz", ""},
  };
  H2Client client(origin.port());
  client.open();
  for (const Case& c : cases) {
    CAPTURE(c.target.substr(0, 80));
    CAPTURE(c.lines);
    (void)fetch(origin.port(), c.target, c.lines);  // a miss, which Cache-Status says
    const Reply plain = fetch(origin.port(), c.target, c.lines);
    const H2Answer answer = client.fetch(c.target, lines_as_fields(c.lines));
    CHECK(answer.status == plain.status);
    CHECK(answer.body == plain.body);
    CHECK(answer.whole);
    for (const auto& field : plain.fields)
      if (field.first != "date" && field.first != "connection")
        CHECK_MESSAGE(answer.field(field.first) == field.second, field.first);
    CHECK_FALSE(answer.field("date").empty());
    CHECK(answer.field("connection").empty());
  }
  CHECK(origin.metric("chalkline_http2_connections_total") == 1);
}

TEST_CASE("HEAD, OPTIONS and methods that are not known") {
  Origin origin;
  H2Client client(origin.port());
  client.open();
  const auto ask = [&](const std::string& method, const std::string& path) {
    const std::int32_t stream = client.next_stream();
    client.frame(NGHTTP2_HEADERS, NGHTTP2_FLAG_END_HEADERS | NGHTTP2_FLAG_END_STREAM, stream,
                 client.block({{":method", method}, {":scheme", "http"}, {":authority", "a"}, {":path", path}}));
    return client.answer(stream);
  };
  const H2Answer head = ask("HEAD", origin.url(Origin::kSmall));
  CHECK(head.status == 200);
  CHECK(head.field("content-length") == std::to_string(Origin::kSmallBytes));
  CHECK(head.body.empty());
  CHECK(ask("OPTIONS", "*").status == 204);
  CHECK(ask("OPTIONS", "/").status == 204);
  CHECK(ask("DELETE", "/").status == 405);
  CHECK(ask("BREW", "/").status == 501);
}

TEST_CASE("a preface that comes byte by byte is a preface; one that breaks off is refused as HTTP/1.1") {
  Origin origin;
  H2Client client(origin.port());
  const std::string opening = std::string(H2Client::kPreface) + frame_bytes(NGHTTP2_SETTINGS, 0, 0);
  for (const char c : opening) client.send(std::string(1, c));
  CHECK(client.fetch("/healthz").status == 200);
  Client broken(origin.port());
  broken.send("PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n");
  CHECK(broken.read().status == 505);
}

TEST_CASE("many streams at once, each whole") {
  Origin origin;
  H2Client client(origin.port());
  client.open();
  std::vector<std::int32_t> streams;
  for (int i = 0; i < 90; ++i) streams.push_back(client.get(origin.url(i % 9 == 0 ? Origin::kLarge : Origin::kSmall)));
  for (std::size_t i = 0; i < streams.size(); ++i)
    CHECK(client.answer(streams[i]).body == origin.stored(i % 9 == 0 ? Origin::kLarge : Origin::kSmall));
  CHECK(origin.metric("chalkline_responses_aborted_total") == 0);
}

TEST_CASE("the client's windows are kept to, even when they are tiny or shrink below nothing") {
  Origin origin;
  H2Client client(origin.port());
  client.gives_window = false;
  client.open(setting_bytes(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 10));
  const std::int32_t stream = client.get(origin.url(Origin::kSmall));
  std::size_t got = 0;
  std::size_t granted = 10;
  while (got < 40) {
    const auto frame = client.read();
    REQUIRE(frame);
    if (frame->type != NGHTTP2_DATA) continue;
    got += frame->payload.size();
    CHECK(got <= granted);
    if (got < granted || granted >= 40) continue;
    client.frame(NGHTTP2_WINDOW_UPDATE, 0, stream, number_bytes(10));
    granted += 10;
  }
  // RFC 9113 6.9.2: a smaller initial window may leave the stream's below zero: nothing comes until it is above again.
  client.frame(NGHTTP2_SETTINGS, 0, 0, setting_bytes(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 0));
  client.frame(NGHTTP2_WINDOW_UPDATE, 0, stream, number_bytes(15));
  client.frame(NGHTTP2_PING, 0, 0, "12345678");
  for (bool pong = false; !pong;) {
    const auto frame = client.read();
    REQUIRE(frame);
    if (frame->type == NGHTTP2_DATA) got += frame->payload.size();
    pong = frame->type == NGHTTP2_PING && frame->has(NGHTTP2_FLAG_ACK);
  }
  CHECK(got <= granted + 5);
}

TEST_CASE("a request's body is not wanted: it is answered, and its stream ended without an error") {
  Origin origin;
  H2Client client(origin.port());
  client.open();
  const std::int32_t stream = client.next_stream();
  client.frame(NGHTTP2_HEADERS, NGHTTP2_FLAG_END_HEADERS, stream,
               client.block({{":method", "POST"}, {":scheme", "http"}, {":authority", "a"}, {":path", "/"}}));
  const H2Answer answer = client.answer(stream);
  CHECK(answer.status == 405);
  std::optional<Frame> frame;
  do frame = client.read();
  while (frame && frame->type != NGHTTP2_RST_STREAM);
  REQUIRE(frame);
  CHECK(frame->payload == number_bytes(NGHTTP2_NO_ERROR));
  // What was on its way is passed over.
  client.frame(NGHTTP2_DATA, 0, stream, std::string(10'000, 'x'));
  CHECK(client.fetch("/healthz").status == 200);
}

namespace {

// A video segment that fills the connection's window, then what was asked after it, then window enough for all.
struct Race {
  explicit Race(const Origin& origin, const Fields& video_fields = {}) : client(origin.port()) {
    client.gives_window = false;
    client.open(setting_bytes(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 4'000'000));
    video = client.get(origin.url(Origin::kLarge), video_fields);
    for (std::size_t got = 0; got < 65'535;) {
      const auto frame = client.read();
      REQUIRE(frame);
      if (frame->type == NGHTTP2_DATA) got += frame->payload.size();
    }
  }
  // Opens the window and says which of `streams` ended first.
  std::vector<std::int32_t> finish(std::size_t streams) {
    // PING after the requests: they have been read when its answer comes.
    client.frame(NGHTTP2_PING, 0, 0, "12345678");
    for (;;) {
      const auto frame = client.read();
      REQUIRE(frame);
      if (frame->type == NGHTTP2_PING) break;
    }
    client.frame(NGHTTP2_WINDOW_UPDATE, 0, 0, number_bytes(8'000'000));
    std::vector<std::int32_t> ended;
    while (ended.size() < streams) {
      const auto frame = client.read();
      REQUIRE(frame);
      if (frame->type == NGHTTP2_DATA && frame->has(NGHTTP2_FLAG_END_STREAM)) ended.push_back(frame->stream);
    }
    return ended;
  }
  H2Client client;
  std::int32_t video = 0;
};

}  // namespace

TEST_CASE("playlists go before audio, audio before video, whatever was asked first") {
  Origin origin;
  const std::string playlist = origin.url("video/1/playlist.m3u8");
  for (const char* path : {"video/1/playlist.m3u8", "audio/en-opus/1.m4s", "video/1/1.m4s"})
    REQUIRE(fetch(origin.port(), origin.url(path)).status == 200);  // all hot
  for (const bool signals : {false, true}) {
    CAPTURE(signals);
    // Chromium asks for everything a page fetches with the same urgency.
    const Fields asked = signals ? Fields{{"priority", "u=1, i"}} : Fields{};
    Race race(origin, asked);
    const std::int32_t other = race.client.get(origin.url("video/1/1.m4s"), asked);
    const std::int32_t audio = race.client.get(origin.url("audio/en-opus/1.m4s"), asked);
    const std::int32_t outline = race.client.get(playlist, signals ? Fields{{"priority", "u=0"}} : Fields{});
    CHECK(race.finish(4) == std::vector<std::int32_t>{outline, audio, race.video, other});
  }
}

TEST_CASE("the client's own order stands: the priority field and PRIORITY_UPDATE") {
  Origin origin;
  for (const char* path : {"video/1/1.m4s", "video/1/2.m4s", "audio/en-opus/1.m4s"})
    REQUIRE(fetch(origin.port(), origin.url(path)).status == 200);
  Race race(origin);
  const std::int32_t background = race.client.get(origin.url("audio/en-opus/1.m4s"), {{"priority", "u=7"}});
  const std::int32_t urgent = race.client.get(origin.url("video/1/1.m4s"), {{"priority", "u=0"}});
  const std::int32_t moved = race.client.get(origin.url("video/1/2.m4s"));
  race.client.frame(NGHTTP2_PRIORITY_UPDATE, 0, 0, number_bytes(static_cast<std::uint32_t>(moved)) + "u=2");
  CHECK(race.finish(4) == std::vector<std::int32_t>{urgent, moved, race.video, background});
}

TEST_CASE("a PRIORITY_UPDATE that comes before its request counts") {
  Origin origin;
  for (const char* path : {"video/1/1.m4s", "video/1/2.m4s"})
    REQUIRE(fetch(origin.port(), origin.url(path)).status == 200);
  Race race(origin);
  race.client.frame(NGHTTP2_PRIORITY_UPDATE, 0, 0, number_bytes(5) + "u=0");
  const std::int32_t first = race.client.get(origin.url("video/1/1.m4s"));
  const std::int32_t second = race.client.get(origin.url("video/1/2.m4s"));
  REQUIRE(second == 5);
  CHECK(race.finish(3) == std::vector<std::int32_t>{second, race.video, first});
}

TEST_CASE("HTTP/2 over TLS by ALPN, and early data for what never changes") {
  const TlsOrigin tls;
  const std::string target = tls.origin->url(Origin::kSmall);
  TlsClient first(tls.port(), {.protocols = {"h2", "http/1.1"}});
  REQUIRE(first.protocol() == "h2");
  H2Client client([&](std::string_view bytes) { first.send(bytes); }, [&] { return first.read_some(); });
  client.open();
  CHECK(client.fetch(target).body == tls.origin->stored(Origin::kSmall));
  CHECK(client.fetch(tls.origin->url(Origin::kLarge)).body == tls.origin->stored(Origin::kLarge));

  // Its opening bytes as early data: one request that may be answered at once, one that waits for the handshake.
  std::string early;
  std::optional<TlsClient> second;
  H2Client again([&](std::string_view bytes) { second ? second->send(bytes) : void(early.append(bytes)); },
                 [&] { return second->read_some(); });
  again.open();
  const std::int32_t held = again.get("/metrics");
  const std::int32_t at_once = again.get(target);
  second.emplace(tls.port(), TlsOffer{.protocols = {"h2"}, .session = first.session(), .early = early});
  CHECK(second->early_taken());
  CHECK(again.answer(at_once).body == tls.origin->stored(Origin::kSmall));
  CHECK(again.answer(held).body.find("chalkline_tls_early_data_total 1\n") != std::string::npos);
}

TEST_CASE("a stop: GOAWAY, open answers to their end, and the end") {
  Origin origin;
  H2Client idle(origin.port());
  idle.open();
  CHECK(idle.fetch("/healthz").status == 200);
  Race race(origin);
  origin.server().stop();
  CHECK(idle.goaway() == NGHTTP2_NO_ERROR);
  race.client.frame(NGHTTP2_WINDOW_UPDATE, 0, 0, number_bytes(8'000'000));
  std::size_t bytes = 65'535;
  bool told = false;
  bool whole = false;
  while (const auto frame = race.client.read()) {
    if (frame->type == NGHTTP2_DATA) bytes += frame->payload.size();
    if (frame->type == NGHTTP2_DATA && frame->has(NGHTTP2_FLAG_END_STREAM)) whole = true;
    if (frame->type == NGHTTP2_GOAWAY) told = true;
  }
  CHECK(whole);
  CHECK(told);
  CHECK(bytes == Origin::kLargeBytes);
}

TEST_CASE("time-outs: a half header block, a reader that gives no window, an idle connection") {
  config::Config config = Origin::usual_config();
  config.server.header_timeout = config.server.write_timeout = config.server.idle_timeout =
      std::chrono::milliseconds(1000);
  Origin origin(config);
  H2Client half(origin.port());
  half.open();
  CHECK(half.fetch("/healthz").status == 200);
  half.frame(NGHTTP2_HEADERS, NGHTTP2_FLAG_END_STREAM, half.next_stream(), half.block(H2Client::get_fields("/")));
  H2Client slow(origin.port());
  slow.gives_window = false;
  slow.open();
  slow.get(origin.url(Origin::kLarge));
  H2Client idle(origin.port());
  idle.open();
  CHECK(idle.fetch("/healthz").status == 200);
  for (H2Client* client : {&half, &slow, &idle}) CHECK(client->goaway() == NGHTTP2_NO_ERROR);
  CHECK(origin.metric("chalkline_timeouts_total") == 3);
  CHECK(origin.metric("chalkline_responses_aborted_total") == 1);
}

TEST_CASE("over the limit of connections every request is answered 503") {
  config::Config config = Origin::usual_config();
  config.server.max_connections = config.server.max_connections_per_address = 1;
  Origin origin(config);
  Client holder(origin.port());
  REQUIRE(holder.get("/healthz").status == 200);
  H2Client client(origin.port());
  client.open();
  const H2Answer answer = client.fetch("/healthz");
  CHECK(answer.status == 503);
  CHECK_FALSE(answer.field("retry-after").empty());
}
