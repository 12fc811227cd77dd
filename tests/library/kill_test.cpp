// kill -9 in the middle of things: a child process works on a library without pause, is killed at moments of the
// kernel's choosing, and after each death the library must open, be consistent, and hold everything the child had been
// told was done. (Power cuts are SQLite's and fsync's business; this shows that our own order of steps is right.)
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/file.hpp"
#include "core/sha256.hpp"
#include "library/incoming.hpp"
#include "library/library.hpp"
#include "tests/library/temporary_folder.hpp"
#include "tests/support/result.hpp"

using namespace chalkline;
using namespace chalkline::library;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

// One lesson after another: source in, job, claim, version, publish; each acknowledged publication is a line in `pipe`.
[[noreturn]] void work_until_killed(const fs::path& root, const fs::path& source, int pipe) {
  Library library = open_library(root).value();
  for (;;) {
    const std::vector<fs::path> files = {source};
    const auto inside = take_in(root, files, [](const CopyProgress&) {}, {}).value();
    const Lesson lesson = library.catalogue->create({"Lesson", "", "und"}).value();
    const Job made = library.jobs->enqueue({lesson.id, inside[0], "a.mp4", {}, 1000}).value();
    const Job job = library.jobs->claim("child-" + std::to_string(::getpid()), 60s, made.id).value().value();
    const fs::path staged = library.versions->staging_for(job.id).value();
    fs::create_directories(staged / "video/0");
    write_file(staged / "video/0/1.m4s", "segment").value();
    const std::string index = "{\"lesson\": \"" + lesson.id + "\"}";
    write_file(staged / "index.json", index).value();
    library.versions->adopt(staged, sha256_hex(index), Files::kHashed).value();
    library.jobs->publish(job.id, "child-" + std::to_string(::getpid()), sha256_hex(index)).value();
    let_go(root, inside[0]).value();
    const std::string line = lesson.id + "\n";
    if (::write(pipe, line.data(), line.size()) < 0) ::_exit(1);
  }
}

std::string first_lines(int fd, int lines) {
  std::string text;
  char c = 0;
  while (lines > 0 && ::read(fd, &c, 1) == 1) {
    text += c;
    if (c == '\n') --lines;
  }
  return text;
}

}  // namespace

TEST_CASE("a library survives kill -9 at any moment with everything that was acknowledged") {
  const tests::TemporaryFolder folder;
  const tests::TemporaryFolder outside;
  const fs::path source = outside.path() / "a.mp4";
  REQUIRE(write_file(source, std::string(300'000, 'v')));
  std::string acknowledged;
  for (int round = 0; round < 12; ++round) {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    UniqueFd reading(ends[0]);
    UniqueFd writing(ends[1]);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) work_until_killed(folder.path(), source, writing.get());
    writing.reset();
    // Between rounds the kill falls at different points of a lesson's way: after n lessons and a varying piece of one.
    acknowledged += first_lines(reading.get(), 1 + round % 3);
    ::usleep(static_cast<useconds_t>(round) * 900);
    REQUIRE(::kill(child, SIGKILL) == 0);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(WIFSIGNALED(status));
    acknowledged += first_lines(reading.get(), 1'000'000);

    const Library library = open_library(folder.path()).value();
    int published = 0;
    for (const Lesson& lesson : library.catalogue->list().value()) {
      const bool was_acknowledged = acknowledged.find(lesson.id + "\n") != std::string::npos;
      CHECK((!was_acknowledged || lesson.version.has_value()));
      if (!lesson.version) continue;
      ++published;
      CHECK(library.versions->open(*lesson.version, "index.json"));
      CHECK(library.versions->open(*lesson.version, "video/0/1.m4s"));
    }
    CHECK(published > 0);
    for (const Job& job : library.jobs->list().value())
      if (job.state == JobState::kQueued || job.state == JobState::kRunning)
        CHECK(fs::file_size(folder.path() / job.source) == 300'000);
  }
}

TEST_CASE("the job of a killed worker is taken over when its lease has run out") {
  const tests::TemporaryFolder folder;
  std::int64_t now = 1'000'000;
  Library library = open_library(folder.path(), [&now] { return now; }).value();
  const Lesson lesson = library.catalogue->create({"Lesson", "", "und"}).value();
  const Job job = library.jobs->enqueue({lesson.id, "incoming/a/0/a.mp4", "a.mp4", {}, 3}).value();
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  UniqueFd reading(ends[0]);
  UniqueFd writing(ends[1]);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    Library mine = open_library(folder.path(), [] { return std::int64_t{1'000'000}; }).value();
    const bool claimed = mine.jobs->claim("doomed", 60s).value().has_value();
    if (::write(writing.get(), claimed ? "y\n" : "n\n", 2) != 2) ::_exit(1);
    for (;;) ::pause();
  }
  CHECK(first_lines(reading.get(), 1) == "y\n");
  REQUIRE(::kill(child, SIGKILL) == 0);
  REQUIRE(::waitpid(child, nullptr, 0) == child);
  now += 59'999;
  CHECK_FALSE(library.jobs->claim("heir", 60s).value());
  now += 1;
  CHECK(library.jobs->claim("heir", 60s).value()->id == job.id);
}
