// Lessons in the catalogue, and what opening a library promises.
#include "library/catalogue.hpp"

#include <atomic>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <sqlite3.h>

#include "core/file.hpp"
#include "library/lesson_list.hpp"
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
  CHECK(library.catalogue->receive_list({}, "ed25519:x").value().withdrawn == 1);
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

TEST_CASE("an origin's curriculum is taken over, and what is said of its lessons, as often as it changes") {
  const tests::TemporaryFolder folder;
  const Library library = open_library(folder.path()).value();
  const std::string version(64, 'a');
  const auto node = [](const char* id, NodeKind kind, const char* parent, const char* title) {
    ListedNode made{id, {}};
    made.details.kind = kind;
    made.details.parent = parent;
    made.details.title = title;
    return made;
  };
  std::vector<ListedNode> nodes = {node("kenya", NodeKind::kCountry, "", "Kenya"),
                                   node("numbers", NodeKind::kCourse, "kenya", "Numbers")};
  ListedLesson halves{"halves", "halves", "Numbers", "en", version, 10};
  halves.course_id = "numbers";
  halves.description = "Cut a mango";
  halves.texts = {{"fr", "Moiti\u00e9s", ""}};
  const ListedLesson water{"water", "water", "Numbers", "en", version, 10};
  const auto receive = [&](std::vector<ListedNode> of_list) {
    const LessonList list{{halves, water}, 1, 1, {}, std::move(of_list), 1};
    return library.catalogue->receive_list(list, "ed25519:x").value().taken;
  };
  CHECK(receive(nodes) == 2);
  CHECK(library.shelves->lesson_counts().value() == std::map<std::string, std::int64_t>{{"numbers", 1}});
  CHECK(library.records->search("mango", {}, {}, 10).value().lessons.at(0).id == "halves");
  CHECK(library.records->search("moitie", {}, {}, 10).value().lessons.size() == 1);
  const LessonRecord before = library.records->find("halves").value();
  CHECK(before.updated_ms == 10);  // the origin's word: a later list must not look older
  CHECK(receive(nodes) == 0);
  CHECK(library.records->find("halves").value().revision == before.revision);

  nodes[1].details.title = "Fractions";
  CHECK(receive(nodes) == 0);
  CHECK(library.records->search("fractions", {}, {}, 10).value().lessons.size() == 1);
  halves.course_id.clear();
  CHECK(receive({}) == 1);
  CHECK(library.curriculum->list({}).value().empty());
  CHECK(library.records->find("halves").value().details.course_id.empty());
}

TEST_CASE("an origin that tells no curriculum leaves the one that is here") {
  const tests::TemporaryFolder folder;
  const Library library = open_library(folder.path()).value();
  NodeDetails course;
  course.title = "Ours";
  REQUIRE(library.curriculum->create("ours", course, {}));
  const LessonList list{{{"water", "Water", "Rivers", "en", std::string(64, 'a'), 10}}, 1, 1};
  CHECK(library.catalogue->receive_list(list, "ed25519:x").value().taken == 1);
  CHECK(library.curriculum->find("ours"));
}

TEST_CASE("a course that was made here stays as it is, whatever an origin tells of its own") {
  const tests::TemporaryFolder folder;
  const Library library = open_library(folder.path()).value();
  NodeDetails course;
  course.title = "Ours";
  for (const char* id : {"ours", "numbers"}) REQUIRE(library.curriculum->create(id, course, {}));
  ListedNode theirs{"numbers", {}};
  theirs.details.title = "Theirs";
  theirs.details.kind = course.kind;
  for (const std::vector<ListedNode>& nodes : {std::vector<ListedNode>{theirs}, std::vector<ListedNode>()}) {
    REQUIRE(library.catalogue->receive_list({{}, 1, 1, {}, nodes, 1}, "ed25519:x"));
    CHECK(library.curriculum->find("ours").value().details.title == "Ours");
    CHECK(library.curriculum->find("numbers").value().details.title == "Ours");
  }
}

TEST_CASE("what an origin says is taken though somebody here has changed the lesson since") {
  const tests::TemporaryFolder folder;
  const Library library = open_library(folder.path()).value();
  LessonList list{{{"water", "Water", "", "en", std::string(64, 'a'), 10}}, 1, 1};
  REQUIRE(library.catalogue->receive_list(list, "ed25519:x"));
  LessonRecord here = library.records->find("water").value();
  here.details.tags = {"ours"};
  REQUIRE(library.records->replace("water", here.details, here.revision, {}).value());
  list.lessons[0].version = std::string(64, 'b');
  list.lessons[0].updated_ms = 20;
  CHECK(library.catalogue->receive_list(list, "ed25519:x").value().taken == 1);
  CHECK(library.catalogue->find("water").value().version == std::string(64, 'b'));
}

TEST_CASE("nobody sees a part of a list, nor waits for it") {
  const tests::TemporaryFolder folder;
  const Library library = open_library(folder.path()).value();
  constexpr std::size_t kLessons = 1000;
  LessonList list{{}, 1, 1};
  for (std::size_t i = 0; i < kLessons; ++i) {
    const std::string id = "lesson-" + std::to_string(1000 + i);
    list.lessons.push_back({id, "Lesson", "Numbers", "en", std::string(64, 'a'), 10});
  }
  std::set<std::size_t> seen;
  std::atomic<bool> done = false;
  std::atomic<bool> looked = false;
  std::jthread reader([&] {
    for (bool last = false; !last;) {
      last = done;
      seen.insert(library.catalogue->list().value().size());
      looked = true;
    }
  });
  while (!looked) std::this_thread::yield();
  CHECK(library.catalogue->receive_list(list, "ed25519:x").value().taken == kLessons);
  done = true;
  reader.join();
  CHECK(seen == std::set<std::size_t>{0, kLessons});
}
