// Mirrors that registered: what is kept of each, whose a name is; and the visits that they send on.
#include "library/mirrors.hpp"

#include <doctest/doctest.h>

#include "core/file.hpp"
#include "library/forwarded_reports.hpp"
#include "library/library.hpp"
#include "library/report_spool.hpp"
#include "library/sqlite/database.hpp"
#include "tests/library/temporary_folder.hpp"
#include "tests/support/result.hpp"

using namespace chalkline;
using namespace chalkline::library;

namespace {

constexpr std::int64_t kNoon = 1'795'694'400'000;  // 26 November 2026

RegisteredMirror school(const std::string& owner) {
  RegisteredMirror mirror;
  mirror.name = "school";
  mirror.owner = owner;
  mirror.address = "https://mirror.school.example";
  mirror.networks = {"10.1.0.0/16", "2001:db8::/48"};
  mirror.report = {"0.9.0", 17, 0, 40, 3'000, 20'000, 9'000, 4'000, 300};
  return mirror;
}

const std::string kVisit =
    R"({"lesson":"falling","engine":"own","start_ms":4200,"played_ms":61000,"stalls":1,"stalled_ms":800,)"
    R"("held_ms":0,"bytes":420000,"errors":0,"rungs":[{"lines":360,"ms":60000}]})"
    "\n";

}  // namespace

TEST_CASE("what a mirror last said is kept, and when") {
  const tests::TemporaryFolder folder;
  std::int64_t now = 1'000;
  const Library library = open_library(folder.path(), [&now] { return now; }).value();
  const std::string token = library.tokens->create("a", Role::kMirror, 0).value().first.id;
  RegisteredMirror mirror = school(token);
  REQUIRE(library.mirrors->report(mirror));
  now = 2'000;
  mirror.report.served_bytes = 10'000;
  mirror.networks.pop_back();
  REQUIRE(library.mirrors->report(mirror));
  mirror.created_ms = 1'000;
  mirror.reported_ms = 2'000;
  CHECK(library.mirrors->list().value() == std::vector{mirror});
  CHECK(library.mirrors->find("school").value() == mirror);
  REQUIRE(library.mirrors->remove("school"));
  CHECK(library.mirrors->remove("school").error().code == Errc::kNotFound);
  CHECK(library.mirrors->find("school").error().code == Errc::kNotFound);
}

TEST_CASE("a name is its token's until that ends") {
  const tests::TemporaryFolder folder;
  std::int64_t now = 1'000;
  const Library library = open_library(folder.path(), [&now] { return now; }).value();
  const std::string first = library.tokens->create("a", Role::kMirror, 5'000).value().first.id;
  const std::string second = library.tokens->create("b", Role::kMirror, 0).value().first.id;
  REQUIRE(library.mirrors->report(school(first)));
  CHECK(library.mirrors->report(school(second)).error().code == Errc::kAlreadyExists);
  now = 5'000;
  REQUIRE(library.mirrors->report(school(second)));
  CHECK(library.mirrors->find("school").value().owner == second);
}

TEST_CASE("there are so many mirrors and no more") {
  const tests::TemporaryFolder folder;
  const Library library = open_library(folder.path()).value();
  RegisteredMirror mirror = school("x");
  for (int i = 0; i < Mirrors::kMost; ++i) {
    mirror.name = "school-" + std::to_string(i);
    REQUIRE(library.mirrors->report(mirror));
  }
  REQUIRE(library.mirrors->report(mirror));
  mirror.name = "one-more";
  CHECK(library.mirrors->report(mirror).error().code == Errc::kBusy);
}

TEST_CASE("a mirror's name is fit for addresses and folders") {
  for (const char* good : {"a", "school-kisumu", "10.1.0.1", "chalkline-0f1e"}) CHECK(is_mirror_name(good));
  for (const char* bad : {"", "-a", ".a", "..", "School", "a/b", "a b", "a%"}) CHECK_FALSE(is_mirror_name(bad));
  CHECK(is_mirror_name(std::string(64, 'a')));
  CHECK_FALSE(is_mirror_name(std::string(65, 'a')));
}

TEST_CASE("tokens that were made before there were mirrors are good afterwards") {
  const tests::TemporaryFolder folder;
  std::string secret;
  {
    const Library library = open_library(folder.path()).value();
    secret = library.tokens->create("old", Role::kOperator, 0).value().second;
  }
  {  // as the step before left it
    auto database = sqlite::Database::open(folder.path() / "library.db").value();
    REQUIRE(
        database.execute("DROP TABLE mirror; CREATE TABLE old_token (row INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT "
                         "NOT NULL UNIQUE, label TEXT NOT NULL, role TEXT NOT NULL CHECK (role IN ('reader', "
                         "'editor', 'operator', 'admin')), hash TEXT NOT NULL UNIQUE, created_ms INTEGER NOT NULL, "
                         "expires_ms INTEGER NOT NULL, last_used_ms INTEGER NOT NULL DEFAULT 0) STRICT; INSERT "
                         "INTO old_token SELECT * FROM access_token; DROP TABLE access_token; ALTER TABLE old_token "
                         "RENAME TO access_token"));
    auto version = database.prepare("PRAGMA user_version").value();
    REQUIRE(version.step());
    const std::int64_t last = version.integer(0);
    version.reset();
    REQUIRE(database.execute("PRAGMA user_version=" + std::to_string(last - 1)));
  }
  const Library library = open_library(folder.path()).value();
  const auto token = library.tokens->check(secret).value();
  REQUIRE(token);
  CHECK(token->role == Role::kOperator);
  CHECK(library.tokens->create("new", Role::kMirror, 0));
  CHECK(library.mirrors->list().value().empty());
}

TEST_CASE("visits that are sent on go where the last ones ended, and nowhere else") {
  const tests::TemporaryFolder folder;
  ForwardedReports reports(folder.path());
  const auto add = [&](std::uint64_t offset, const std::string& lines, const std::string& day = "2026-11-26") {
    return reports.add("school", day, offset, lines, kNoon);
  };
  CHECK(add(0, "").value().bytes == 0);
  const ForwardedVisits first = add(0, kVisit + "junk\n").value();
  CHECK(first.bytes == kVisit.size() + 5);
  CHECK(first.reports.size() == 1);
  CHECK(first.junk == 1);
  CHECK(add(0, kVisit).value().reports.empty());
  CHECK(add(first.bytes + 1, kVisit).value().bytes == first.bytes);
  // A power cut left half a line of the next piece: it comes again.
  const auto file = reports_folder(folder.path()) / "from" / "school" / "2026-11-26.jsonl";
  CHECK(read_file(file).value() == kVisit + "    \n");
  REQUIRE(write_file(file, kVisit + "    \n" + kVisit.substr(0, 20)));
  CHECK(add(first.bytes + 20, kVisit).value().bytes == first.bytes);
  CHECK(add(first.bytes, kVisit).value().bytes == first.bytes + kVisit.size());
  CHECK(read_file(file).value() == kVisit + "    \n" + kVisit);
  CHECK(add(0, kVisit, "2026-11-28").value().bytes == kVisit.size());  // its clock is ahead
  for (const char* day : {"2026-11-29", "2026-08-27", "2026-11-26.jsonl", "..", ""})
    CHECK(add(0, kVisit, day).error().code == Errc::kInvalidArgument);
  CHECK(add(0, "half", "2026-11-25").error().code == Errc::kInvalidArgument);
  CHECK(reports.add("../x", "2026-11-26", 0, kVisit, kNoon).error().code == Errc::kInvalidArgument);
}
