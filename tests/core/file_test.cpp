// Files the durable way, and above all what is left when a write fails: the old content whole, nothing beside it.
#include "core/file.hpp"

#include <algorithm>
#include <filesystem>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/core/scratch.hpp"
#include "tests/support/file_size_limit.hpp"

using namespace chalkline;
using chalkline::tests::FileSizeLimit;
namespace fs = std::filesystem;

namespace {

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("what is written is what is read") {
  const Scratch scratch;
  const std::string bytes("a\0b\r\n\xff", 6);
  REQUIRE(write_file_atomically(scratch.path() / "f", bytes));
  CHECK(*read_file(scratch.path() / "f") == bytes);
  REQUIRE(write_file(scratch.path() / "f", ""));
  CHECK(read_file(scratch.path() / "f")->empty());
  CHECK(names_in(scratch.path()) == Names{"f"});
}

TEST_CASE("a file name without a folder is written in the current one") {
  const Scratch scratch;
  const fs::path before = fs::current_path();
  fs::current_path(scratch.path());
  const auto written = write_file_atomically("plain", "x");
  fs::current_path(before);
  CHECK(written.has_value());
  CHECK(names_in(scratch.path()) == Names{"plain"});
}

TEST_CASE("reading stops at its limit") {
  const Scratch scratch;
  REQUIRE(write_file(scratch.path() / "f", "12345"));
  CHECK(*read_file(scratch.path() / "f", 5) == "12345");
  CHECK(read_file(scratch.path() / "f", 4).error().code == Errc::kLimitExceeded);
}

TEST_CASE("only ordinary files are opened for reading, and a FIFO is refused at once") {
  const Scratch scratch;
  REQUIRE(::mkfifo((scratch.path() / "fifo").c_str(), 0600) == 0);
  CHECK(open_for_reading(scratch.path() / "fifo").error().code == Errc::kInvalidArgument);
  CHECK(open_for_reading(scratch.path()).error().code == Errc::kInvalidArgument);
  CHECK(open_for_reading("/dev/null").error().code == Errc::kInvalidArgument);
  const auto absent = open_for_reading(scratch.path() / "absent");
  CHECK(absent.error().code == Errc::kNotFound);
  CHECK(absent.error().hint == "check the path");
}

TEST_CASE("a descriptor is not handed to child processes") {
  const Scratch scratch;
  REQUIRE(write_file(scratch.path() / "f", "x"));
  const auto fd = open_for_reading(scratch.path() / "f");
  REQUIRE(fd.has_value());
  CHECK((::fcntl(fd->get(), F_GETFD) & FD_CLOEXEC) != 0);
}

TEST_CASE("a descriptor closes once, with its last owner") {
  const Scratch scratch;
  REQUIRE(write_file(scratch.path() / "f", "x"));
  auto result = open_for_reading(scratch.path() / "f");
  REQUIRE(result.has_value());
  UniqueFd opened = std::move(*result);
  const int number = opened.get();
  UniqueFd second = std::move(opened);
  CHECK_FALSE(opened);  // NOLINT(bugprone-use-after-move): the emptied owner is what is tested
  CHECK(second.get() == number);
  second.reset();
  CHECK(::fcntl(number, F_GETFD) == -1);
}

TEST_CASE("a full disk is said to be one, with what to do") {
  const UniqueFd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  REQUIRE(full);
  const std::string bytes(10, 'x');
  const auto written = write_all(full.get(), std::as_bytes(std::span(bytes.data(), bytes.size())), "lesson.mp4");
  REQUIRE_FALSE(written);
  CHECK(written.error().code == Errc::kDiskFull);
  CHECK(written.error().to_sentence() == "cannot write lesson.mp4: No space left on device; free some disk space");
}

TEST_CASE("a write that runs out of room leaves the old content and nothing beside it") {
  const Scratch scratch;
  REQUIRE(write_file_atomically(scratch.path() / "f", "old"));
  Result<void> written;
  {
    const FileSizeLimit limit(4096);
    written = write_file_atomically(scratch.path() / "f", std::string(100'000, 'n'));
  }
  REQUIRE_FALSE(written);
  CHECK(written.error().code == Errc::kDiskFull);
  CHECK(*read_file(scratch.path() / "f") == "old");
  CHECK(names_in(scratch.path()) == Names{"f"});
}

TEST_CASE("a write onto a folder leaves nothing beside it") {
  const Scratch scratch;
  REQUIRE(make_directories(scratch.path() / "f" / "g"));
  CHECK(write_file_atomically(scratch.path() / "f", "x").error().code == Errc::kInvalidArgument);
  CHECK(names_in(scratch.path()) == Names{"f"});
}

TEST_CASE("a write into a folder that is not there says so") {
  const Scratch scratch;
  CHECK(write_file_atomically(scratch.path() / "no" / "f", "x").error().code == Errc::kNotFound);
  CHECK(write_file(scratch.path() / "no" / "f", "x").error().code == Errc::kNotFound);
}

TEST_CASE("threads that write the same file leave one whole content") {
  const Scratch scratch;
  const fs::path path = scratch.path() / "f";
  {
    std::vector<std::jthread> writers;
    for (char letter = 'a'; letter < 'e'; ++letter) {
      writers.emplace_back([&path, letter] {
        for (int i = 0; i < 25; ++i) CHECK(write_file_atomically(path, std::string(50'000, letter)).has_value());
      });
    }
  }
  const auto content = read_file(path);
  REQUIRE(content);
  CHECK(content->size() == 50'000);
  CHECK(content->find_first_not_of(content->front()) == std::string::npos);
  CHECK(names_in(scratch.path()) == Names{"f"});
}

TEST_CASE("a folder is renamed onto nothing or an empty folder, never over content") {
  const Scratch scratch;
  REQUIRE(make_directories(scratch.path() / "made"));
  REQUIRE(write_file(scratch.path() / "made" / "f", "new"));
  REQUIRE(make_directories(scratch.path() / "taken"));
  REQUIRE(write_file(scratch.path() / "taken" / "f", "old"));
  CHECK(rename_durably(scratch.path() / "made", scratch.path() / "taken").error().code == Errc::kAlreadyExists);
  CHECK(*read_file(scratch.path() / "taken" / "f") == "old");
  CHECK(rename_durably(scratch.path() / "made", scratch.path() / "free").has_value());
  CHECK(*read_file(scratch.path() / "free" / "f") == "new");
  CHECK(rename_durably(scratch.path() / "made", scratch.path() / "other").error().code == Errc::kNotFound);
}

TEST_CASE("a tree is made durable, and one that is not there is an error") {
  const Scratch scratch;
  REQUIRE(make_directories(scratch.path() / "a" / "b"));
  REQUIRE(write_file(scratch.path() / "a" / "b" / "f", "x"));
  CHECK(fsync_tree(scratch.path()).has_value());
  CHECK(fsync_path(scratch.path() / "a" / "b" / "f").has_value());
  CHECK(fsync_tree(scratch.path() / "absent").error().code == Errc::kNotFound);
  CHECK(fsync_path(scratch.path() / "absent").error().code == Errc::kNotFound);
}

TEST_CASE("folders are created with their parents, twice is no error, a file in the way is") {
  const Scratch scratch;
  CHECK(make_directories(scratch.path() / "a" / "b").has_value());
  CHECK(make_directories(scratch.path() / "a" / "b").has_value());
  REQUIRE(write_file(scratch.path() / "f", "x"));
  CHECK_FALSE(make_directories(scratch.path() / "f" / "b").has_value());
}
