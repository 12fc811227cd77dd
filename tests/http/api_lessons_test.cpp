// Lessons through the API on the real server: their life, what learners see of it, two editors at once, requests that
// are sent again, versions, search.
#include <chrono>
#include <set>

#include <doctest/doctest.h>

#include "tests/http/api_client.hpp"

using namespace chalkline;
using namespace chalkline::tests;
using library::Role;

// Waits until learners are answered so: what the catalogue says is believed for a second.
static bool answers(Origin& origin, const std::string& target, unsigned status) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (std::chrono::steady_clock::now() < deadline)
    if (fetch(origin.port(), target).status == status) return true;
  return false;
}

TEST_CASE("a lesson is made, read, changed and taken away, and drafts are for those who have a token") {
  Origin origin;
  ApiClient api(origin);
  const Reply made = api.editor("POST", "/api/v1/lessons",
                                {{"title", "Sehemu"},
                                 {"language", "sw"},
                                 {"tags", {"b", "a"}},
                                 {"texts", {{{"language", "en"}, {"title", "Fractions"}}}}});
  REQUIRE(made.status == 201);
  CHECK(made.field("location") == "/api/v1/lessons/sehemu");
  const std::string etag = made.field("etag");
  CHECK(json_of(made)["state"] == "draft");
  CHECK(json_of(made)["tags"] == nlohmann::json({"a", "b"}));

  CHECK(fetch(origin.port(), "/api/v1/lessons/sehemu").status == 404);
  CHECK(fetch(origin.port(), "/api/v1/lessons").body.find("sehemu") == std::string::npos);
  CHECK(fetch(origin.port(), "/api/v1/lessons?limit=9").body.find("sehemu") == std::string::npos);
  CHECK(api.as(Role::kReader, "GET", "/api/v1/lessons").body.find("sehemu") != std::string::npos);
  const Reply read = api.as(Role::kReader, "GET", "/api/v1/lessons/sehemu");
  CHECK(read.field("etag") == etag);
  CHECK(api.as(Role::kReader, "GET", "/api/v1/lessons/sehemu", nullptr, "", "If-None-Match: " + etag + "\r\n").status ==
        304);

  const Reply changed =
      api.editor("PATCH", "/api/v1/lessons/sehemu", {{"state", "published"}, {"tags", nullptr}}, etag);
  REQUIRE(changed.status == 200);
  CHECK(json_of(changed)["tags"].empty());
  CHECK(json_of(changed)["texts"][0]["title"] == "Fractions");
  CHECK(answers(origin, "/api/v1/lessons/sehemu", 200));
  CHECK(api.editor("DELETE", "/api/v1/lessons/sehemu", nullptr, changed.field("etag")).status == 204);
  CHECK(api.editor("GET", "/api/v1/lessons/sehemu").status == 404);
  CHECK(api.editor("DELETE", "/api/v1/lessons/sehemu", nullptr, "*").status == 404);
}

TEST_CASE("learners meet neither a draft nor a withdrawn lesson, anywhere") {
  Origin origin;
  ApiClient api(origin);
  const std::string id = origin.lesson.id;
  const std::string address = "/api/v1/lessons/" + id;
  for (const char* state : {"withdrawn", "published", "draft"}) {
    CAPTURE(state);
    const std::string etag = api.editor("GET", address).field("etag");
    REQUIRE(api.editor("PATCH", address, {{"state", state}}, etag).status == 200);
    const bool seen = std::string(state) == "published";
    for (const std::string& target :
         {"/watch/" + id, "/l/" + id + "/multivariant.m3u8", "/l/" + id + "/index.json", address}) {
      CAPTURE(target);
      CHECK(answers(origin, target, seen ? 200 : 404));
    }
    CHECK((fetch(origin.port(), "/api/v1/lessons").body.find(id) != std::string::npos) == seen);
    CHECK((fetch(origin.port(), "/api/v1/search?q=water").body.find(id) != std::string::npos) == seen);
  }
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (fetch(origin.port(), "/").body.find(id) != std::string::npos && std::chrono::steady_clock::now() < deadline) {
  }
  CHECK(fetch(origin.port(), "/").body.find(id) == std::string::npos);
  CHECK(json_of(api.editor("GET", "/api/v1/lessons?state=draft"))["lessons"].size() == 1);
  CHECK(fetch(origin.port(), "/api/v1/lessons?state=draft").status == 400);
}

TEST_CASE("today's answers keep their fields, with a token too") {
  Origin origin;
  ApiClient api(origin);
  const auto today = json_of(fetch(origin.port(), "/api/v1/lessons/" + origin.lesson.id));
  const auto managed = json_of(api.as(Role::kReader, "GET", "/api/v1/lessons/" + origin.lesson.id));
  for (const auto& field : today.items()) {
    CAPTURE(field.key());
    CHECK(managed[field.key()] == field.value());
  }
  const auto job = json_of(fetch(origin.port(), "/api/v1/jobs"))["jobs"][0];
  CHECK(json_of(fetch(origin.port(), "/api/v1/jobs?state=published"))["jobs"][0] == job);
  CHECK(json_of(api.as(Role::kReader, "GET", "/api/v1/jobs/1")) == job);
}

TEST_CASE("of two editors of one state the second is told to read again") {
  Origin origin;
  ApiClient api(origin);
  const std::string address = "/api/v1/lessons/" + origin.lesson.id;
  const std::string etag = api.editor("GET", address).field("etag");
  CHECK(api.editor("PATCH", address, {{"title", "First"}}, etag).status == 200);
  const Reply second = api.editor("PATCH", address, {{"title", "Second"}}, etag);
  CHECK(second.status == 412);
  CHECK(api.editor("DELETE", address, nullptr, etag).status == 412);
  CHECK(json_of(api.editor("GET", address))["title"] == "First");
  CHECK(api.editor("PATCH", address, {{"title", "Third"}}, "\"r1\", *").status == 200);
}

TEST_CASE("bad fields are named, and an id that is taken is a conflict") {
  Origin origin;
  ApiClient api(origin);
  const auto pointer = [&](const nlohmann::json& body) {
    const Reply reply = api.editor("POST", "/api/v1/lessons", body);
    CHECK(reply.status == 422);
    return json_of(reply)["errors"][0]["pointer"].get<std::string>();
  };
  CHECK(pointer({{"language", "sw"}}) == "#/title");
  CHECK(pointer({{"title", 5}}) == "#/title");
  CHECK(pointer({{"title", "A"}, {"position", 1.5}}) == "#/position");
  CHECK(pointer({{"title", "A"}, {"state", "gone"}}) == "#/state");
  CHECK(pointer({{"title", "A"}, {"texts", {{{"language", "!"}, {"title", "B"}}}}}) == "#/texts/0/language");
  CHECK(pointer({{"title", "A"}, {"texts", {{{"language", "fr"}, {"title", "B"}, {"a/b", 1}}}}}) == "#/texts/0/a~1b");
  CHECK(pointer(nlohmann::json::array()) == "#");
  CHECK(api.editor("POST", "/api/v1/lessons", {{"title", "A"}, {"course_id", "none"}}).status == 422);
  CHECK(api.editor("POST", "/api/v1/lessons", {{"title", "A"}, {"id", origin.lesson.id}}).status == 409);
}

TEST_CASE("a request with an Idempotency-Key that is sent again is answered again and does nothing more") {
  Origin origin;
  ApiClient api(origin);
  const std::string key = "Idempotency-Key: 7f3a\r\n";
  const Reply first = api.editor("POST", "/api/v1/lessons", {{"title", "Once"}}, "", key);
  REQUIRE(first.status == 201);
  CHECK(first.field("idempotency-replayed").empty());
  const Reply again = api.editor("POST", "/api/v1/lessons", {{"title", "Once"}}, "", key);
  CHECK(again.status == 201);
  CHECK(again.body == first.body);
  CHECK(again.field("location") == first.field("location"));
  CHECK(again.field("etag") == first.field("etag"));
  CHECK(again.field("idempotency-replayed") == "true");
  CHECK(api.editor("POST", "/api/v1/lessons", {{"title", "Other"}}, "", key).status == 422);
  CHECK(api.editor("POST", "/api/v1/curriculum", {{"title", "Once"}, {"kind", "course"}}, "", key).status == 422);
  CHECK(api.as(Role::kAdmin, "POST", "/api/v1/lessons", {{"title", "Once"}}, "", key).status == 201);  // its own key
  // What failed may be tried again under its key.
  const std::string other = "Idempotency-Key: 8\r\n";
  CHECK(api.editor("POST", "/api/v1/lessons", {{"title", ""}}, "", other).status == 422);
  CHECK(api.editor("POST", "/api/v1/lessons", {{"title", "Twice"}}, "", other).status == 201);
  CHECK(json_of(api.editor("GET", "/api/v1/search?q=once"))["lessons"].size() == 2);
}

TEST_CASE("versions are kept, and a lesson goes back to one on the real server") {
  Origin origin;
  ApiClient api(origin);
  const std::string address = "/api/v1/lessons/" + origin.lesson.id;
  const PublishedLesson next = origin.publish("Water & \"life\"", 500, origin.lesson.id);
  const Reply versions = api.as(Role::kReader, "GET", address + "/versions");
  const auto list = json_of(versions)["versions"];
  REQUIRE(list.size() == 2);
  CHECK(list[0]["version"] == next.version);
  CHECK(list[0]["current"] == true);
  const std::string etag = versions.field("etag");
  const nlohmann::json back = {{"version", origin.lesson.version}};
  CHECK(api.editor("POST", address + "/rollback", {{"version", std::string(64, '0')}}, etag).status == 422);
  CHECK(api.editor("POST", address + "/rollback", back, "\"r99\"").status == 412);
  const Reply done = api.editor("POST", address + "/rollback", back, etag);
  REQUIRE(done.status == 200);
  CHECK(json_of(done)["version"] == origin.lesson.version);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  Reply playlist;
  do playlist = fetch(origin.port(), "/l/" + origin.lesson.id + "/multivariant.m3u8");
  while (playlist.body.find(origin.lesson.version) == std::string::npos && std::chrono::steady_clock::now() < deadline);
  CHECK(playlist.body.find(origin.lesson.version) != std::string::npos);
}

TEST_CASE("lists and searches come in pages") {
  Origin origin;
  ApiClient api(origin);
  for (int i = 0; i < 5; ++i)
    REQUIRE(api.editor("POST", "/api/v1/lessons",
                       {{"title", "Number " + std::to_string(i)}, {"state", "published"}, {"tags", {"数学"}}})
                .status == 201);
  for (const std::string base : {"/api/v1/lessons?tag=%E6%95%B0%E5%AD%A6", "/api/v1/search?q=num+%E5%AD%A6"}) {
    std::set<std::string> seen;
    std::string cursor;
    int pages = 0;
    do {
      const auto page = json_of(fetch(origin.port(), base + "&limit=2" + cursor));
      for (const auto& lesson : page["lessons"]) CHECK(seen.insert(lesson["id"]).second);
      cursor = page["next"].is_null() ? "" : "&cursor=" + page["next"].get<std::string>();
      ++pages;
    } while (!cursor.empty() && pages < 9);
    CHECK(seen.size() == 5);
    CHECK(pages == 3);
  }
  for (const char* wrong : {"limit=0", "limit=201", "limit=x", "cursor=x", "limit=1&limit=2", "tag=%zz"})
    CHECK(fetch(origin.port(), "/api/v1/lessons?" + std::string(wrong)).status == 400);
}
