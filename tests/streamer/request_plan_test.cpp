// What a request comes to before any object is looked at.
#include "streamer/delivery/request_plan.hpp"

#include <doctest/doctest.h>

#include "streamer/delivery/playlist_choice.hpp"

using namespace chalkline;
using namespace chalkline::streamer;

static RequestPlan plan(Method method, std::string_view target, std::string& storage, std::string_view expect = {}) {
  RequestHead head;
  head.method = method;
  head.target = target;
  head.expect = expect;
  return plan_request(head, storage, "X-Cors: y\r\n");
}

static unsigned refusal(Method method, std::string_view target, std::string_view expect = {}) {
  std::string storage;
  const RequestPlan made = plan(method, target, storage, expect);
  return made.response ? made.response->status : 0;
}

TEST_CASE("routes are matched by whole segments") {
  CHECK(match_route("/")->route->id == RouteId::kHome);
  CHECK(match_route("/watch/a")->parameters[0] == "a");
  CHECK(match_route("/l/a/multivariant.m3u8")->route->id == RouteId::kLessonPlaylist);
  CHECK(match_route("/browse/a")->parameters[0] == "a");
  CHECK(match_route("/browse")->route->id == RouteId::kLooseCourse);
  CHECK(match_route("/l/a/next.json")->route->id == RouteId::kLessonNext);
  CHECK(match_route("/l/a/index.json")->route->id == RouteId::kLessonIndex);
  CHECK(match_route("/v/0/a/b/c")->parameters[1] == "a/b/c");
  CHECK(match_route("/api/v1/lessons/a")->route->id == RouteId::kApiLesson);
  for (const char* path : {"", "//", "/watch", "/watch/", "/watch/a/b", "/l/a", "/l//index.json", "/v/0", "/v//a",
                           "/metrics/", "/api/v1/lessons/", "/assets/", "/healthzz"}) {
    CAPTURE(path);
    CHECK_FALSE(match_route(path));
  }
}

TEST_CASE("requests that cannot be about an object are answered at once") {
  CHECK(refusal(Method::kOther, "/") == 501);
  CHECK(refusal(Method::kGet, "/../x") == 400);
  CHECK(refusal(Method::kGet, "*") == 404);
  CHECK(refusal(Method::kGet, "/nothing/here") == 404);
  CHECK(refusal(Method::kPost, "/v/0/a") == 405);
  CHECK(refusal(Method::kDelete, "/api/v1/lessons") == 405);
  CHECK(refusal(Method::kOptions, "*") == 204);
  CHECK(refusal(Method::kOptions, "/v/0/a") == 204);
  CHECK(refusal(Method::kOptions, "/nothing") == 404);
  CHECK(refusal(Method::kGet, "/v/0/a", "100-Continue") == 0);
  CHECK(refusal(Method::kGet, "/v/0/a", "200-ok") == 417);
  CHECK(refusal(Method::kGet, "/v/0/a") == 0);
  CHECK(refusal(Method::kHead, "/") == 0);
}

TEST_CASE("an error under /api is a problem document") {
  std::string storage;
  const RequestPlan made = plan(Method::kGet, "/api/v2", storage);
  REQUIRE(made.response);
  CHECK(made.response->head.find("application/problem+json") != std::string::npos);
  CHECK(made.response->head.find("X-Cors: y") != std::string::npos);
}

TEST_CASE("playlist choices become one key in whatever order they come, and nonsense none") {
  std::string storage;
  CHECK(plan(Method::kGet, "/l/a/multivariant.m3u8?text=ar&audio=fr", storage).key ==
        "/l/a/multivariant.m3u8\naudio=fr&text=ar");
  CHECK(plan(Method::kGet, "/l/a/multivariant.m3u8?audio=fr&x=1&text=ar", storage).key ==
        "/l/a/multivariant.m3u8\naudio=fr&text=ar");
  CHECK(plan(Method::kGet, "/l/a/multivariant.m3u8?cachebuster=77", storage).key == "/l/a/multivariant.m3u8");
  CHECK(plan(Method::kGet, "/l/a/multivariant.m3u8?audio=%0a%0a&codec=mp3", storage).key == "/l/a/multivariant.m3u8");
  CHECK(plan(Method::kGet, "/v/0/a?audio=fr", storage).key == "/v/0/a");
}

TEST_CASE("a key is taken apart as it was made") {
  CHECK(split_key("/l/a/multivariant.m3u8\naudio=fr&text=ar").path == "/l/a/multivariant.m3u8");
  CHECK(split_key("/l/a/multivariant.m3u8\naudio=fr&text=ar").query == "audio=fr&text=ar");
  CHECK(split_key("/").query.empty());
}

TEST_CASE("a choice survives its canonical form") {
  const PlaylistChoice choice =
      parse_playlist_choice("rung=2&video=av1&max=804321&codec=aac&audio_kbps=16&text=zh-Hant&audio=pt-BR");
  CHECK(choice.audio == "pt-BR");
  CHECK(choice.max_bandwidth == 804'000);
  CHECK(choice.codec == Codec::kAacLc);
  CHECK(canonical_query(choice) == "audio=pt-BR&audio_kbps=16&codec=aac&max=804000&rung=2&text=zh-Hant&video=av1");
  CHECK(parse_playlist_choice(canonical_query(choice)) == choice);
  for (const char* video : {"video=h264", "video=hevc", "video=any"})
    CHECK(canonical_query(parse_playlist_choice(video)) == video);
  CHECK(parse_playlist_choice("max=5").max_bandwidth == 1000);
  CHECK(parse_playlist_choice("max=-5&rung=../x&audio=a_b").max_bandwidth == 0);
  CHECK(canonical_query(parse_playlist_choice("max=0&max=5&rung=a/b&audio=&audio_kbps=0&audio_kbps=1x&video=h265")) ==
        "");
}

static std::uint64_t suitable(std::string_view save_data, std::string_view ect, std::string_view downlink,
                              std::string_view rtt) {
  RequestHead head;
  head.save_data = save_data;
  head.ect = ect;
  head.downlink = downlink;
  head.rtt = rtt;
  return suitable_bandwidth(head);
}

TEST_CASE("what suits a link is the least of what its hints say, in a few steps") {
  CHECK(suitable("", "", "", "") == 0);
  CHECK(suitable("on", "", "", "") == 300'000);
  CHECK(suitable("off", "", "", "") == 0);
  CHECK(suitable("", "slow-2g", "", "") == 64'000);
  CHECK(suitable("", "2g", "", "") == 100'000);
  CHECK(suitable("", "3g", "", "") == 700'000);
  CHECK(suitable("on", "3g", "", "") == 300'000);
  CHECK(suitable("", "4g", "10", "50") == 0);
  CHECK(suitable("", "4g", "1.5", "50") == 0);
  CHECK(suitable("", "", "1.5", "50") == 700'000);
  CHECK(suitable("", "", "0.025", "") == 64'000);
  CHECK(suitable("", "", "5", "") == 0);
  CHECK(suitable("", "", "", "1400") == 100'000);
  CHECK(suitable("", "", "", "300") == 700'000);
  CHECK(suitable("", "4g", "", "300") == 0);
  CHECK(suitable("", "5g", "nan", "-1") == 0);
  CHECK(suitable("", "", "1e999", "x") == 0);
}

TEST_CASE("hints become part of a playlist's key where the query leaves it open") {
  RequestHead head;
  head.method = Method::kGet;
  head.ect = "2g";
  std::string storage;
  head.target = "/l/a/multivariant.m3u8";
  CHECK(plan_request(head, storage, "").key == "/l/a/multivariant.m3u8\nmax=100000");
  head.target = "/l/a/multivariant.m3u8?rung=1";
  CHECK(plan_request(head, storage, "").key == "/l/a/multivariant.m3u8\nrung=1");
  head.target = "/v/a/b";
  CHECK(plan_request(head, storage, "").key == "/v/a/b");
}
