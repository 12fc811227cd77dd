// The API's table of routes: the document repeats it, and finding a row in it is exact.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "core/file.hpp"
#include "streamer/api/csv.hpp"
#include "streamer/api/exchange.hpp"
#include "streamer/api/managed_route.hpp"
#include "streamer/api/route_table.hpp"

using namespace chalkline;
using namespace chalkline::streamer;

TEST_CASE("docs/api.md has the table of routes") {
  std::string table = "| address | who | what |\n| --- | --- | --- |\n";
  for (const ApiRoute& route : api_routes())
    table += fmt::format("| `{} {}` | {} | {} |\n", route.method, route.path,
                         route.role ? library::name(*route.role) : std::string_view("anybody"), route.summary);
  const std::string document = read_file(std::string(CHALKLINE_SOURCE_DIR) + "/docs/api.md").value();
  CHECK_MESSAGE(document.find(table) != std::string::npos, table);
}

TEST_CASE("a path finds its row, its parameters and the methods of its address") {
  const ApiMatch match = match_api_route("POST", "/api/v1/lessons/water/rollback");
  REQUIRE(match.route != nullptr);
  CHECK(match.route->id == "rollBackLesson");
  REQUIRE(match.parameters.size() == 1);
  CHECK(match.parameters[0] == "water");
  CHECK(match_api_route("PUT", "/api/v1/lessons").route == nullptr);
  CHECK(match_api_route("PUT", "/api/v1/lessons").allowed.size() == 2);
  CHECK(match_api_route("GET", "/api/v1/jobs/events").route->id == "followJobs");
  CHECK(match_api_route("GET", "/api/v1/jobs/events").allowed.size() == 1);
  CHECK(match_api_route("PATCH", "/api/v1/jobs/events").route == nullptr);
  for (const char* nowhere : {"/api/v1/lessons/", "/api/v1", "/api/v1/lessons/a/b", "/api/v1/openapi.json/x", "/"})
    CHECK(match_api_route("GET", nowhere).allowed.empty());
}

TEST_CASE("what only reads what learners may see stays with the delivery session") {
  using M = Method;
  CHECK_FALSE(is_managed_api(M::kGet, "/api/v1/lessons", false, "", ""));
  CHECK_FALSE(is_managed_api(M::kHead, "/api/v1/jobs", false, "Bearer 1.L2wv.AAAA", ""));
  CHECK_FALSE(is_managed_api(M::kPost, "/watch/a", false, "", ""));
  CHECK(is_managed_api(M::kGet, "/api/v1/lessons", true, "", ""));
  CHECK(is_managed_api(M::kGet, "/api/v1/lessons/a", false, "Bearer ct_0", ""));
  CHECK(is_managed_api(M::kGet, "/api/v1/search", false, "", ""));
  CHECK(is_managed_api(M::kGet, "/api/v1/lessons/a", false, "", "a=b; chalkline=cs_0"));
  CHECK_FALSE(is_managed_api(M::kGet, "/api/v1/lessons/a", false, "", "a=b"));
  CHECK(is_managed_api(M::kPost, "/api/v1/lessons", false, "", ""));
}

TEST_CASE("CSV is read and written as RFC 4180 has it") {
  const CsvTable table = parse_csv(
                             "\xEF\xBB\xBF"
                             "a,b\r\n\"x \"\"y\"\"\",\"1\n2\"\r\n\nlast,\n")
                             .value();
  CHECK(table.header == std::vector<std::string>{"a", "b"});
  REQUIRE(table.records.size() == 2);
  CHECK(table.records[0] == std::vector<std::string>{"x \"y\"", "1\n2"});
  CHECK(table.records[1] == std::vector<std::string>{"last", ""});
  CHECK(table.lines == std::vector<std::size_t>{2, 5});
  CHECK(csv_record({"a", "b,c", "d\"e", "f\ng", ""}) == "a,\"b,c\",\"d\"\"e\",\"f\ng\",\r\n");
  CHECK(parse_csv("").error().message == "line 1: the first line must name the columns");
  CHECK(parse_csv("a\n\"b\"c\n").error().message == "line 2: there is text behind a closing quote");
}

TEST_CASE("a row says where its lesson stands, be it nowhere, or says nothing of it") {
  const auto has_levels = [](std::string_view text, ExchangeFormat format) {
    const ReadRows read = read_rows(text, format);
    REQUIRE(read.rows.size() == 1);
    CHECK(read.faults.empty());
    return read.rows[0].has_levels;
  };
  CHECK(has_levels("title,country,course_id\nMaji,,numbers\n", ExchangeFormat::kCsv));
  CHECK_FALSE(has_levels("title,course_id\nMaji,numbers\n", ExchangeFormat::kCsv));
  CHECK(has_levels(R"([{"title": "Maji", "subject": "", "course_id": "numbers"}])", ExchangeFormat::kJson));
  CHECK_FALSE(has_levels(R"([{"title": "Maji", "course_id": "numbers"}])", ExchangeFormat::kJson));
}

TEST_CASE("rows of either format come back as they were") {
  library::LessonRow row;
  row.id = "water";
  row.details.title = "Water, \"life\"";
  row.details.description = "two\nlines";
  row.details.language = "en";
  row.details.position = 3;
  row.details.state = library::LessonState::kDraft;
  row.details.licence = "CC-BY-4.0";
  row.details.texts = {{"ar", "ماء", ""}, {"sw", "Maji", "Uhai"}};
  row.details.attachments = {{"a.pdf", "application/pdf", std::string(64, 'a'), 5},
                             {"b.pdf", "application/pdf", "", -1}};
  row.path = {"Kenya", "Grade 5", "", "Science"};
  const std::vector<std::vector<std::string>> kinds = {{}, {"a", "b c"}, {"a;b", "c"}, {"[a", "\"q\""}};
  for (const std::vector<std::string>& tags : kinds) {
    row.details.tags = tags;
    for (const ExchangeFormat format : {ExchangeFormat::kCsv, ExchangeFormat::kJson}) {
      const std::string text = write_rows(std::vector{row}, format);
      CAPTURE(text);
      const ReadRows read = read_rows(text, format);
      CHECK(read.broken == "");
      REQUIRE(read.faults.empty());
      REQUIRE(read.rows.size() == 1);
      CHECK(read.rows[0].details == row.details);
      CHECK(read.rows[0].path == row.path);
      CHECK(read.rows[0].has_levels);
      CHECK(read.rows[0].id == "water");
    }
  }
}
