// A file that is still coming, as its writer and its readers see it.
#include "library/growing_file.hpp"

#include <doctest/doctest.h>

using chalkline::Errc;
using chalkline::Error;
using chalkline::library::GrowingFile;

TEST_CASE("who waits for more is called once, when there is more") {
  GrowingFile file;
  int calls = 0;
  file.grew(10);
  file.when_more(5, [&] { ++calls; });
  CHECK(calls == 1);
  file.when_more(10, [&] { ++calls; });
  file.grew(10);
  CHECK(calls == 1);
  file.grew(11);
  file.grew(12);
  CHECK(calls == 2);
}

TEST_CASE("who waits is called when nothing more will come, and so is who asks afterwards") {
  GrowingFile file;
  int calls = 0;
  file.when_more(100, [&] { ++calls; });
  file.ended(Error(Errc::kCorrupt, "other bytes"));
  CHECK(calls == 1);
  file.when_more(100, [&] { ++calls; });
  CHECK(calls == 2);
  CHECK(file.seen().failed);
  CHECK(!file.seen().whole);
  CHECK(file.wait_for_some().error().code == Errc::kCorrupt);
  CHECK(file.wait_for_end().error().code == Errc::kCorrupt);
}

TEST_CASE("of two ends the first counts") {
  GrowingFile growing;
  growing.ended(Error(Errc::kCorrupt, "bad"));
  growing.ended({});
  CHECK(growing.seen().failed);
  CHECK_FALSE(growing.seen().whole);
}

TEST_CASE("whole is what its writer found right") {
  GrowingFile file;
  file.grew(3);
  CHECK(file.wait_for_some().has_value());
  CHECK(!file.seen().whole);
  file.ended({});
  CHECK(file.seen().whole);
  CHECK(file.wait_for_end().has_value());
}
