// Copies into the library: all or nothing, and swept up when nobody needs them.
#include "library/incoming.hpp"

#include <array>
#include <chrono>

#include <doctest/doctest.h>

#include "core/file.hpp"
#include "core/sha256.hpp"
#include "tests/library/temporary_folder.hpp"
#include "tests/support/result.hpp"

using namespace chalkline;
using namespace chalkline::library;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

struct IncomingFixture {
  tests::TemporaryFolder folder;
  tests::TemporaryFolder outside;
  Library library = open_library(folder.path()).value();
  fs::path video = outside.path() / "My lesson.mp4";
  fs::path captions = outside.path() / "My lesson.vtt";
  CopyProgress last;
  CopyListener listener = [this](const CopyProgress& progress) { last = progress; };

  IncomingFixture() {
    std::string bytes;
    for (int i = 0; i < 20'000'000; ++i) bytes += static_cast<char>(i * 31 >> 7);
    REQUIRE(write_file(video, bytes));
    REQUIRE(write_file(captions, "WEBVTT\n"));
  }
  std::size_t copies() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(folder.path() / "incoming"), fs::directory_iterator()));
  }
  std::vector<fs::path> take() {
    const std::array files = {video, captions};
    return take_in(folder.path(), files, listener, {}).value();
  }
  void make_old(const fs::path& path) { fs::last_write_time(path, fs::file_time_type::clock::now() - 48h); }
};

}  // namespace

TEST_CASE_FIXTURE(IncomingFixture, "sources are copied whole and keep their names") {
  const std::vector<fs::path> inside = take();
  REQUIRE(inside.size() == 2);
  CHECK(inside[0].is_relative());
  CHECK(inside[0].filename() == "My lesson.mp4");
  CHECK(sha256_file(folder.path() / inside[0]).value() == sha256_file(video).value());
  CHECK(read_file(folder.path() / inside[1]).value() == "WEBVTT\n");
  CHECK(last.copied == 20'000'007);
  CHECK(last.total == 20'000'007);
}

TEST_CASE_FIXTURE(IncomingFixture, "one file that cannot be read leaves nothing in the library") {
  const std::array files = {video, outside.path() / "missing.vtt"};
  CHECK(take_in(folder.path(), files, listener, {}).error().code == Errc::kNotFound);
  CHECK(copies() == 0);
  const std::array directory = {outside.path()};
  CHECK(take_in(folder.path(), directory, listener, {}).error().code == Errc::kInvalidArgument);
  CHECK(copies() == 0);
}

TEST_CASE_FIXTURE(IncomingFixture, "a copy that is stopped leaves nothing in the library") {
  std::stop_source source;
  const std::array files = {video, captions};
  const auto stop_at_once = [&](const CopyProgress&) { source.request_stop(); };
  CHECK(take_in(folder.path(), files, stop_at_once, source.get_token()).error().code == Errc::kCancelled);
  CHECK(copies() == 0);
}

TEST_CASE_FIXTURE(IncomingFixture, "a file of the kernel that says it is empty is copied all the same") {
  const std::array files = {fs::path("/proc/self/status")};
  const std::vector<fs::path> inside = take_in(folder.path(), files, listener, {}).value();
  CHECK(fs::file_size(folder.path() / inside[0]) > 100);
}

TEST_CASE_FIXTURE(IncomingFixture, "a source is let go with its whole folder, and nothing else can be") {
  const std::vector<fs::path> inside = take();
  REQUIRE(let_go(folder.path(), inside[0]));
  CHECK(copies() == 0);
  CHECK(let_go(folder.path(), inside[0]));
  for (const char* path :
       {"", "library.db", "versions/x", "incoming", "incoming/", "incoming/..", "incoming/../versions"})
    CHECK_FALSE(let_go(folder.path(), path));
}

TEST_CASE_FIXTURE(IncomingFixture, "sweeping removes old leftovers and spares what a job may need") {
  const fs::path kept = take()[0];
  const fs::path orphan = take()[0];
  const fs::path fresh = take()[0];
  const std::string lesson = library.catalogue->create({"Kept", "", "und"}).value().id;
  const Job job = library.jobs->enqueue({lesson, kept, "a.mp4", {}, 3}).value();
  const fs::path staged = library.versions->staging_for(job.id).value().parent_path();
  const fs::path left = library.versions->staging_for(job.id + 1).value().parent_path();
  const auto copy_of = [&](const fs::path& source) { return folder.path() / source.parent_path().parent_path(); };
  make_old(copy_of(kept));
  make_old(copy_of(orphan));
  make_old(staged);
  make_old(left);
  CHECK(sweep(library, 24h).value() == 2);
  CHECK(fs::exists(copy_of(kept)));
  CHECK(fs::exists(copy_of(fresh)));
  CHECK(fs::exists(staged));
  CHECK_FALSE(fs::exists(copy_of(orphan)));
  CHECK_FALSE(fs::exists(left));
}
