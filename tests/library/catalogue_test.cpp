// Lessons in the catalogue, and what opening a library promises.
#include "library/catalogue.hpp"

#include <thread>

#include <doctest/doctest.h>
#include <sqlite3.h>

#include "core/file.hpp"
#include "library/library.hpp"
#include "tests/library/temporary_folder.hpp"
#include "tests/support/result.hpp"

using namespace chalkline;
using namespace chalkline::library;

TEST_CASE("lessons of one title get addresses of their own") {
  const tests::TemporaryFolder folder;
  const Library library = open_library(folder.path() / "new" / "library").value();
  CHECK(library.catalogue->create({"Water", "Science 4", "fr"}).value().id == "water");
  CHECK(library.catalogue->create({"Water", "", "fr"}).value().id == "water-2");
  CHECK(library.catalogue->create({"water!", "", "fr"}).value().id == "water-3");
  const std::vector<Lesson> all = library.catalogue->list().value();
  REQUIRE(all.size() == 3);
  CHECK(all[0].id == "water-3");
  CHECK(all[2].course == "Science 4");
  CHECK(all[2].language == "fr");
}

TEST_CASE("a lesson without a title and a lesson that is not there are refused") {
  const tests::TemporaryFolder folder;
  const Library library = open_library(folder.path()).value();
  CHECK(library.catalogue->create({"", "", "und"}).error().code == Errc::kInvalidArgument);
  CHECK(library.catalogue->find("none").error().code == Errc::kNotFound);
}

TEST_CASE("only a lesson that was never published and is not at work can be taken back") {
  using namespace std::chrono_literals;
  const tests::TemporaryFolder folder;
  const Library library = open_library(folder.path()).value();
  const std::string id = library.catalogue->create({"Water", "", "fr"}).value().id;
  const Job job = library.jobs->enqueue({id, "incoming/a/0/a.mp4", "a.mp4", {{"incoming/a/1/a.vtt", "fr"}}, 3}).value();
  REQUIRE(library.jobs->claim("w", 60s).value());
  CHECK(library.catalogue->remove_unpublished(id).error().code == Errc::kBusy);
  REQUIRE(library.jobs->fail(job.id, "w", "not a video", Retry::kNever));
  CHECK(library.catalogue->remove_unpublished(id));
  CHECK(library.catalogue->find(id).error().code == Errc::kNotFound);
  CHECK(library.jobs->list().value().empty());
  CHECK(library.catalogue->remove_unpublished(id).error().code == Errc::kNotFound);

  REQUIRE(library.catalogue->create({"Water", "", "fr"}));
  const Job second = library.jobs->enqueue({id, "incoming/b/0/a.mp4", "a.mp4", {}, 3}).value();
  REQUIRE(library.jobs->claim("w", 60s).value());
  REQUIRE(library.jobs->publish(second.id, "w", std::string(64, 'a')));
  CHECK(library.catalogue->remove_unpublished(id).error().code == Errc::kBusy);
}

TEST_CASE(
    "a lesson from elsewhere is taken, brought up to date in version and words, never set back, and never put over our "
    "own") {
  const tests::TemporaryFolder folder;
  const Library library = open_library(folder.path()).value();
  const std::string first(64, 'a');
  const std::string second(64, 'b');
  const auto receive = [&](const std::string& title, const std::string& version, std::int64_t updated_ms) {
    return library.catalogue->receive({"water", title, "Science", "en", version, updated_ms, updated_ms}, "ed25519:x");
  };
  CHECK(receive("Water", first, 10).value() == Received::kTaken);
  CHECK(receive("Water", first, 10).value() == Received::kSame);
  CHECK(receive("Water again", first, 11).value() == Received::kTaken);
  CHECK(library.catalogue->find("water").value().title == "Water again");
  CHECK(receive("Water again", second, 20).value() == Received::kTaken);
  CHECK(receive("Water", first, 15).value() == Received::kOlder);
  CHECK(library.catalogue->find("water").value().version == second);
  CHECK(library.catalogue->create({"Fractions", "", "en"}).value().id == "fractions");
  CHECK(library.catalogue->receive({"fractions", "Theirs", "", "en", first, 99, 99}, "ed25519:x").error().code ==
        Errc::kAlreadyExists);
  CHECK(library.catalogue->forget_received({"fractions"}).value() == 1);
  CHECK(library.catalogue->find("water").error().code == Errc::kNotFound);
  CHECK(library.catalogue->find("fractions").value().title == "Fractions");
}

TEST_CASE("what was created is there when the library is opened again") {
  const tests::TemporaryFolder folder;
  { REQUIRE(open_library(folder.path()).value().catalogue->create({"Kisw\"ahili'; DROP TABLE lesson", "", "sw"})); }
  const Library again = open_library(folder.path()).value();
  CHECK(again.catalogue->list().value().front().title == "Kisw\"ahili'; DROP TABLE lesson");
}

TEST_CASE("processes that open a new library together do not disturb each other") {
  const tests::TemporaryFolder folder;
  std::vector<std::string> failures(8);
  {
    std::vector<std::jthread> openers;
    for (std::string& failure : failures)
      openers.emplace_back([&failure, &folder] {
        const auto library = open_library(folder.path());
        if (!library) failure = library.error().to_sentence();
      });
  }
  for (const std::string& failure : failures) CHECK(failure.empty());
}

TEST_CASE("a library of a newer chalkline is refused with the way out") {
  const tests::TemporaryFolder folder;
  REQUIRE(open_library(folder.path()));
  sqlite3* raw = nullptr;
  REQUIRE(sqlite3_open((folder.path() / "library.db").c_str(), &raw) == SQLITE_OK);
  CHECK(sqlite3_exec(raw, "PRAGMA user_version=99", nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(raw);
  const auto refused = open_library(folder.path());
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::kBadConfig);
  CHECK(refused.error().hint == "upgrade chalkline");
}

TEST_CASE("a file that is no database and a path that is no folder are refused with a sentence") {
  const tests::TemporaryFolder folder;
  REQUIRE(write_file(folder.path() / "library.db", std::string(5000, 'x')));
  CHECK(open_library(folder.path()).error().code == Errc::kCorrupt);
  CHECK(open_library(folder.path() / "library.db").error().code == Errc::kInvalidArgument);
}
