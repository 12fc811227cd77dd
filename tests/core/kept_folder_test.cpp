// What a clearing leaves, and what is handed on.
#include "core/kept_folder.hpp"

#include <doctest/doctest.h>

#include "core/file.hpp"
#include "tests/core/scratch.hpp"

using namespace chalkline;
namespace fs = std::filesystem;

static void fill(const fs::path& folder, bool keeps) {
  REQUIRE(make_directories(folder / "version" / "video"));
  REQUIRE(write_file(folder / "version" / "video" / "1.m4s", "half"));
  if (!keeps) return;
  REQUIRE(make_directories(folder / kKeptFolder));
  REQUIRE(write_file(folder / kKeptFolder / "plan", "made"));
}

TEST_CASE("clearing leaves what is kept and nothing else") {
  const Scratch folder;
  const fs::path place = folder.path() / "place";
  fill(place, true);
  REQUIRE(remove_but_kept(place));
  CHECK(read_file(place / kKeptFolder / "plan").value() == "made");
  CHECK_FALSE(fs::exists(place / "version"));
  CHECK(remove_but_kept(place));
}

TEST_CASE("a place where nothing is kept is removed, and so is a file that takes its name") {
  const Scratch folder;
  const fs::path place = folder.path() / "place";
  fill(place, false);
  REQUIRE(remove_but_kept(place));
  CHECK_FALSE(fs::exists(place));
  CHECK(remove_but_kept(place));
  REQUIRE(write_file(place, "a file"));
  REQUIRE(remove_but_kept(place));
  CHECK_FALSE(fs::exists(place));
}

TEST_CASE("a link that has the name of what is kept is none of it") {
  const Scratch folder;
  const fs::path place = folder.path() / "place", other = folder.path() / "other";
  fill(place, false);
  fill(other, true);
  fs::create_directory_symlink(other, place / kKeptFolder);
  REQUIRE(remove_but_kept(place));
  CHECK_FALSE(fs::exists(place));
  CHECK(fs::exists(other / kKeptFolder / "plan"));
}

TEST_CASE("the heir gets what was kept, once, and the old place is gone") {
  const Scratch folder;
  const fs::path first = folder.path() / "first", second = folder.path() / "second", heir = folder.path() / "heir";
  fill(first, true);
  fill(second, true);
  REQUIRE(write_file(second / kKeptFolder / "plan", "another"));
  REQUIRE(make_directories(heir));
  REQUIRE(remove_and_bequeath(first, heir));
  REQUIRE(remove_and_bequeath(second, heir));
  CHECK(read_file(heir / kKeptFolder / "plan").value() == "made");
  CHECK_FALSE(fs::exists(first));
  CHECK_FALSE(fs::exists(second));
}
