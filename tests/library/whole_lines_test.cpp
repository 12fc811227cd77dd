// Files of lines on a disk that becomes full in the middle of one, and after a power cut; the disk is real, and small.
#include "library/whole_lines.hpp"

#include <string>

#include <doctest/doctest.h>

#include "core/file.hpp"
#include "library/report_spool.hpp"
#include "tests/library/temporary_folder.hpp"
#include "tests/support/result.hpp"
#include "tests/support/small_disk.hpp"

using namespace chalkline;
using namespace chalkline::library;

TEST_CASE("lines are added whole, up to a limit") {
  const tests::TemporaryFolder folder;
  const auto file = folder.path() / "a.jsonl";
  CHECK(size_of_lines(file).value() == 0);
  CHECK_FALSE(std::filesystem::exists(file));
  REQUIRE(add_lines(file, "a\n", 5));
  CHECK(add_lines(file, "bbb\n", 5).error().code == Errc::kDiskFull);
  REQUIRE(add_lines(file, "bb\n", 5));
  CHECK(read_file(file).value() == "a\nbb\n");
  CHECK(size_of_lines(file).value() == 5);
}

TEST_CASE("half a line that a power cut left goes, however long it is") {
  const tests::TemporaryFolder folder;
  const auto file = folder.path() / "a.jsonl";
  for (const std::string& whole : {std::string(), std::string("a\nb\n"), std::string(5'000, 'x') + "\n"})
    for (const std::size_t half : {1U, 4'095U, 4'096U, 10'000U}) {
      CAPTURE(whole.size());
      CAPTURE(half);
      REQUIRE(write_file(file, whole + std::string(half, 'h')));
      CHECK(size_of_lines(file).value() == whole.size());
      REQUIRE(write_file(file, whole + std::string(half, 'h')));
      REQUIRE(add_lines(file, "c\n", 1'000'000));
      CHECK(read_file(file).value() == whole + "c\n");
    }
}

TEST_CASE("a disk that becomes full in the middle of a report leaves no half of it" *
          doctest::test_suite(tests::kSmallDisk)) {
  tests::SmallDisk disk(1'000);
  if (!disk.there()) return;
  ReportSpool spool(disk.path());
  constexpr std::int64_t kNoon = 1'795'694'400'000;  // 26 November 2026
  const std::string line = std::string(2'999, 'r') + "\n";
  REQUIRE(spool.add(line, kNoon));
  disk.leave(0);  // but for the rest of a page that the file has
  CHECK(spool.add(line, kNoon).error().code == Errc::kDiskFull);
  const auto file = reports_folder(disk.path()) / "2026-11-26.jsonl";
  CHECK(read_file(file).value() == line);
  std::filesystem::remove(disk.path() / "ballast");
  REQUIRE(spool.add(line, kNoon));
  CHECK(read_file(file).value() == line + line);
}
