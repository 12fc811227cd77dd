// Jobs as they go, over HTTP/1.1 and HTTP/2: the whole state first, then what changes, to those who may know.
#include <doctest/doctest.h>

#include "tests/http/api_client.hpp"
#include "tests/http/h2_client.hpp"

using namespace chalkline;
using namespace chalkline::tests;
using library::Role;

namespace {

constexpr const char* kEvents = "/api/v1/jobs/events";

// What has come of a stream, until `text` is in it; false at the deadline.
bool comes(Client& client, std::string& seen, const std::string& text) {
  while (seen.find(text) == std::string::npos) {
    const std::string more = client.read_some(10'000);
    if (more.empty()) return false;
    seen += more;
  }
  return true;
}

bool comes(H2Client& client, std::int32_t stream, std::string& seen, const std::string& text) {
  while (seen.find(text) == std::string::npos) {
    const auto frame = client.read();
    if (!frame) return false;
    if (frame->type == NGHTTP2_DATA && frame->stream == stream) seen += frame->payload;
  }
  return true;
}

std::int64_t queue_job(Origin& origin) {
  return origin.library().jobs->enqueue({origin.lesson.id, "incoming/x", "talk.mp4", {}, 3}).value().id;
}

}  // namespace

TEST_CASE("who listens gets the whole state, then every change, over HTTP/1.1") {
  Origin origin;
  const ApiClient api(origin);
  Client client(origin.port());
  client.send(std::string("GET ") + kEvents + " HTTP/1.1\r\nHost: test\r\nLast-Event-ID: 7\r\n" +
              api.token(Role::kReader) + "\r\n");
  std::string seen;
  REQUIRE(comes(client, seen, "\"jobs\":["));
  CHECK(seen.starts_with("HTTP/1.1 200 "));
  CHECK(seen.find("Content-Type: text/event-stream\r\n") != std::string::npos);
  CHECK(seen.find("Cache-Control: no-store\r\n") != std::string::npos);
  CHECK(seen.find("Content-Length") == std::string::npos);
  const std::int64_t job = queue_job(origin);
  REQUIRE(comes(client, seen, "\"state\":\"queued\""));
  CHECK(seen.find("event: job\nid: ") != std::string::npos);
  auto& jobs = *origin.library().jobs;
  REQUIRE(jobs.claim("w", std::chrono::seconds(60)).value());
  REQUIRE(jobs.renew(job, "w", std::chrono::seconds(60), {0.5, 12, "encoding", {{"720p", 0.25}, {"AV1 480p", 1}}}));
  REQUIRE(comes(client, seen, R"("stage":"encoding","rungs":[{"name":"720p","fraction":0.25},{"name":"AV1 480p")"));
  REQUIRE(jobs.fail(job, "w", "cannot use it: it is text; upload a video", library::Retry::kNever));
  REQUIRE(comes(client, seen, "\"failure\":\"cannot use it"));
  Client second(origin.port());  // who comes later gets it as it is now
  second.send(std::string("GET ") + kEvents + " HTTP/1.1\r\nHost: test\r\n" + api.token(Role::kReader) + "\r\n");
  std::string state;
  REQUIRE(comes(second, state, "\"failure\":\"cannot use it"));
  CHECK(state.find("event: jobs\n") != std::string::npos);
}

TEST_CASE("events are for those who may read jobs, and HEAD tells what there would be") {
  Origin origin;
  ApiClient api(origin);
  CHECK(api.ask("GET", kEvents).status == 401);
  CHECK(api.ask("POST", kEvents, api.token(Role::kAdmin)).status == 405);
  const Reply head = api.as(Role::kReader, "HEAD", kEvents);
  CHECK(head.status == 200);
  CHECK(head.field("content-type") == "text/event-stream");
  H2Client client(origin.port());
  client.open();
  CHECK(client.fetch(kEvents).status == 401);
}

TEST_CASE("the server's end is the listeners' end") {
  Origin origin;
  const ApiClient api(origin);
  Client client(origin.port());
  client.send(std::string("GET ") + kEvents + " HTTP/1.1\r\nHost: test\r\n" + api.token(Role::kReader) + "\r\n");
  std::string seen;
  REQUIRE(comes(client, seen, "\"jobs\":["));
  const std::string bearer = api.token(Role::kReader).substr(15);
  H2Client other(origin.port());
  other.open();
  const std::int32_t stream = other.get(kEvents, {{"authorization", bearer.substr(0, bearer.size() - 2)}});
  std::string pieces;
  REQUIRE(comes(other, stream, pieces, "\"jobs\":["));
  origin.stop_and_wait();
  CHECK(client.ends());
  CHECK(other.answer(stream).whole);
}

TEST_CASE("over HTTP/2 events are one stream of many, by token or by the pieces of a cookie") {
  Origin origin;
  REQUIRE(origin.library().users->create("amina", Role::kReader, "blue chalk, green board"));
  const std::string secret = origin.library().users->sign_in("amina", "blue chalk, green board").value()->secret;
  H2Client client(origin.port());
  client.open();
  const std::int32_t stream = client.get(kEvents, {{"cookie", "a=b"}, {"cookie", "chalkline=" + secret}});
  const H2Answer file = client.fetch(origin.url(Origin::kSmall));
  CHECK(file.status == 200);
  CHECK(file.body.size() == Origin::kSmallBytes);
  CHECK(client.fetch("/api/v1/session", {{"cookie", "chalkline=" + secret}}).status == 200);
  const std::int64_t job = queue_job(origin);
  std::string seen;
  REQUIRE(comes(client, stream, seen, "\"state\":\"queued\""));
  REQUIRE(origin.library().jobs->cancel(job));
  REQUIRE(comes(client, stream, seen, "\"state\":\"cancelled\""));
}
