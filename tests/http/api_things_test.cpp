// Curriculum, jobs, tokens, audit log, import and export through the API on the real server.
#include <filesystem>

#include <doctest/doctest.h>

#include "core/file.hpp"
#include "tests/http/api_client.hpp"

using namespace chalkline;
using namespace chalkline::tests;
using library::Role;

TEST_CASE("the curriculum is built, changed and taken down, and a course put in order") {
  Origin origin;
  ApiClient api(origin);
  const std::string nodes = "/api/v1/curriculum";
  REQUIRE(api.editor("POST", nodes, {{"kind", "country"}, {"title", "Kenya"}}).status == 201);
  const Reply course = api.editor("POST", nodes, {{"kind", "course"}, {"title", "Numbers"}, {"parent", "kenya"}});
  REQUIRE(course.status == 201);
  CHECK(api.editor("POST", nodes, {{"kind", "grade"}, {"title", "X"}, {"parent", "numbers"}}).status == 422);
  CHECK(api.editor("POST", nodes, {{"kind", "course"}, {"title", "X"}, {"id", "numbers"}}).status == 409);
  CHECK(json_of(fetch(origin.port(), nodes + "?kind=course"))["nodes"][0]["parent"] == "kenya");
  CHECK(json_of(fetch(origin.port(), nodes + "?parent=-"))["nodes"].size() == 1);
  CHECK(json_of(fetch(origin.port(), "/api/v1/courses?parent=kenya"))["nodes"].size() == 1);
  CHECK(fetch(origin.port(), nodes + "?kind=planet").status == 400);

  for (const char* title : {"A", "B"})
    REQUIRE(api.editor("POST", "/api/v1/lessons", {{"title", title}, {"course_id", "numbers"}, {"state", "published"}})
                .status == 201);
  const std::string order = "/api/v1/courses/numbers/order";
  CHECK(api.editor("PUT", order, {{"lessons", {"b", "none"}}}, course.field("etag")).status == 422);
  const Reply ordered = api.editor("PUT", order, {{"lessons", {"b", "a"}}}, course.field("etag"));
  REQUIRE(ordered.status == 200);
  CHECK(api.editor("PUT", order, {{"lessons", {"a", "b"}}}, course.field("etag")).status == 412);
  CHECK(json_of(fetch(origin.port(), "/api/v1/courses/numbers/lessons"))["lessons"][0]["id"] == "b");
  CHECK(fetch(origin.port(), "/api/v1/courses/kenya/lessons").status == 404);

  const Reply renamed = api.editor("PATCH", nodes + "/numbers", {{"title", "Algebra"}}, ordered.field("etag"));
  REQUIRE(renamed.status == 200);
  CHECK(json_of(fetch(origin.port(), "/api/v1/lessons/a"))["course"] == "Algebra");
  CHECK(api.editor("PATCH", nodes + "/numbers", {{"kind", "subject"}}, renamed.field("etag")).status == 422);
  CHECK(api.editor("DELETE", nodes + "/numbers", nullptr, "*").status == 409);
  REQUIRE(api.editor("POST", nodes, {{"kind", "subject"}, {"title", "Empty"}}).status == 201);
  CHECK(api.editor("DELETE", nodes + "/empty", nullptr, "*").status == 204);
  CHECK(fetch(origin.port(), nodes + "/empty").status == 404);
}

TEST_CASE("jobs are cancelled, queued again and put before others") {
  Origin origin;
  ApiClient api(origin);
  REQUIRE(api.editor("POST", "/api/v1/lessons", {{"title", "New"}}).status == 201);
  const auto inside = origin.library().root / "incoming" / "x";
  std::filesystem::create_directories(inside);
  REQUIRE(write_file(inside / "a.mp4", "video"));
  const library::Job job = origin.library().jobs->enqueue({"new", "incoming/x/a.mp4", "a.mp4", {}, 3}).value();
  const std::string address = "/api/v1/jobs/" + std::to_string(job.id);
  const auto ask = [&](const std::string& method, const std::string& below, const nlohmann::json& body = nullptr) {
    return api.as(Role::kOperator, method, address + below, body);
  };
  CHECK(json_of(ask("PATCH", "", {{"priority", 7}}))["priority"] == 7);
  CHECK(ask("PATCH", "", {{"priority", 101}}).status == 422);
  CHECK(ask("POST", "/retry").status == 409);
  CHECK(json_of(ask("POST", "/cancel"))["state"] == "cancelled");
  CHECK(ask("POST", "/cancel").status == 409);
  CHECK(json_of(ask("POST", "/retry"))["state"] == "queued");
  CHECK(ask("POST", "/cancel").status == 200);
  std::filesystem::remove_all(inside);
  CHECK(ask("POST", "/retry").status == 409);
  CHECK(api.as(Role::kOperator, "POST", "/api/v1/jobs/999/cancel").status == 404);
  CHECK(api.as(Role::kOperator, "GET", "/api/v1/jobs/x").status == 404);
  const auto queued = json_of(api.as(Role::kReader, "GET", "/api/v1/jobs?state=cancelled&lesson=new"));
  REQUIRE(queued["jobs"].size() == 1);
  CHECK(queued["next"].is_null());
}

TEST_CASE("an admin makes and ends tokens, and the log says who did what without a secret in it") {
  Origin origin;
  ApiClient api(origin);
  const nlohmann::json wanted = {{"label", "studio"}, {"role", "editor"}};
  const Reply made = api.as(Role::kAdmin, "POST", "/api/v1/tokens", wanted);
  REQUIRE(made.status == 201);
  const std::string secret = json_of(made)["secret"];
  const std::string line = "Authorization: Bearer " + secret + "\r\n";
  CHECK(api.ask("POST", "/api/v1/lessons", line, R"({"title": "Mine"})").status == 201);
  const std::string id = json_of(made)["id"];
  CHECK(api.as(Role::kAdmin, "GET", "/api/v1/tokens").body.find(secret) == std::string::npos);
  CHECK(api.as(Role::kAdmin, "DELETE", "/api/v1/tokens/" + id).status == 204);
  CHECK(api.as(Role::kAdmin, "DELETE", "/api/v1/tokens/" + id).status == 404);
  CHECK(api.ask("POST", "/api/v1/lessons", line, R"({"title": "Mine"})").status == 401);
  CHECK(api.as(Role::kAdmin, "POST", "/api/v1/tokens", {{"label", "x"}, {"role", "king"}}).status == 422);
  CHECK(
      api.as(Role::kAdmin, "POST", "/api/v1/tokens", {{"label", "x"}, {"role", "editor"}, {"expires_ms", 1}}).status ==
      422);

  const Reply log = api.as(Role::kAdmin, "GET", "/api/v1/audit?limit=2");
  CHECK(log.body.find(secret) == std::string::npos);
  const auto entries = json_of(log)["entries"];
  REQUIRE(entries.size() == 2);
  CHECK(entries[0]["action"] == "token.revoke");
  CHECK(entries[0]["remote"] == "127.0.0.1");
  CHECK(entries[1]["action"] == "lesson.create");
  CHECK(entries[1]["who"] == "token " + id + " (studio)");
  const std::string next = json_of(log)["next"];
  CHECK(json_of(api.as(Role::kAdmin, "GET", "/api/v1/audit?cursor=" + next))["entries"][0]["action"] == "token.create");
}

TEST_CASE("what is exported comes in again as it was, as CSV and as JSON") {
  Origin origin;
  ApiClient api(origin);
  const std::string csv =
      "title,country,subject,course,tags,title:ar\r\nFractions,Kenya,Maths,Numbers,a;b,الكسور\r\n\"A, "
      "\"\"b\"\"\",,,,,\r\n";
  const std::string lines = api.token(Role::kEditor) + "Content-Type: text/csv; charset=utf-8\r\n";
  const Reply report = api.ask("POST", "/api/v1/import", lines, csv);
  REQUIRE(report.status == 200);
  CHECK(json_of(report) == nlohmann::json({{"created", 2}, {"updated", 0}, {"nodes_created", 3}}));
  const std::string json = api.as(Role::kReader, "GET", "/api/v1/export").body;
  const Reply out = api.as(Role::kReader, "GET", "/api/v1/export?format=csv");
  CHECK(out.field("content-type").starts_with("text/csv"));
  CHECK(api.ask("POST", "/api/v1/import", lines, out.body).status == 200);
  CHECK(api.as(Role::kReader, "GET", "/api/v1/export").body == json);
  CHECK(api.ask("POST", "/api/v1/import", api.token(Role::kEditor), json).status == 200);
  CHECK(api.as(Role::kReader, "GET", "/api/v1/export").body == json);

  const Reply refused = api.ask("POST", "/api/v1/import", lines, "title,state\nA,draft\nB,gone\n");
  CHECK(refused.status == 422);
  CHECK(json_of(refused)["errors"][0]["pointer"] == "#/lessons/1/state");
  CHECK(json_of(refused)["detail"].get<std::string>().find("line 3") != std::string::npos);
  CHECK(api.ask("POST", "/api/v1/import", lines, "colour\nred\n").status == 400);
  CHECK(api.as(Role::kReader, "GET", "/api/v1/export").body == json);
}

TEST_CASE("an admin makes hooks, sees what they were told, turns them off and removes them") {
  Origin origin;
  ApiClient api(origin);
  const auto admin = [&](const std::string& method, const std::string& below, const nlohmann::json& body = nullptr) {
    return api.as(Role::kAdmin, method, "/api/v1/hooks" + below, body);
  };
  for (const char* url :
       {"", "ftp://a.example", "a.example", "https://user@a.example/", "https://a.example/#x", "https://a b/"})
    CHECK_MESSAGE(admin("POST", "", {{"url", url}}).status == 422, url);
  CHECK(admin("POST", "", {{"url", "https://a.example"}, {"events", {"lesson.eaten"}}}).status == 422);
  const Reply made = admin("POST", "", {{"url", "https://a.example/x?y=1"}, {"events", {"lesson.withdrawn"}}});
  REQUIRE(made.status == 201);
  const std::string id = json_of(made)["id"];
  CHECK(made.field("location") == "/api/v1/hooks/" + id);
  CHECK(json_of(made)["secret"].get<std::string>().starts_with("whsec_"));
  CHECK_FALSE(json_of(admin("GET", "/" + id)).contains("secret"));
  for (const char* state : {"withdrawn", "published"})
    REQUIRE(api.editor("PATCH", "/api/v1/lessons/" + origin.lesson.id, {{"state", state}}, "*").status == 200);
  const auto told = json_of(admin("GET", "/" + id + "/deliveries?state=waiting"))["deliveries"];
  REQUIRE(told.size() == 1);
  CHECK(told[0]["event"] == "lesson.withdrawn");
  CHECK(told[0]["lesson"] == origin.lesson.id);
  const std::string retry = "/" + id + "/deliveries/" + std::to_string(told[0]["id"].get<int>()) + "/retry";
  CHECK(admin("POST", retry).status == 409);
  CHECK(admin("POST", "/" + id + "/deliveries/x/retry").status == 404);
  CHECK(admin("GET", "/" + id + "/deliveries?state=eaten").status == 400);
  CHECK(json_of(admin("PATCH", "/" + id, {{"enabled", false}}))["enabled"] == false);
  CHECK(admin("PATCH", "/" + id, {{"enabled", "no"}}).status == 422);
  CHECK(admin("PATCH", "/nothing", {{"enabled", true}}).status == 404);
  REQUIRE(origin.library().hooks->configure({"https://b.example/"}));
  const std::string configured = json_of(admin("GET", ""))["hooks"][1]["id"];
  CHECK(admin("DELETE", "/" + configured).status == 409);
  CHECK(admin("DELETE", "/" + id).status == 204);
  CHECK(admin("GET", "/" + id).status == 404);
  const std::string log = api.as(Role::kAdmin, "GET", "/api/v1/audit?limit=200").body;
  for (const char* action : {"hook.create", "hook.off", "hook.remove"})
    CHECK_MESSAGE(log.find(action) != std::string::npos, action);
  CHECK(log.find("whsec_") == std::string::npos);
}
