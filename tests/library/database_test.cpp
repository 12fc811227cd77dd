// What SQLite answers becomes the error that callers know.
#include "library/sqlite/database.hpp"

#include <string>

#include <doctest/doctest.h>

#include "tests/library/temporary_folder.hpp"
#include "tests/support/file_size_limit.hpp"

using namespace chalkline;
using namespace chalkline::library::sqlite;

static Result<void> add_row(Database& database) {
  CHALK_TRY_ASSIGN(Statement add, database.prepare("INSERT INTO note VALUES (?)"));
  return add.bind(std::string(10'000, 'x')).run();
}

TEST_CASE(
    "a disk that takes no more is full, also where it is not the disk but a quota, and is used again afterwards") {
  const tests::TemporaryFolder folder;
  auto database = Database::open(folder.path() / "library.db");
  REQUIRE(database.has_value());
  REQUIRE(database->execute("CREATE TABLE note (text TEXT)"));
  {
    const tests::FileSizeLimit limit(200'000);
    Result<void> added;
    for (int i = 0; i < 1000 && added; ++i) added = add_row(*database);
    REQUIRE_FALSE(added);
    CHECK(added.error().code == Errc::kDiskFull);
    CHECK(added.error().hint == "free some disk space");
  }
  CHECK(add_row(*database));
}
