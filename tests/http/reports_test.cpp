// Reports of visits at /reports: off unless it is turned on; then counted, kept, and refused where they are junk or too
// many.
#include <string>

#include <doctest/doctest.h>

#include "core/file.hpp"
#include "library/report_spool.hpp"
#include "tests/http/client.hpp"
#include "tests/http/origin.hpp"

using namespace chalkline;
using namespace chalkline::tests;

namespace {

const std::string kReport =
    R"({"lesson":"falling","engine":"own","start_ms":4200,"played_ms":61000,"stalls":1,"stalled_ms":800,)"
    R"("held_ms":0,"bytes":420000,"errors":0,"rungs":[{"lines":360,"ms":60000},{"lines":0,"ms":1000}]})";

config::Config taking_reports() {
  config::Config config = Origin::usual_config();
  config.learners.reports = true;
  config.learners.request_data = true;
  config.learners.lrs = "https://lrs.example/xapi";
  return config;
}

Reply post(Client& client, const std::string& body) {
  client.send("POST /reports HTTP/1.1\r\nHost: test\r\nContent-Type: text/plain;charset=UTF-8\r\nContent-Length: " +
              std::to_string(body.size()) + "\r\n\r\n" + body);
  return client.read();
}

std::string lines(int many, const std::string& line) {
  std::string all;
  for (int i = 0; i < many; ++i) all += line + "\n";
  return all;
}

std::string kept(Origin& origin) {
  std::string all;
  for (const auto& entry : std::filesystem::directory_iterator(library::reports_folder(origin.library().root)))
    all += read_file(entry.path()).value();
  return all;
}

}  // namespace

TEST_CASE("nobody is asked to report, and no report is taken, unless that is turned on") {
  Origin origin;
  Client client(origin.port());
  const std::string page = client.get("/watch/" + origin.lesson.id).body;
  CHECK(page.find("\"reports\"") == std::string::npos);
  CHECK(page.find("\"cmcd\"") == std::string::npos);
  CHECK(page.find("\"lrs\"") == std::string::npos);
  CHECK(fetch(origin.port(), "/metrics").body.find("chalkline_visit") == std::string::npos);
  CHECK(post(client, kReport).status == 404);
}

TEST_CASE("a visit that is reported is counted and kept") {
  Origin origin(taking_reports());
  Client client(origin.port());
  const std::string page = client.get("/watch/" + origin.lesson.id).body;
  CHECK(page.find("\"reports\":true") != std::string::npos);
  CHECK(page.find("\"cmcd\":true") != std::string::npos);
  CHECK(page.find("\"lrs\":\"https://lrs.example/xapi\"") != std::string::npos);
  CHECK(post(client, kReport).status == 204);
  // A mirror sends on what it was told.
  CHECK(post(client, lines(2, kReport)).status == 204);
  CHECK(kept(origin) == lines(3, kReport));
  CHECK(origin.metric("chalkline_visits_total") == 3);
  CHECK(origin.metric("chalkline_visit_stalls_total") == 3);
  CHECK(origin.metric("chalkline_visit_start_seconds_bucket{le=\"4\"}") == 0);
  CHECK(origin.metric("chalkline_visit_start_seconds_bucket{le=\"8\"}") == 3);
  CHECK(origin.metric("chalkline_visit_rung_seconds_total{lines=\"360\"}") == 180);
  CHECK(origin.metric("chalkline_visit_rung_seconds_total{lines=\"0\"}") == 3);
}

TEST_CASE("junk is refused and counted, and so is what is too much") {
  Origin origin(taking_reports());
  Client client(origin.port());
  CHECK(post(client, "junk").status == 400);
  CHECK(post(client, "").status == 400);
  CHECK(post(client, "junk\n" + kReport + "\n").status == 204);
  CHECK(post(client, std::string(70'000, 'x')).status == 413);
  CHECK(client.get("/reports").status == 405);
  CHECK(origin.metric("chalkline_visits_total") == 1);
  CHECK(origin.metric("chalkline_visits_refused_total{reason=\"junk\"}") == 2);
  Reply reply;
  int taken = 0;
  for (int i = 0; i < 12 && reply.status != 429; ++i) {
    reply = post(client, lines(100, kReport));
    taken += reply.status == 204 ? 100 : 0;
  }
  CHECK(reply.status == 429);
  CHECK_FALSE(reply.field("retry-after").empty());
  CHECK(taken >= 300);
  CHECK(origin.metric("chalkline_visits_refused_total{reason=\"rate\"}") == 100);
  CHECK(origin.metric("chalkline_visits_total") == 1 + taken);
}
