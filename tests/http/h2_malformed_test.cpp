// What HTTP/2 clients must not send, and floods: each answered as RFC 9113 says, and nobody else notices.
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/http/client.hpp"
#include "tests/http/h2_client.hpp"
#include "tests/http/origin.hpp"

using namespace chalkline;
using namespace chalkline::tests;

namespace {

constexpr std::uint8_t kEndStream = NGHTTP2_FLAG_END_STREAM;
constexpr std::uint8_t kWholeRequest = NGHTTP2_FLAG_END_STREAM | NGHTTP2_FLAG_END_HEADERS;

struct FrameCase {
  std::string what;
  std::string bytes;  // after preface and SETTINGS
  std::uint32_t error;
};

}  // namespace

TEST_CASE("malformed frames end the connection with the error of RFC 9113") {
  Origin origin;
  const auto block = [] { return H2Client({}, {}).block(H2Client::get_fields("/healthz")); };
  const auto headers = [&](std::int32_t stream, std::uint8_t flags = kWholeRequest) {
    return frame_bytes(NGHTTP2_HEADERS, flags, stream, block());
  };
  const std::string small = number_bytes(1);
  const std::vector<FrameCase> cases = {
      {"4.2 a frame over SETTINGS_MAX_FRAME_SIZE", frame_bytes(NGHTTP2_DATA, 0, 1, std::string(16'385, 'x')),
       NGHTTP2_FRAME_SIZE_ERROR},
      {"4.3 a header block that is no HPACK", frame_bytes(NGHTTP2_HEADERS, kWholeRequest, 1, "\xff\xff\xff\xff\xff"),
       NGHTTP2_COMPRESSION_ERROR},
      {"5.1 DATA on an idle stream", frame_bytes(NGHTTP2_DATA, kEndStream, 1, "x"), NGHTTP2_PROTOCOL_ERROR},
      {"5.1 RST_STREAM on an idle stream", frame_bytes(NGHTTP2_RST_STREAM, 0, 1, small), NGHTTP2_PROTOCOL_ERROR},
      {"5.1 WINDOW_UPDATE on an idle stream", frame_bytes(NGHTTP2_WINDOW_UPDATE, 0, 1, small), NGHTTP2_PROTOCOL_ERROR},
      {"5.1.1 an even stream", headers(2), NGHTTP2_PROTOCOL_ERROR},
      {"6.1 DATA on stream 0", frame_bytes(NGHTTP2_DATA, 0, 0, "x"), NGHTTP2_PROTOCOL_ERROR},
      {"6.1 padding longer than the frame",
       headers(1, NGHTTP2_FLAG_END_HEADERS) + frame_bytes(NGHTTP2_DATA, NGHTTP2_FLAG_PADDED, 1, "\x05x"),
       NGHTTP2_PROTOCOL_ERROR},
      {"6.2 HEADERS on stream 0", headers(0), NGHTTP2_PROTOCOL_ERROR},
      {"6.2 padding longer than the block",
       frame_bytes(NGHTTP2_HEADERS, kWholeRequest | NGHTTP2_FLAG_PADDED, 1, std::string("\xf0") + block()),
       NGHTTP2_PROTOCOL_ERROR},
      {"6.3 PRIORITY on stream 0", frame_bytes(NGHTTP2_PRIORITY, 0, 0, std::string(5, '\0')), NGHTTP2_PROTOCOL_ERROR},
      {"6.4 RST_STREAM on stream 0", frame_bytes(NGHTTP2_RST_STREAM, 0, 0, small), NGHTTP2_PROTOCOL_ERROR},
      {"6.4 RST_STREAM of 3 bytes", headers(1) + frame_bytes(NGHTTP2_RST_STREAM, 0, 1, "abc"),
       NGHTTP2_FRAME_SIZE_ERROR},
      {"6.5 SETTINGS of 5 bytes", frame_bytes(NGHTTP2_SETTINGS, 0, 0, "abcde"), NGHTTP2_FRAME_SIZE_ERROR},
      {"6.5 SETTINGS on a stream", frame_bytes(NGHTTP2_SETTINGS, 0, 1), NGHTTP2_PROTOCOL_ERROR},
      {"6.5 an acknowledgement with content",
       frame_bytes(NGHTTP2_SETTINGS, NGHTTP2_FLAG_ACK, 0, setting_bytes(NGHTTP2_SETTINGS_ENABLE_PUSH, 0)),
       NGHTTP2_FRAME_SIZE_ERROR},
      {"6.5.2 ENABLE_PUSH of 2", frame_bytes(NGHTTP2_SETTINGS, 0, 0, setting_bytes(NGHTTP2_SETTINGS_ENABLE_PUSH, 2)),
       NGHTTP2_PROTOCOL_ERROR},
      {"6.5.2 a window over 2^31-1",
       frame_bytes(NGHTTP2_SETTINGS, 0, 0, setting_bytes(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 0x80000000U)),
       NGHTTP2_FLOW_CONTROL_ERROR},
      {"6.5.2 MAX_FRAME_SIZE below 2^14",
       frame_bytes(NGHTTP2_SETTINGS, 0, 0, setting_bytes(NGHTTP2_SETTINGS_MAX_FRAME_SIZE, 16'383)),
       NGHTTP2_PROTOCOL_ERROR},
      {"6.6 PUSH_PROMISE from a client",
       frame_bytes(NGHTTP2_PUSH_PROMISE, NGHTTP2_FLAG_END_HEADERS, 1, number_bytes(2)), NGHTTP2_PROTOCOL_ERROR},
      {"6.7 PING of 7 bytes", frame_bytes(NGHTTP2_PING, 0, 0, "1234567"), NGHTTP2_FRAME_SIZE_ERROR},
      {"6.7 PING on a stream", frame_bytes(NGHTTP2_PING, 0, 1, "12345678"), NGHTTP2_PROTOCOL_ERROR},
      {"6.8 GOAWAY on a stream", frame_bytes(NGHTTP2_GOAWAY, 0, 1, std::string(8, '\0')), NGHTTP2_PROTOCOL_ERROR},
      {"6.9 WINDOW_UPDATE of nothing", frame_bytes(NGHTTP2_WINDOW_UPDATE, 0, 0, number_bytes(0)),
       NGHTTP2_PROTOCOL_ERROR},
      {"6.9 WINDOW_UPDATE of 3 bytes", frame_bytes(NGHTTP2_WINDOW_UPDATE, 0, 0, "abc"), NGHTTP2_FRAME_SIZE_ERROR},
      {"6.9.1 a window over 2^31-1", frame_bytes(NGHTTP2_WINDOW_UPDATE, 0, 0, number_bytes(0x7fffffffU)),
       NGHTTP2_FLOW_CONTROL_ERROR},
      {"6.10 CONTINUATION after nothing", frame_bytes(NGHTTP2_CONTINUATION, NGHTTP2_FLAG_END_HEADERS, 1, block()),
       NGHTTP2_PROTOCOL_ERROR},
      {"6.10 a header block that something interrupts",
       headers(1, kEndStream) + frame_bytes(NGHTTP2_PING, 0, 0, "12345678"), NGHTTP2_PROTOCOL_ERROR},
      {"6.10 CONTINUATION of another stream",
       headers(1, kEndStream) + frame_bytes(NGHTTP2_CONTINUATION, NGHTTP2_FLAG_END_HEADERS, 3, block()),
       NGHTTP2_PROTOCOL_ERROR},
      {"9218 7.1 PRIORITY_UPDATE on a stream", frame_bytes(NGHTTP2_PRIORITY_UPDATE, 0, 1, number_bytes(1) + "u=1"),
       NGHTTP2_PROTOCOL_ERROR},
      {"9218 7.1 PRIORITY_UPDATE of stream 0", frame_bytes(NGHTTP2_PRIORITY_UPDATE, 0, 0, number_bytes(0) + "u=1"),
       NGHTTP2_PROTOCOL_ERROR},
  };
  for (const FrameCase& c : cases) {
    CAPTURE(c.what);
    H2Client client(origin.port());
    client.open();
    client.send(c.bytes);
    const auto error = client.goaway();
    REQUIRE(error.has_value());
    CHECK(*error == c.error);
  }
  CHECK(origin.metric("chalkline_http2_ended_total") == static_cast<std::int64_t>(cases.size()));
  CHECK(fetch(origin.port(), "/healthz").status == 200);
}

TEST_CASE("the first frame must be SETTINGS") {
  Origin origin;
  H2Client client(origin.port());
  client.send(std::string(H2Client::kPreface) + frame_bytes(NGHTTP2_PING, 0, 0, "12345678"));
  CHECK(client.goaway() == NGHTTP2_PROTOCOL_ERROR);
}

TEST_CASE("malformed requests end their stream alone") {
  Origin origin;
  struct Case {
    std::string what;
    Fields fields;
  };
  const std::vector<Case> cases = {
      {"8.2.1 an upper-case name", H2Client::get_fields("/", {{"X-Upper", "1"}})},
      {"8.2.1 a line feed in a value", H2Client::get_fields("/", {{"x", "a\nb"}})},
      {"8.2.2 a connection field", H2Client::get_fields("/", {{"connection", "close"}})},
      {"8.2.2 transfer-encoding", H2Client::get_fields("/", {{"transfer-encoding", "chunked"}})},
      {"8.2.2 te other than trailers", H2Client::get_fields("/", {{"te", "gzip"}})},
      {"8.3 a pseudo field that is not known", H2Client::get_fields("/", {{":other", "1"}})},
      {"8.3 a pseudo field after a regular one", {{":method", "GET"}, {":scheme", "http"}, {"x", "1"}, {":path", "/"}}},
      {"8.3 a response's pseudo field", H2Client::get_fields("/", {{":status", "200"}})},
      {"8.3.1 no method", {{":scheme", "http"}, {":path", "/"}}},
      {"8.3.1 no scheme", {{":method", "GET"}, {":path", "/"}}},
      {"8.3.1 no path", {{":method", "GET"}, {":scheme", "http"}}},
      {"8.3.1 an empty path", {{":method", "GET"}, {":scheme", "http"}, {":path", ""}}},
      {"8.3.1 two methods", {{":method", "GET"}, {":method", "GET"}, {":scheme", "http"}, {":path", "/"}}},
      {"8.1.1 a content-length that is not kept", H2Client::get_fields("/", {{"content-length", "5"}})},
      {"8.1.1 two lengths", H2Client::get_fields("/", {{"content-length", "0"}, {"content-length", "1"}})},
  };
  H2Client client(origin.port());
  client.open();
  for (const Case& c : cases) {
    CAPTURE(c.what);
    const std::int32_t stream = client.next_stream();
    client.frame(NGHTTP2_HEADERS, kWholeRequest, stream, client.block(c.fields));
    const H2Answer answer = client.answer(stream);
    CHECK(answer.status == 0);
    CHECK(answer.reset == NGHTTP2_PROTOCOL_ERROR);
    CHECK(client.fetch("/healthz").status == 200);
  }
}

TEST_CASE("what is not known is passed over: frames, settings, flags") {
  Origin origin;
  H2Client client(origin.port());
  client.open(setting_bytes(0xf0f0, 7));
  client.frame(0xfa, 0xff, 0, "whatever");
  client.frame(0xfa, 0xff, 1, "whatever");
  client.frame(NGHTTP2_PING, 0xfe, 0, "12345678");
  CHECK(client.fetch("/healthz").status == 200);
}

TEST_CASE("too much of a header is answered 431, a stream too many refused, and the connection goes on") {
  Origin origin;
  H2Client client(origin.port());
  client.open();
  CHECK(client.fetch("/", {{"x-large", std::string(15'000, 'a')}, {"x-more", std::string(1'500, 'a')}}).status == 431);
  Fields many;
  for (int i = 0; i < 150; ++i) many.emplace_back("x", std::to_string(i));
  CHECK(client.fetch("/", many).status == 431);
  CHECK(client.fetch("/healthz").status == 200);

  H2Client crowd(origin.port());
  crowd.gives_window = false;
  crowd.open();
  std::vector<std::int32_t> streams;
  for (int i = 0; i < 101; ++i) streams.push_back(crowd.get(origin.url(Origin::kLarge)));
  CHECK(crowd.answer(streams.back()).reset == NGHTTP2_REFUSED_STREAM);
}

TEST_CASE("floods end the connection and cost nobody else anything") {
  Origin origin;
  const std::string block = H2Client({}, {}).block(H2Client::get_fields("/healthz"));
  const auto repeated = [](const std::string& frame, int times) {
    std::string all;
    for (int i = 0; i < times; ++i) all += frame;
    return all;
  };
  std::string resets;
  for (std::int32_t stream = 1; stream < 4000; stream += 2)
    resets += frame_bytes(NGHTTP2_HEADERS, kWholeRequest, stream, block) +
              frame_bytes(NGHTTP2_RST_STREAM, 0, stream, number_bytes(NGHTTP2_CANCEL));
  const std::vector<std::pair<std::string, std::string>> floods = {
      {"PING", repeated(frame_bytes(NGHTTP2_PING, 0, 0, "12345678"), 5000)},
      {"SETTINGS", repeated(frame_bytes(NGHTTP2_SETTINGS, 0, 0), 5000)},
      {"rapid reset (CVE-2023-44487)", resets},
      {"CONTINUATION (CVE-2024-27316)", frame_bytes(NGHTTP2_HEADERS, kEndStream, 1, block) +
                                            repeated(frame_bytes(NGHTTP2_CONTINUATION, 0, 1, "\x10\x01x\x01y"), 5000)},
      {"empty CONTINUATION",
       frame_bytes(NGHTTP2_HEADERS, kEndStream, 1, block) + repeated(frame_bytes(NGHTTP2_CONTINUATION, 0, 1), 5000)},
      {"empty DATA (CVE-2019-9518)", frame_bytes(NGHTTP2_HEADERS, NGHTTP2_FLAG_END_HEADERS, 1, block) +
                                         repeated(frame_bytes(NGHTTP2_DATA, 0, 1), 5000)},
      {"PRIORITY", repeated(frame_bytes(NGHTTP2_PRIORITY, 0, 1, std::string(4, '\0') + "\x10"), 5000)},
      {"PRIORITY_UPDATE", repeated(frame_bytes(NGHTTP2_PRIORITY_UPDATE, 0, 0, number_bytes(9) + "u=1"), 5000)},
      {"WINDOW_UPDATE", repeated(frame_bytes(NGHTTP2_WINDOW_UPDATE, 0, 0, number_bytes(1)), 5000)},
  };
  for (const auto& flood : floods) {
    CAPTURE(flood.first);
    H2Client client(origin.port());
    client.gives_window = false;
    client.open();
    client.send(flood.second);
    (void)client.goaway();  // it may be lost behind what we still sent
    CHECK(fetch(origin.port(), "/healthz").status == 200);
  }
  CHECK(origin.metric("chalkline_http2_ended_total") == static_cast<std::int64_t>(floods.size()));
}
