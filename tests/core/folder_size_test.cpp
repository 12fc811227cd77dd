// What is counted, and what is not.
#include "core/folder_size.hpp"

#include <doctest/doctest.h>

#include "core/file.hpp"
#include "tests/core/scratch.hpp"

using namespace chalkline;
namespace fs = std::filesystem;

TEST_CASE("a folder's size is its files' and those of the folders in it; links and absent folders are nothing") {
  const Scratch scratch;
  CHECK(folder_size(scratch.path() / "nothing") == 0);
  fs::create_directories(scratch.path() / "a/b");
  CHECK(folder_size(scratch.path()) == 0);
  REQUIRE(write_file(scratch.path() / "one", std::string(10, 'x')));
  REQUIRE(write_file(scratch.path() / "a/b/two", std::string(200, 'x')));
  fs::create_directory_symlink("a", scratch.path() / "again");
  CHECK(folder_size(scratch.path()) == 210);
  CHECK(folder_size(scratch.path() / "a") == 200);
}
