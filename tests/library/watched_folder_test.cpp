// Drops become lessons with jobs, once each, whatever is killed on the way; nothing that was dropped is ever deleted.
#include "library/watched_folder.hpp"

#include <chrono>
#include <csignal>
#include <set>

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/file.hpp"
#include "tests/library/temporary_folder.hpp"
#include "tests/support/result.hpp"

using namespace chalkline;
using namespace chalkline::library;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

struct WatchedFixture {
  tests::TemporaryFolder folder;
  tests::TemporaryFolder inbox;
  Library library = open_library(folder.path()).value();
  WatchOptions options{inbox.path(), 10s, 1'000'000, 3};
  WatchedFolder::Clock::time_point now = WatchedFolder::Clock::now();

  void drop(const fs::path& name, std::string_view bytes = "not really a film") {
    fs::create_directories((inbox.path() / name).parent_path());
    REQUIRE(write_file(inbox.path() / name, bytes));
  }
  WatchReport look(WatchedFolder& watched, std::chrono::seconds later = 0s) {
    now += later;
    return watched.look(now, {}).value();
  }
  // Of two looks with the time between them in which files settle.
  WatchReport settle(WatchedFolder& watched) {
    CHECK(look(watched).taken.empty());
    return look(watched, 11s);
  }
  bool lies(const fs::path& name) const { return fs::exists(inbox.path() / name); }
  std::size_t copies() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(folder.path() / "incoming"), fs::directory_iterator()));
  }
};

}  // namespace

TEST_CASE_FIXTURE(WatchedFixture, "a finished recording becomes a lesson with its side files, and is moved to taken/") {
  WatchedFolder watched = WatchedFolder::open(library, options).value();
  drop("Maths 5/fractions.mp4", "film");
  drop("Maths 5/fractions.sw.vtt", "WEBVTT\n");
  drop("Maths 5/fractions.json", R"({"title": "Fractions, part 1", "language": "en"})");
  const WatchReport report = settle(watched);
  REQUIRE(report.taken.size() == 1);
  CHECK(report.taken[0].recording == "Maths 5/fractions.mp4");
  const Lesson lesson = library.catalogue->find(report.taken[0].lesson).value();
  CHECK(lesson.title == "Fractions, part 1");
  CHECK(lesson.course == "Maths 5");
  CHECK(lesson.language == "en");
  const auto jobs = library.jobs->list().value();
  REQUIRE(jobs.size() == 1);
  CHECK(jobs[0].lesson_id == lesson.id);
  CHECK(jobs[0].source_name == "fractions.mp4");
  CHECK(read_file(folder.path() / jobs[0].source).value() == "film");
  REQUIRE(jobs[0].sides.size() == 1);
  CHECK(jobs[0].sides[0].language == "sw");
  CHECK(read_file(folder.path() / jobs[0].sides[0].path).value() == "WEBVTT\n");
  CHECK_FALSE(lies("Maths 5/fractions.mp4"));
  for (const char* file : {"fractions.mp4", "fractions.sw.vtt", "fractions.json"})
    CHECK_MESSAGE(lies(fs::path("taken") / lesson.id / file), file);
  CHECK(look(watched, 60s).taken.empty());  // taken/ is not a place for drops
}

TEST_CASE_FIXTURE(WatchedFixture, "a file that still grows is left alone until it has settled") {
  WatchedFolder watched = WatchedFolder::open(library, options).value();
  drop("x.mp4", "a");
  CHECK(look(watched).taken.empty());
  drop("x.mp4", "ab");
  CHECK(look(watched, 9s).taken.empty());
  CHECK(look(watched, 9s).taken.empty());
  CHECK(look(watched, 2s).taken.size() == 1);
}

TEST_CASE_FIXTURE(WatchedFixture, "a recording waits for its captions to be finished, and an empty file is none") {
  WatchedFolder watched = WatchedFolder::open(library, options).value();
  drop("x.mp4");
  drop("empty.mp4", "");
  CHECK(look(watched).taken.empty());
  drop("x.vtt", "WEBVTT\n");
  CHECK(look(watched, 9s).taken.empty());
  CHECK(look(watched, 9s).taken.empty());
  CHECK(look(watched, 3s).taken.size() == 1);
  CHECK(lies("empty.mp4"));
}

TEST_CASE_FIXTURE(WatchedFixture, "what cannot become a lesson is moved to refused/ with the reason") {
  WatchedFolder watched = WatchedFolder::open(library, options).value();
  drop("a.mp4");
  drop("a.json", "{\"titel\": \"x\"}");
  drop("b.mp4", std::string(1'000'001, 'x'));
  const WatchReport report = settle(watched);
  CHECK(report.taken.empty());
  CHECK(report.refused.size() == 2);
  CHECK(lies("refused/a.mp4/a.mp4"));
  CHECK(lies("refused/a.mp4/a.json"));
  CHECK(read_file(inbox.path() / "refused/a.mp4.reason.txt").value().find("titel") != std::string::npos);
  CHECK(read_file(inbox.path() / "refused/b.mp4.reason.txt").value().find("max_source_bytes") != std::string::npos);
  CHECK(library.catalogue->list().value().empty());
  CHECK(copies() == 0);
}

TEST_CASE_FIXTURE(WatchedFixture, "the same name twice makes two lessons and keeps both files") {
  WatchedFolder watched = WatchedFolder::open(library, options).value();
  drop("x.mp4", "one");
  CHECK(settle(watched).taken.size() == 1);
  drop("x.mp4", "two");
  CHECK(settle(watched).taken.size() == 1);
  CHECK(lies("taken/x/x.mp4"));
  CHECK(lies("taken/x-2/x.mp4"));
}

TEST_CASE_FIXTURE(WatchedFixture, "two never watch one folder") {
  const WatchedFolder watched = WatchedFolder::open(library, options).value();
  const auto second = WatchedFolder::open(library, options);
  REQUIRE_FALSE(second.has_value());
  CHECK(second.error().code == Errc::kBusy);
}

TEST_CASE_FIXTURE(WatchedFixture, "a link out of the folder is not followed") {
  WatchedFolder watched = WatchedFolder::open(library, options).value();
  fs::create_symlink("/etc/hostname", inbox.path() / "x.mp4");
  CHECK(settle(watched).taken.empty());
  CHECK(fs::is_symlink(inbox.path() / "x.mp4"));
}

// kill -9 while twenty drops are taken in, again and again: at the end each is one lesson with one job, and each file
// is in taken/.
TEST_CASE_FIXTURE(WatchedFixture, "a kill at any moment neither loses a drop nor takes it twice") {
  constexpr int kDrops = 20;
  options.settle = 1ms;
  for (int i = 0; i < kDrops; ++i) {
    drop("lesson " + std::to_string(i) + ".mp4", "film " + std::to_string(i));
    drop("lesson " + std::to_string(i) + ".sw.vtt", "WEBVTT\n");
  }
  library = {};  // no database is carried over a fork
  unsigned seed = 4711;
  bool ended = false;
  for (int round = 0; round < 60 && !ended; ++round) {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      auto mine = open_library(folder.path());
      if (!mine) ::_exit(2);
      auto watched = WatchedFolder::open(*mine, options);
      if (!watched) ::_exit(3);
      (void)watched->look(now, {});
      const auto report = watched->look(now + 1s, {});
      ::_exit(report && report->delayed.empty() ? 0 : 1);
    }
    seed = seed * 1'103'515'245U + 12'345U;
    ::usleep(2'000 + (seed >> 8) % 40'000);
    ::kill(child, SIGKILL);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    ended = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  }
  library = open_library(folder.path()).value();
  {
    WatchedFolder watched = WatchedFolder::open(library, options).value();
    for (int i = 0; i < 4; ++i) {  // what was cut short goes back to be dropped again
      const WatchReport report = look(watched, 1s);
      CHECK(report.refused.empty());
      CHECK(report.delayed.empty());
    }
  }
  const auto jobs = library.jobs->list().value();
  std::set<std::string> names;
  for (const Job& job : jobs) {
    names.insert(job.source_name);
    CHECK(job.sides.size() == 1);
    CHECK(fs::exists(folder.path() / job.source));
  }
  CHECK(jobs.size() == kDrops);
  CHECK(library.catalogue->list().value().size() == kDrops);  // none without its job
  CHECK(names.size() == kDrops);
  CHECK(std::distance(fs::directory_iterator(inbox.path() / "taken"), fs::directory_iterator()) == kDrops);
}
