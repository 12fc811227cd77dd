// What clients say of themselves and of their links, over real sockets: client hints, CMCD; and what answers say of the
// cache.
#include <chrono>
#include <thread>

#include <doctest/doctest.h>

#include "tests/http/client.hpp"
#include "tests/http/h2_client.hpp"
#include "tests/http/origin.hpp"

using namespace chalkline;
using namespace chalkline::tests;

static bool has_variant(const Reply& playlist, const std::string& rung) {
  return playlist.body.find("video/" + rung + "/playlist.m3u8") != std::string::npos;
}

// Rung 0 of the made-up lesson is the dear one: its second segment is large.
TEST_CASE("a playlist suits the link that the browser tells of, unless the learner chose") {
  Origin origin;
  Client client(origin.port());
  const std::string target = "/l/" + origin.lesson.id + "/multivariant.m3u8";
  const Reply all = client.get(target);
  CHECK(has_variant(all, "0"));
  CHECK(has_variant(all, "1"));
  CHECK(all.head.find("Vary: Save-Data, ECT, Downlink, RTT\r\n") != std::string::npos);
  for (const std::string hint :
       {"ECT: 2g\r\n", "Save-Data: on\r\n", "save-data: on\r\n", "RTT: 2000\r\n", "Downlink: 0.05\r\n"}) {
    CAPTURE(hint);
    const Reply suited = client.get(target, hint);
    CHECK(suited.status == 200);
    CHECK_FALSE(has_variant(suited, "0"));
    CHECK(has_variant(suited, "1"));
    CHECK(suited.field("etag") != all.field("etag"));
  }
  for (const std::string hint :
       {"ECT: 4g\r\n", "Save-Data: off\r\n", "Downlink: 10\r\n", "RTT: 50\r\n", "ECT: rubbish\r\n"}) {
    CAPTURE(hint);
    CHECK(client.get(target, hint).body == all.body);
  }
  CHECK(has_variant(client.get(target + "?max=9000000", "ECT: 2g\r\n"), "0"));
  CHECK(fetch(origin.port(), "/watch/" + origin.lesson.id).field("accept-ch").find("ECT") != std::string::npos);
}

TEST_CASE("what a player says of itself is counted, from the query and from header fields") {
  Origin origin;
  Client client(origin.port());
  client.get(origin.url(Origin::kSmall) + "?CMCD=bl%3D900%2Cbs%2Cmtp%3D120");
  client.get(origin.url(Origin::kSmall), "CMCD-Request: bl=9000,mtp=900\r\nCMCD-Status: bs\r\n");
  client.get(origin.url(Origin::kSmall), "CMCD-Request: bl=90000\r\n");
  client.get(origin.url(Origin::kSmall));
  CHECK(origin.metric("chalkline_client_reports_total") == 3);
  CHECK(origin.metric("chalkline_client_starved_total") == 2);
  CHECK(origin.metric("chalkline_client_buffer_seconds_bucket{le=\"1\"}") == 1);
  CHECK(origin.metric("chalkline_client_buffer_seconds_bucket{le=\"16\"}") == 2);
  CHECK(origin.metric("chalkline_client_buffer_seconds_count") == 3);
  CHECK(origin.metric("chalkline_client_throughput_kbps_bucket{le=\"128\"}") == 1);
}

TEST_CASE("the segment that a player names as its next is in memory when it asks") {
  Origin origin;
  Client client(origin.port());
  client.get(origin.url("video/1/1.m4s"), "CMCD-Request: nor=\"2.m4s\"\r\n");
  CHECK(origin.metric("chalkline_prefetches_total") == 1);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (origin.metric("chalkline_pool_waiting") > 0 && std::chrono::steady_clock::now() < deadline)
    std::this_thread::yield();
  const Reply next = client.get(origin.url("video/1/2.m4s"), "CMCD-Request: nor=\"../../../../etc/passwd\"\r\n");
  CHECK(next.field("cache-status") == "chalkline; hit");
  client.get(origin.url("video/1/1.m4s"), "CMCD-Request: nor=\"2.m4s\"\r\n");  // it is there already
  client.get(origin.url("video/1/1.m4s"), "CMCD-Request: nor=\"/metrics\"\r\n");
  CHECK(origin.metric("chalkline_prefetches_total") == 1);
}

TEST_CASE("answers say how the cache had them, and how old they are where that matters") {
  Origin origin;
  Client client(origin.port());
  CHECK(client.get(origin.url(Origin::kSmall)).field("cache-status") == "chalkline; fwd=miss");
  CHECK(client.get(origin.url(Origin::kSmall)).field("cache-status") == "chalkline; hit");
  CHECK(client.get(origin.url(Origin::kSmall), "Range: bytes=0-9\r\n").field("cache-status") == "chalkline; hit");
  CHECK(client.get("/healthz").field("cache-status").empty());
  const std::string playlist = "/l/" + origin.lesson.id + "/multivariant.m3u8";
  CHECK(client.get(playlist).field("age").empty());
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  Reply old;
  while (old.field("age").empty() && std::chrono::steady_clock::now() < deadline) old = client.get(playlist);
  CHECK(old.field("age") == "1");
  CHECK(client.get(origin.url(Origin::kSmall)).field("age").empty());
  config::Config config = Origin::usual_config();
  config.server.cache_status = false;
  Origin silent(config);
  CHECK(fetch(silent.port(), silent.url(Origin::kSmall)).field("cache-status").empty());
}

TEST_CASE("bytes are counted by lesson and rung, and times by how the cache had the answer") {
  Origin origin;
  Client client(origin.port());
  client.get(origin.url(Origin::kSmall));
  client.get(origin.url(Origin::kSmall), "Range: bytes=0-9\r\n");
  client.get(origin.url("audio/en-opus/1.m4s"));
  const std::string lesson = "chalkline_rendition_bytes_total{lesson=\"" + origin.lesson.id + "\",rendition=\"";
  CHECK(origin.metric(lesson + "video/0\"}") == 100'010);
  CHECK(origin.metric(lesson + "audio/en-opus\"}") == 12'000);
  CHECK(origin.metric("chalkline_delivery_seconds_count{cache=\"miss\"}") == 2);
  CHECK(origin.metric("chalkline_delivery_seconds_count{cache=\"hit\"}") == 1);
}

TEST_CASE("over HTTP/2 too clients are heard, and answers say how the cache had them") {
  Origin origin;
  H2Client client(origin.port());
  client.open();
  const std::string playlist = "/l/" + origin.lesson.id + "/multivariant.m3u8";
  const std::string all = client.fetch(playlist).body;
  CHECK(all.find("video/0/playlist.m3u8") != std::string::npos);
  for (const Fields& hint : {Fields{{"ect", "2g"}}, Fields{{"save-data", "on"}}, Fields{{"rtt", "2000"}}}) {
    CAPTURE(hint.front().first);
    CHECK(client.fetch(playlist, hint).body.find("video/0/playlist.m3u8") == std::string::npos);
  }
  const std::string first = origin.url("video/1/1.m4s");
  CHECK(client.fetch(first, {{"cmcd-request", "bl=900,nor=\"2.m4s\""}, {"cmcd-status", "bs"}}).field("cache-status") ==
        "chalkline; fwd=miss");
  CHECK(origin.metric("chalkline_client_starved_total") == 1);
  CHECK(origin.metric("chalkline_prefetches_total") == 1);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (origin.metric("chalkline_pool_waiting") > 0 && std::chrono::steady_clock::now() < deadline)
    std::this_thread::yield();
  CHECK(client.fetch(origin.url("video/1/2.m4s")).field("cache-status") == "chalkline; hit");
  H2Answer old;
  while (old.field("age").empty() && std::chrono::steady_clock::now() < deadline) old = client.fetch(playlist);
  CHECK(old.field("age") == "1");
  const std::string lesson = "chalkline_rendition_bytes_total{lesson=\"" + origin.lesson.id + "\",rendition=\"";
  CHECK(origin.metric(lesson + "video/1\"}") == 400'000);
}
