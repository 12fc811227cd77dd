// What learners' pages report: what is taken, what is junk, and how lines are kept.
#include "library/visit_report.hpp"

#include <fstream>

#include <doctest/doctest.h>

#include "core/file.hpp"
#include "library/report_spool.hpp"
#include "tests/library/temporary_folder.hpp"
#include "tests/support/result.hpp"

using namespace chalkline;
using namespace chalkline::library;

namespace {

constexpr std::int64_t kNoon = 1'795'694'400'000;  // 26 November 2026
constexpr std::int64_t kDayMs = 86'400'000;

const std::string kGood =
    R"({"lesson":"falling","engine":"own","start_ms":4200,"played_ms":61000,"stalls":1,"stalled_ms":800,)"
    R"("held_ms":0,"bytes":420000,"errors":0,"rungs":[{"lines":360,"ms":60000},{"lines":0,"ms":1000}]})";

std::string with(std::string_view from, std::string_view to) {
  std::string text = kGood;
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("a report of a visit is read, written, and read again") {
  const auto report = parse_visit_report(kGood);
  REQUIRE(report);
  CHECK(report->start_ms == 4200);
  CHECK(report->rungs == std::vector<TimeAtRung>{{360, 60'000}, {0, 1'000}});
  CHECK(render_visit_report(*report) == kGood);
  CHECK(parse_visit_report(render_visit_report(*report)).value() == *report);
}

TEST_CASE("what else is in a report is not kept") {
  const auto report = parse_visit_report(with("{\"lesson\"", "{\"name\":\"Amina\",\"lesson\""));
  REQUIRE(report);
  CHECK(render_visit_report(*report) == kGood);
}

TEST_CASE("junk is no report") {
  for (const std::string& junk :
       {std::string(), std::string("{"), std::string("[]"), std::string("null"), with("falling", "../etc"),
        with("\"own\"", "\"vlc\""), with("4200", "-1"), with("4200", "\"4200\""), with("4200", "4.2"),
        with("4200", "1e300"), with("4200", "99999999999999999999"), with("61000", "999999999"),
        with("\"stalls\":1,", ""), with("360", "-360"), with("[{", "[1,{"), with("\"rungs\":[", "\"rungs\":{\"a\":["),
        with("falling", std::string(3000, 'a'))}) {
    CAPTURE(junk);
    CHECK_FALSE(parse_visit_report(junk));
  }
  std::string many;
  for (int i = 0; i < 17; ++i) many += R"({"lines":1,"ms":1},)";
  CHECK_FALSE(parse_visit_report(with("[{\"lines\":360", "[" + many + "{\"lines\":360")));
}

TEST_CASE("reports are kept by the day, and forgotten after ninety") {
  const tests::TemporaryFolder folder;
  ReportSpool spool(folder.path());
  REQUIRE(spool.add("old\n", kNoon - 91 * kDayMs));
  REQUIRE(spool.add("a\n", kNoon));
  REQUIRE(spool.add("b\nc\n", kNoon + 1));
  const auto reports = reports_folder(folder.path());
  CHECK(read_file(reports / "2026-11-26.jsonl").value() == "a\nb\nc\n");
  CHECK_FALSE(std::filesystem::exists(reports / "2026-08-27.jsonl"));
  // Whoever sends them on takes the file away; what comes meanwhile is in another.
  std::filesystem::rename(reports / "2026-11-26.jsonl", reports / "taken");
  REQUIRE(spool.add("d\n", kNoon + 2));
  CHECK(read_file(reports / "2026-11-26.jsonl").value() == "d\n");
  CHECK(read_file(reports / "taken").value() == "a\nb\nc\n");
}

TEST_CASE("of one day only so much is kept") {
  const tests::TemporaryFolder folder;
  ReportSpool spool(folder.path());
  REQUIRE(spool.add("a\n", kNoon));
  const auto file = reports_folder(folder.path()) / "2026-11-26.jsonl";
  std::filesystem::resize_file(file, ReportSpool::kMostBytesADay - 2);
  std::ofstream(file, std::ios::app) << '\n';
  const auto full = spool.add("b\n", kNoon);
  REQUIRE_FALSE(full);
  CHECK(full.error().code == Errc::kDiskFull);
  CHECK(spool.add("c\n", kNoon + kDayMs));
}
