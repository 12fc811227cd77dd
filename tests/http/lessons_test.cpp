// Documents about lessons: playlists with choices, pages, the API, and a new version taking over.
#include <chrono>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/http/client.hpp"
#include "tests/http/origin.hpp"

using namespace chalkline;
using namespace chalkline::tests;

static bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST_CASE("the lesson's playlist points into the published version and offers one audio codec") {
  Origin origin;
  const Reply reply = fetch(origin.port(), "/l/" + origin.lesson.id + "/multivariant.m3u8");
  CHECK(reply.status == 200);
  CHECK(reply.field("content-type") == "application/vnd.apple.mpegurl");
  CHECK(contains(reply.field("cache-control"), "max-age=10, stale-while-revalidate=60, stale-if-error="));
  CHECK(contains(reply.body, "/v/" + origin.lesson.version + "/video/0/playlist.m3u8"));
  CHECK(contains(reply.body, "audio/en-opus"));
  CHECK_FALSE(contains(reply.body, "mp4a"));
  CHECK(fetch(origin.port(), "/l/" + origin.lesson.id + "/multivariant.m3u8",
              "If-None-Match: " + reply.field("etag") + "\r\n")
            .status == 304);
}

TEST_CASE("a playlist obeys the choices in its query") {
  Origin origin;
  Client client(origin.port());
  const std::string target = "/l/" + origin.lesson.id + "/multivariant.m3u8";
  const Reply plain = client.get(target);
  const Reply french = client.get(target + "?audio=fr");
  CHECK(french.status == 200);
  CHECK(french.field("etag") != plain.field("etag"));
  const std::size_t at = french.body.find("LANGUAGE=\"fr\"");
  REQUIRE(at != std::string::npos);
  CHECK(contains(french.body.substr(at, french.body.find('\n', at) - at), "DEFAULT=YES"));
  const Reply aac = client.get(target + "?codec=aac");
  CHECK(contains(aac.body, "mp4a.40.2"));
  CHECK_FALSE(contains(aac.body, "opus"));
  const Reply rung = client.get(target + "?rung=1");
  CHECK(contains(rung.body, "video/1/"));
  CHECK_FALSE(contains(rung.body, "video/0/"));
  const Reply capped = client.get(target + "?max=1");
  CHECK((contains(capped.body, "video/0/") != contains(capped.body, "video/1/")));
  CHECK(client.get(target + "?audio=xx&rung=99").body == plain.body);
}

TEST_CASE("the lesson's index is the published version's") {
  Origin origin;
  const Reply reply = fetch(origin.port(), "/l/" + origin.lesson.id + "/index.json");
  CHECK(reply.status == 200);
  CHECK(reply.body == origin.stored("index.json"));
  CHECK(contains(reply.field("cache-control"), "max-age=10"));
}

TEST_CASE("the watch page carries the lesson's facts, escaped, and is compressed on demand") {
  Origin origin;
  Client client(origin.port());
  const std::string target = "/watch/" + origin.lesson.id;
  const Reply page = client.get(target);
  CHECK(page.status == 200);
  CHECK(page.field("content-type") == "text/html; charset=utf-8");
  CHECK(contains(page.body, "Water &amp; &quot;life&quot;"));
  CHECK(contains(page.body, "/l/" + origin.lesson.id + "/multivariant.m3u8"));
  CHECK_FALSE(contains(page.body, "{{"));
  const std::string mark = "<script type=\"application/json\" id=\"lesson\">";
  const std::size_t start = page.body.find(mark);
  REQUIRE(start != std::string::npos);
  const std::size_t begin = start + mark.size();
  const auto facts = nlohmann::json::parse(page.body.substr(begin, page.body.find("</script>", begin) - begin));
  CHECK(facts["title"] == "Water & \"life\"");
  CHECK(facts["base"] == "/v/" + origin.lesson.version + "/");
  CHECK(facts["renditions"].size() == 5);
  CHECK(facts["text"][0]["path"] == "text/sw/captions.vtt");
  CHECK(facts["chapters"][1]["start_ms"] == 4000);
  const Reply brotli = client.get(target, "Accept-Encoding: gzip, br\r\n");
  CHECK(brotli.field("content-encoding") == "br");
  CHECK(brotli.body.size() < page.body.size());
}

TEST_CASE("the home page lists the lessons") {
  Origin origin;
  const Reply page = fetch(origin.port(), "/");
  CHECK(page.status == 200);
  CHECK(contains(page.body, "<a href=\"/watch/" + origin.lesson.id + "\">Water &amp; &quot;life&quot;</a>"));
}

TEST_CASE("lessons that are not there are 404 everywhere") {
  Origin origin;
  Client client(origin.port());
  for (const char* target :
       {"/watch/nothing", "/l/nothing/multivariant.m3u8", "/l/nothing/index.json", "/api/v1/lessons/nothing"}) {
    CAPTURE(target);
    CHECK(client.get(target).status == 404);
  }
  CHECK(client.get("/api/v1/lessons/nothing").field("content-type") == "application/problem+json");
}

TEST_CASE("a lesson without a version says so, and appears by itself when it has one") {
  Origin origin;
  library::NewLesson wanted;
  wanted.title = "Later";
  const auto created = origin.library().catalogue->create(wanted);
  REQUIRE(created);
  Client client(origin.port());
  const Reply page = client.get("/watch/" + created->id);
  CHECK(page.status == 404);
  CHECK(contains(page.body, "being prepared"));
  CHECK(page.field("cache-control") == "no-store");
  CHECK(client.get("/l/" + created->id + "/multivariant.m3u8").status == 404);
  CHECK(contains(client.get("/api/v1/lessons").body, created->id));
  origin.publish("Later", 100, created->id);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  unsigned status = 404;
  while (status != 200 && std::chrono::steady_clock::now() < deadline)
    status = client.get("/watch/" + created->id).status;
  CHECK(status == 200);
  CHECK(client.get("/l/" + created->id + "/multivariant.m3u8").status == 200);
}

TEST_CASE("a new version takes over while the old one stays readable") {
  Origin origin;
  Client client(origin.port());
  const std::string target = "/l/" + origin.lesson.id + "/multivariant.m3u8";
  const std::string before = client.get(target).field("etag");
  const PublishedLesson next = origin.publish("Water & \"life\"", 500, origin.lesson.id);
  REQUIRE(next.version != origin.lesson.version);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  Reply reply;
  do reply = client.get(target);
  while (!contains(reply.body, next.version) && std::chrono::steady_clock::now() < deadline);
  CHECK(contains(reply.body, next.version));
  CHECK(reply.field("etag") != before);
  CHECK(client.get(origin.url(Origin::kSmall)).status == 200);
  CHECK(client.get("/v/" + next.version + "/" + Origin::kSmall).status == 200);
}

TEST_CASE("the API tells lessons and jobs as JSON and is never cached") {
  Origin origin;
  Client client(origin.port());
  const Reply lessons = client.get("/api/v1/lessons");
  CHECK(lessons.field("content-type") == "application/json");
  CHECK(lessons.field("cache-control") == "no-store");
  const auto list = nlohmann::json::parse(lessons.body);
  REQUIRE(list["lessons"].size() == 1);
  CHECK(list["lessons"][0]["id"] == origin.lesson.id);
  CHECK(list["lessons"][0]["version"] == origin.lesson.version);
  const auto one = nlohmann::json::parse(client.get("/api/v1/lessons/" + origin.lesson.id).body);
  CHECK(one["duration_ms"] == 8000);
  CHECK(one["renditions"][0]["kind"] == "video");
  const auto jobs = nlohmann::json::parse(client.get("/api/v1/jobs").body);
  REQUIRE(jobs["jobs"].size() == 1);
  CHECK(jobs["jobs"][0]["state"] == "published");
  CHECK(jobs["jobs"][0]["failure"].is_null());
}

TEST_CASE("health, readiness and metrics answer") {
  Origin origin;
  Client client(origin.port());
  CHECK(client.get("/healthz").body == "ok\n");
  CHECK(client.get("/readyz").body == "ready\n");
  client.get(origin.url(Origin::kSmall));
  client.get(origin.url(Origin::kSmall));
  const Reply metrics = client.get("/metrics");
  CHECK(metrics.field("content-type") == "text/plain; version=0.0.4; charset=utf-8");
  CHECK(origin.metric("chalkline_cache_lookups_total{result=\"miss\"}") == 1);
  CHECK(origin.metric("chalkline_cache_lookups_total{result=\"hit\"}") == 1);
  CHECK(origin.metric("chalkline_body_bytes_total") > static_cast<std::int64_t>(2 * Origin::kSmallBytes));
}

TEST_CASE("another site learns by oEmbed how to show a lesson in a frame") {
  config::Config config = Origin::usual_config();
  config.server.base_url = "https://video.example";
  Origin origin(config);
  Client client(origin.port());
  const std::string found = client.get("/watch/" + origin.lesson.id).field("link");
  const std::string page = "https%3A%2F%2Fvideo.example%2Fwatch%2F" + origin.lesson.id;
  CHECK(found ==
        "<https://video.example/oembed?url=" + page + ">; rel=\"alternate\"; type=\"application/json+oembed\"");
  CHECK(client.get("/embed/" + origin.lesson.id).field("link").empty());
  const Reply reply = client.get("/oembed?format=json&url=" + page);
  CHECK(reply.status == 200);
  CHECK(reply.field("content-type") == "application/json");
  const auto json = nlohmann::json::parse(reply.body);
  CHECK(json["version"] == "1.0");
  CHECK(json["type"] == "video");
  CHECK(json["title"] == "Water & \"life\"");
  CHECK(json["width"] == 640);
  CHECK(json["height"] == 560);
  const std::string html = json["html"];
  CHECK(contains(html, "src=\"https://video.example/embed/" + origin.lesson.id + "\""));
  CHECK(contains(html, "title=\"Water &amp; &quot;life&quot;\""));
  const auto small = nlohmann::json::parse(client.get("/oembed?maxwidth=320&maxheight=300&url=" + page).body);
  CHECK(small["width"] == 320);
  CHECK(small["height"] == 300);
  CHECK(contains(std::string(small["html"]), "width=\"320\" height=\"300\""));
  // The address by which a browser came in, and the path alone.
  for (const std::string& url :
       {"http%3A%2F%2Ftest%2Fembed%2F" + origin.lesson.id + "%3Ft%3D3", "%2Fwatch%2F" + origin.lesson.id})
    CHECK(nlohmann::json::parse(client.get("/oembed?url=" + url).body)["html"] == html);
}

TEST_CASE("oEmbed refuses what is no lesson of this server") {
  Origin origin;
  library::NewLesson draft;
  draft.title = "Draft";
  draft.state = library::LessonState::kDraft;
  const auto hidden = origin.library().catalogue->create(draft);
  REQUIRE(hidden);
  Client client(origin.port());
  const std::string id = origin.lesson.id;
  CHECK(nlohmann::json::parse(client.get("/oembed?url=http://test/watch/" + id).body)["provider_url"] ==
        "http://test/");
  CHECK(client.get("/watch/" + id).field("link") ==
        "</oembed?url=%2Fwatch%2F" + id + ">; rel=\"alternate\"; type=\"application/json+oembed\"");
  CHECK(client.get("/oembed").status == 400);
  CHECK(client.get("/oembed?url=").status == 400);
  CHECK(client.get("/oembed?format=xml&url=http://test/watch/" + id).status == 501);
  for (const std::string& url :
       {"http://elsewhere.example/watch/" + id, std::string("http://test/watch/nothing"),
        "http://test/watch/" + hidden->id, "ftp://test/watch/" + id, std::string("http://test/"), "http://test/v/" + id,
        "http://user@test/watch/" + id, "http:///watch/" + id, std::string("javascript:alert(1)"),
        "http://test%22/watch/" + id, "http://te%20st/watch/" + id}) {
    CAPTURE(url);
    CHECK(client.get("/oembed?url=" + url).status == 404);
  }
}
