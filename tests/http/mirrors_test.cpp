// Mirrors that register on the real server: who may, what they may say, whose a name is; and the visits that they send
// on, each once.
#include <ctime>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "core/file.hpp"
#include "library/report_spool.hpp"
#include "streamer/delivery/steering.hpp"
#include "tests/http/api_client.hpp"

using namespace chalkline;
using namespace chalkline::tests;
using library::Role;

namespace {

const std::string kMirrors = "/api/v1/mirrors";
const std::string kSchool = kMirrors + "/school-kisumu";

nlohmann::json said() {
  return {{"address", "https://mirror.school.example"},
          {"networks", {"10.1.0.0/16", "2001:db8:1::/48"}},
          {"version", "0.9.0"},
          {"serial", 17},
          {"stale_since_ms", nullptr},
          {"lessons", 40},
          {"stored_bytes", 3'000'000},
          {"disk_bytes", 20'000'000},
          {"served_bytes", 9'000'000},
          {"fetched_bytes", 4'000'000},
          {"interval_s", 300}};
}

const std::string kVisit =
    R"({"lesson":"falling","engine":"own","start_ms":4200,"played_ms":61000,"stalls":1,"stalled_ms":800,)"
    R"("held_ms":0,"bytes":420000,"errors":0,"rungs":[{"lines":360,"ms":60000},{"lines":0,"ms":1000}]})"
    "\n";

config::Config reporting() {
  config::Config config = Origin::usual_config();
  config.learners.reports = true;
  return config;
}

std::string today() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  ::gmtime_r(&now, &utc);
  char text[16];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%d", &utc)};
}

std::string visits_at(std::size_t offset, const std::string& day = today()) {
  return kSchool + "/visits/" + day + "?offset=" + std::to_string(offset);
}

Reply send(ApiClient& api, const std::string& target, const std::string& lines) {
  return api.ask("POST", target, api.token(Role::kMirror) + "Content-Type: application/x-ndjson\r\n", lines);
}

}  // namespace

TEST_CASE("a mirror says how it is, and whoever may read is told, with what it saved") {
  Origin origin;
  ApiClient api(origin);
  CHECK(json_of(api.as(Role::kReader, "GET", kMirrors))["mirrors"].empty());
  const Reply made = api.as(Role::kMirror, "PUT", kSchool, said());
  REQUIRE(made.status == 200);
  nlohmann::json more = said();
  more["served_bytes"] = 12'000'000;
  more["stale_since_ms"] = 1'795'694'400'000;
  CHECK(api.as(Role::kMirror, "PUT", kSchool, more).status == 200);
  const auto mirrors = json_of(api.as(Role::kReader, "GET", kMirrors))["mirrors"];
  REQUIRE(mirrors.size() == 1);
  const auto& mirror = mirrors[0];
  CHECK(mirror["name"] == "school-kisumu");
  CHECK(mirror["networks"] == said()["networks"]);
  CHECK(mirror["saved_bytes"] == 8'000'000);
  CHECK(mirror["stale_since_ms"] == 1'795'694'400'000);
  CHECK(mirror["lessons"] == 40);
  CHECK(mirror["late"] == false);
  CHECK(mirror["steered"] == false);
  CHECK(mirror["healthy"].is_null());
  CHECK(mirror["created_ms"] <= mirror["reported_ms"]);
  const auto log = json_of(api.as(Role::kAdmin, "GET", "/api/v1/audit"))["entries"];
  REQUIRE(log.size() == 1);  // where it is, not each report
  CHECK(log[0]["action"] == "mirror.register");
  CHECK(log[0]["subject"] == "mirror/school-kisumu");
}

TEST_CASE("a mirror's token may report and nothing else, and nobody but it and an admin may") {
  Origin origin;
  ApiClient api(origin);
  for (const Role role : {Role::kReader, Role::kEditor, Role::kOperator})
    CHECK(api.as(role, "PUT", kSchool, said()).status == 403);
  CHECK(api.ask("PUT", kSchool, {}, said().dump()).status == 401);
  CHECK(api.as(Role::kMirror, "PUT", kSchool, said()).status == 200);
  CHECK(api.as(Role::kMirror, "GET", kMirrors).status == 403);
  CHECK(api.as(Role::kMirror, "DELETE", kSchool).status == 403);
  CHECK(api.as(Role::kMirror, "GET", "/api/v1/session").status == 403);
  CHECK(api.as(Role::kMirror, "POST", "/api/v1/lessons", {{"title", "x"}}).status == 403);
  CHECK(api.as(Role::kEditor, "DELETE", kSchool).status == 403);
  CHECK(api.as(Role::kOperator, "DELETE", kSchool).status == 204);
  CHECK(api.as(Role::kOperator, "DELETE", kSchool).status == 404);
  CHECK(api.as(Role::kAdmin, "PUT", kSchool, said()).status == 200);
}

TEST_CASE("what a mirror cannot be is refused, by the field") {
  Origin origin;
  ApiClient api(origin);
  const std::vector<std::pair<std::string, nlohmann::json>> wrongs = {
      {"address", "mirror.school.example"},
      {"address", "https://a.example/b"},
      {"networks", nlohmann::json::array({"10.1.0.0/40"})},
      {"networks", "10.1.0.0/16"},
      {"networks", std::vector<std::string>(65, "10.1.0.0/16")},
      {"version", std::string(101, 'v')},
      {"version", "0 9"},
      {"version", nullptr},
      {"serial", -1},
      {"lessons", 4.5},
      {"served_bytes", 9'007'199'254'740'992},
      {"interval_s", 604'801},
      {"colour", "red"}};
  for (const auto& [field, value] : wrongs) {
    CAPTURE(field);
    nlohmann::json wrong = said();
    wrong[field] = value;
    const Reply reply = api.as(Role::kMirror, "PUT", kSchool, wrong);
    CHECK(reply.status == 422);
    CHECK(json_of(reply)["errors"].dump().find("#/" + field) != std::string::npos);
  }
  CHECK(api.as(Role::kMirror, "PUT", kMirrors + "/School", said()).status == 400);
  CHECK(api.as(Role::kMirror, "PUT", kMirrors + "/" + std::string(65, 'a'), said()).status == 400);
  CHECK(json_of(api.as(Role::kReader, "GET", kMirrors))["mirrors"].empty());
}

TEST_CASE("a name belongs to the token that registered it, until that is revoked") {
  Origin origin;
  ApiClient api(origin);
  REQUIRE(api.as(Role::kMirror, "PUT", kSchool, said()).status == 200);
  const auto other = origin.library().tokens->create("another", Role::kMirror, 0).value();
  const std::string line = "Authorization: Bearer " + other.second + "\r\n";
  const Reply refused = api.ask("PUT", kSchool, line, said().dump());
  CHECK(refused.status == 409);
  CHECK(json_of(refused)["detail"].get<std::string>().find("belongs to a mirror with another token") !=
        std::string::npos);
  CHECK(api.ask("PUT", kMirrors + "/another", line, said().dump()).status == 200);
  for (const auto& token : origin.library().tokens->list().value())
    if (token.label == "test mirror") REQUIRE(origin.library().tokens->revoke(token.id));
  CHECK(api.ask("PUT", kSchool, line, said().dump()).status == 200);
}

TEST_CASE(
    "learners are sent to a mirror that registered where the operator lets it, and never past one that is configured") {
  config::Config config = Origin::usual_config();
  config.steering.mirrors = {"https://configured.example 127.0.0.2/32"};
  config.steering.registered = {"127.0.0.0/24", "10.0.0.0/8"};
  Origin origin(config);
  ApiClient api(origin);
  nlohmann::json near = said();
  near["networks"] = {"127.0.0.0/30", "192.168.0.0/16", "0.0.0.0/0"};
  REQUIRE(api.as(Role::kMirror, "PUT", kSchool, near).status == 200);
  streamer::Steering& steering = origin.server().steering();
  REQUIRE(steering.hears_registered());
  steering.set_registered(origin.library().mirrors->list().value());  // as mirror_watch does
  REQUIRE(steering.mirrors().size() == 2);
  const std::string file = origin.url(Origin::kSmall);
  CHECK(fetch(origin.port(), file).status == 200);  // nobody is sent to one that does not answer
  CHECK(json_of(api.as(Role::kReader, "GET", kMirrors))["mirrors"][0]["healthy"] == false);
  steering.mirrors().back()->up = true;
  const Reply sent = fetch(origin.port(), file);
  CHECK(sent.status == 307);
  CHECK(sent.field("location") == "https://mirror.school.example" + file);
  CHECK(json_of(api.as(Role::kReader, "GET", kMirrors))["mirrors"][0]["healthy"] == true);
  const auto at = [&](const char* address) { return steering.mirror_for(boost::asio::ip::make_address(address)); };
  CHECK(at("127.0.0.2") == nullptr);  // the configured one is down: its learners are served here
  CHECK(at("127.0.0.3") != nullptr);
  CHECK(at("127.0.0.4") == nullptr);
  CHECK(at("192.168.1.1") == nullptr);  // not allowed
  CHECK(at("8.8.8.8") == nullptr);

  REQUIRE(api.as(Role::kMirror, "PUT", kSchool, near).status == 200);  // another report changes nothing
  steering.set_registered(origin.library().mirrors->list().value());
  CHECK(at("127.0.0.3") != nullptr);
  near["address"] = "https://other.school.example";  // one at another address is not known to answer
  REQUIRE(api.as(Role::kMirror, "PUT", kSchool, near).status == 200);
  steering.set_registered(origin.library().mirrors->list().value());
  CHECK(at("127.0.0.3") == nullptr);
  REQUIRE(api.as(Role::kOperator, "DELETE", kSchool).status == 204);
  steering.set_registered(origin.library().mirrors->list().value());
  CHECK(steering.mirrors().size() == 1);
}

TEST_CASE("visits that a mirror sends on are kept and counted once, whatever it sends twice") {
  Origin origin(reporting());
  ApiClient api(origin);
  CHECK(send(api, visits_at(0), kVisit).status == 404);  // it has not registered
  REQUIRE(api.as(Role::kMirror, "PUT", kSchool, said()).status == 200);
  const auto bytes = [](const Reply& reply) { return json_of(reply)["bytes"].get<std::size_t>(); };
  CHECK(bytes(send(api, visits_at(0), "")) == 0);
  const std::string two = kVisit + kVisit;
  CHECK(bytes(send(api, visits_at(0), two)) == two.size());
  CHECK(bytes(send(api, visits_at(0), two)) == two.size());         // the answer was lost
  CHECK(bytes(send(api, visits_at(5'000), kVisit)) == two.size());  // a gap is not filled
  CHECK(bytes(send(api, visits_at(two.size()), kVisit)) == two.size() + kVisit.size());
  CHECK(origin.metric("chalkline_visits_total") == 3);
  const auto kept = library::reports_folder(origin.library().root) / "from" / "school-kisumu" / (today() + ".jsonl");
  CHECK(read_file(kept).value() == two + kVisit);
  // What is no report has its place, and is not kept.
  CHECK(bytes(send(api, visits_at(3 * kVisit.size()), "junk\n" + kVisit)) == 4 * kVisit.size() + 5);
  CHECK(read_file(kept).value() == two + kVisit + "    \n" + kVisit);
  CHECK(origin.metric("chalkline_visits_total") == 4);
  CHECK(origin.metric("chalkline_visits_refused_total{reason=\"junk\"}") == 1);
}

TEST_CASE("visits of no day, of half a line, of another's mirror, or where none are taken, are refused") {
  Origin origin(reporting());
  ApiClient api(origin);
  REQUIRE(api.as(Role::kMirror, "PUT", kSchool, said()).status == 200);
  for (const char* day : {"1999-01-01", "2026-13-01", "x", "..", "2026-11-26.jsonl"})
    CHECK(send(api, visits_at(0, day), kVisit).status >= 400);
  CHECK(send(api, visits_at(0), "{}").status == 422);
  CHECK(send(api, kSchool + "/visits/" + today(), kVisit).status == 400);  // where do they stand?
  CHECK(send(api, kSchool + "/visits/" + today() + "?offset=-1", kVisit).status == 400);
  CHECK(api.as(Role::kMirror, "POST", visits_at(0), {{"a", 1}}).status == 415);
  CHECK(api.as(Role::kReader, "POST", visits_at(0)).status == 403);
  const auto other = origin.library().tokens->create("another", Role::kMirror, 0).value();
  CHECK(api.ask("POST", visits_at(0),
                "Authorization: Bearer " + other.second + "\r\nContent-Type: application/x-ndjson\r\n", kVisit)
            .status == 409);
  CHECK(origin.metric("chalkline_visits_total") == 0);
  CHECK_FALSE(std::filesystem::exists(library::reports_folder(origin.library().root) / "from"));

  Origin silent;
  ApiClient of_silent(silent);
  REQUIRE(of_silent.as(Role::kMirror, "PUT", kSchool, said()).status == 200);
  CHECK(send(of_silent, visits_at(0), kVisit).status == 404);
}
