// Every row of the API's table on the real server: roles, bodies that cannot be, preconditions, methods; and the
// OpenAPI document against the table, both ways.
#include <map>
#include <set>

#include <doctest/doctest.h>

#include "streamer/api/openapi.hpp"
#include "streamer/api/route_table.hpp"
#include "tests/http/api_client.hpp"

using namespace chalkline;
using namespace chalkline::tests;
using library::Role;
using streamer::ApiRoute;

namespace {

// The path with something in its holes that is there: the origin's lesson, its job; else what no library has.
std::string filled(const Origin& origin, const ApiRoute& route) {
  std::string path(route.path);
  for (const auto& [hole, value] : std::map<std::string, std::string>{{"{lesson}", origin.lesson.id}, {"{job}", "1"}})
    if (const std::size_t at = path.find(hole); at != std::string::npos) path.replace(at, hole.size(), value);
  if (const std::size_t at = path.find('{'); at != std::string::npos)
    path.replace(at, path.find('}') + 1 - at, "nothing");
  if (route.id == "searchLessons") path += "?q=water";
  if (route.id == "listLessons" || route.id == "listJobs") path += "?limit=1";
  return path;
}

bool changes(const ApiRoute& route) { return route.method != "GET"; }

}  // namespace

TEST_CASE("every route that wants a role refuses everybody below it") {
  Origin origin;
  ApiClient api(origin);
  const std::string unknown = "Authorization: Bearer ct_" + std::string(64, '0') + "\r\n";
  for (const ApiRoute& route : streamer::api_routes()) {
    CAPTURE(std::string(route.id));
    const std::string target = filled(origin, route);
    const Reply none = api.ask(route.method, target);
    CHECK(api.ask(route.method, target, unknown).status == 401);
    if (!route.role) {
      CHECK(none.status != 401);
      continue;
    }
    CHECK(none.status == 401);
    CHECK(none.field("www-authenticate") == "Bearer");
    CHECK(none.field("content-type") == "application/problem+json");
    CHECK(none.field("cache-control") == "no-store");
    for (int lower = 0; lower < static_cast<int>(*route.role); ++lower)
      CHECK(api.as(static_cast<Role>(lower), route.method, target).status == 403);
    // Events have no end; their head tells as much.
    const std::string_view method = route.reply == "Events" ? "HEAD" : route.method;
    const unsigned allowed = api.as(*route.role, method, target).status;
    CHECK(allowed != 401);
    CHECK(allowed != 403);
  }
}

TEST_CASE("every route that takes a body refuses what is no JSON, another type, and fields that it does not know") {
  Origin origin;
  ApiClient api(origin);
  for (const ApiRoute& route : streamer::api_routes()) {
    CAPTURE(std::string(route.id));
    const std::string target = filled(origin, route);
    const Role role = route.role.value_or(Role::kReader);
    const std::string lines = api.token(role) + "If-Match: *\r\n";
    if (route.body.empty()) {
      if (changes(route)) CHECK(api.ask(route.method, target, lines, "{}").status == 400);
      continue;
    }
    if (route.body == "Captions") {
      CHECK(api.ask(route.method, target, lines, "{}").status == 415);
      CHECK(api.ask(route.method, target, lines + "Content-Type: text/vtt\r\n", "{}").status == 422);
      continue;
    }
    if (route.body == "VisitLines") {
      CHECK(api.ask(route.method, target, lines, "{}").status == 415);
      continue;
    }
    CHECK(api.ask(route.method, target, lines, "{\"title\": ").status == 400);
    CHECK(api.ask(route.method, target, lines + "Content-Type: text/plain\r\n", "{}").status == 415);
    if (route.path.find("{node}") != std::string_view::npos) continue;  // there is none: 404 comes first
    const Reply reply = api.ask(route.method, target, lines, R"({"colour": "red"})");
    if (route.body == "Exchange") {
      CHECK(reply.status == 400);
      continue;
    }
    CHECK(reply.status == 422);
    const auto problem = json_of(reply);
    CHECK(problem["status"] == 422);
    bool named = false;
    for (const auto& fault : problem["errors"]) named = named || fault["pointer"] == "#/colour";
    CHECK(named);
  }
}

TEST_CASE("every route that changes what has a state wants to know which, and every query is known or refused") {
  Origin origin;
  ApiClient api(origin);
  for (const ApiRoute& route : streamer::api_routes()) {
    CAPTURE(std::string(route.id));
    const Role role = route.role.value_or(Role::kReader);
    const std::string target = filled(origin, route);
    const auto body = route.body.empty() ? nlohmann::json() : nlohmann::json::object();
    if (route.guard == streamer::Guard::kIfMatch) {
      const std::string type = route.body == "Captions" ? "Content-Type: text/vtt\r\n" : "";
      CHECK(api.as(role, route.method, target, body, {}, type).status == 428);
      const unsigned stale = api.as(role, route.method, target, body, "\"r999\"", type).status;
      // An empty body is looked at first where it cannot be a change at all; what is not there is 404.
      CHECK((stale == 412 || stale == 422 || stale == 404));
    }
    if (changes(route)) continue;
    const std::string unknown = target + (target.find('?') == std::string::npos ? "?" : "&") + "colour=red";
    CHECK(api.as(role, route.method, unknown).status == 400);
  }
}

TEST_CASE("other methods are told which there are, and other addresses are nowhere") {
  Origin origin;
  ApiClient api(origin);
  const Reply wrong = api.editor("PUT", "/api/v1/lessons");
  CHECK(wrong.status == 405);
  CHECK(wrong.field("allow") == "GET, HEAD, POST, OPTIONS");
  CHECK(api.editor("POST", "/api/v1/nothing").status == 404);
  CHECK(api.ask("GET", "/api/v1/nothing").status == 404);
  CHECK(api.ask("GET", "/api/v1/search").status == 400);
  const Reply head = api.ask("HEAD", "/api/v1/search?q=water");
  CHECK(head.status == 200);
  CHECK(std::stoul(head.field("content-length")) > 0);
}

TEST_CASE("the OpenAPI document has every route of the table, and nothing else") {
  Origin origin;
  ApiClient api(origin);
  const Reply reply = api.ask("GET", "/api/v1/openapi.json");
  CHECK(reply.status == 200);
  CHECK(reply.body == streamer::openapi_document());
  const auto document = json_of(reply);
  CHECK(document["openapi"] == "3.1.0");
  std::set<std::string> described;
  for (const auto& [path, item] : document["paths"].items())
    for (const auto& [method, operation] : item.items()) {
      std::string name = method;
      for (char& c : name) c = static_cast<char>(c & ~0x20);
      described.insert(name + " " + path);
    }
  std::set<std::string> routes;
  std::set<std::string> ids;
  for (const ApiRoute& route : streamer::api_routes()) {
    CAPTURE(std::string(route.id));
    routes.insert(std::string(route.method) + " " + std::string(route.path));
    CHECK(ids.insert(std::string(route.id)).second);
    for (const std::string_view schema : {route.body, route.reply})
      if (!schema.empty()) CHECK(document["components"]["schemas"].contains(std::string(schema)));
    if (route.replay != streamer::Replay::kNone) CHECK((route.role && route.method == "POST"));
  }
  CHECK(described == routes);
}
