// Files on their way to a disk that is full, or becomes so in the middle of them; the disk is a real one, and small.
#include "mirror/part_file.hpp"

#include <string>

#include <doctest/doctest.h>
#include <unistd.h>

#include "core/file.hpp"
#include "core/sha256.hpp"
#include "tests/support/result.hpp"
#include "tests/support/small_disk.hpp"

using namespace chalkline;
using namespace chalkline::tests;
using chalkline::library::GrowingFile;
using chalkline::mirror::PartFile;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kBytes = 800'000;

std::string bytes_of(unsigned seed) {
  std::string bytes(kBytes, '\0');
  for (char& each : bytes) each = static_cast<char>((seed = seed * 1'103'515'245 + 12'345) >> 16U);
  return bytes;
}

FileEntry entry_of(const std::string& bytes) {
  FileEntry entry;
  entry.path = "video/0/1.m4s";
  entry.bytes = bytes.size();
  entry.sha256 = sha256_hex(bytes);
  return entry;
}

// As a reader that goes on sees it.
std::string read_from(const GrowingFile& growing, std::size_t from) {
  std::string bytes(growing.seen().there - from, '\0');
  REQUIRE(::pread(growing.descriptor(), bytes.data(), bytes.size(), static_cast<off_t>(from)) ==
          static_cast<ssize_t>(bytes.size()));
  return bytes;
}

fs::path beside(const fs::path& to) { return to.parent_path() / ("." + to.filename().string() + ".part"); }

}  // namespace

TEST_CASE("what comes lies beside its place, and goes on there in the next transfer") {
  const TemporaryFolder folder;
  const fs::path to = folder.path() / "video" / "1.m4s";
  const std::string bytes = bytes_of(1);
  {
    GrowingFile growing;
    PartFile part(to, entry_of(bytes), growing);
    CHECK(part.open());
    CHECK(part.add(bytes.substr(0, 300'000)));
  }
  CHECK(fs::file_size(beside(to)) == 300'000);
  GrowingFile growing;
  PartFile part(to, entry_of(bytes), growing);
  REQUIRE(part.open());
  CHECK(part.there() == 300'000);
  CHECK(part.add(bytes.substr(300'000)));
  CHECK_FALSE(fs::exists(to));
  REQUIRE(part.settle());
  CHECK(read_file(to).value() == bytes);
  CHECK_FALSE(fs::exists(beside(to)));
  CHECK(read_from(growing, 0) == bytes);
}

TEST_CASE("other bytes and too many are refused, and what is left of them is nothing") {
  const TemporaryFolder folder;
  const fs::path to = folder.path() / "1.m4s";
  const std::string bytes = bytes_of(1);
  GrowingFile growing;
  {
    PartFile part(to, entry_of(bytes), growing);
    REQUIRE(part.open());
    CHECK(part.add(bytes_of(2)));
    CHECK(part.add("x").error().code == Errc::kCorrupt);
    CHECK_FALSE(growing.seen().failed);
    CHECK(part.settle().error().code == Errc::kCorrupt);
    CHECK(growing.seen().failed);                       // at once: who comes now must not join
    CHECK(read_from(growing, 0) == bytes_of(2));        // who reads just now is told that it is bad, not that he cannot
    CHECK(part.open().error().code == Errc::kCorrupt);  // somebody has some of them
  }
  CHECK(fs::is_empty(folder.path()));
}

TEST_CASE("on a full disk a file comes in memory, and a line that is cut goes on where it was" *
          doctest::test_suite(kSmallDisk)) {
  SmallDisk disk(4'000);
  if (!disk.there()) return;
  disk.leave(0);
  const fs::path to = disk.path() / "1.m4s";
  const std::string bytes = bytes_of(1);
  GrowingFile growing;
  PartFile part(to, entry_of(bytes), growing);
  CHECK_FALSE(PartFile::has_room(to, entry_of(bytes)));
  REQUIRE(part.open());
  REQUIRE(part.add(bytes.substr(0, 500'000)));
  REQUIRE(part.open());  // another try
  CHECK(part.there() == 500'000);
  REQUIRE(part.add(bytes.substr(500'000)));
  REQUIRE(part.settle());
  CHECK(read_from(growing, 0) == bytes);
  CHECK_FALSE(fs::exists(to));
  CHECK_FALSE(fs::exists(beside(to)));
}

TEST_CASE("what an earlier transfer left on a disk that is full by now is not fetched again" *
          doctest::test_suite(kSmallDisk)) {
  SmallDisk disk(4'000);
  if (!disk.there()) return;
  const fs::path to = disk.path() / "1.m4s";
  const std::string bytes = bytes_of(1);
  {
    GrowingFile growing;
    PartFile part(to, entry_of(bytes), growing);
    REQUIRE(part.open());
    REQUIRE(part.add(bytes.substr(0, 500'000)));
  }
  disk.leave(0);
  GrowingFile growing;
  PartFile part(to, entry_of(bytes), growing);
  REQUIRE(part.open());
  CHECK(part.there() == 500'000);
  REQUIRE(part.add(bytes.substr(500'000)));
  REQUIRE(part.settle());
  CHECK(read_from(growing, 0) == bytes);
  CHECK(fs::file_size(beside(to)) == 500'000);  // for a day with room
}

TEST_CASE("files that come at once do not all count on the same room" * doctest::test_suite(kSmallDisk)) {
  SmallDisk disk(3'000);  // for one of them, and what is left free
  if (!disk.there()) return;
  disk.leave(kBytes + 1'100'000);
  const std::string bytes = bytes_of(1);
  GrowingFile first_growing;
  GrowingFile second_growing;
  PartFile first(disk.path() / "1.m4s", entry_of(bytes), first_growing);
  PartFile second(disk.path() / "2.m4s", entry_of(bytes), second_growing);
  REQUIRE(first.open());
  CHECK_FALSE(PartFile::has_room(disk.path() / "2.m4s", entry_of(bytes)));
  REQUIRE(second.open());
  REQUIRE(second.add(bytes));
  REQUIRE(first.add(bytes));
  REQUIRE(first.settle());
  REQUIRE(second.settle());
  CHECK(read_file(disk.path() / "1.m4s").value() == bytes);
  CHECK_FALSE(fs::exists(disk.path() / "2.m4s"));
  CHECK(read_from(second_growing, 0) == bytes);
}

TEST_CASE("a disk that becomes full in the middle of a file costs no byte of it: it goes on in memory" *
          doctest::test_suite(kSmallDisk)) {
  SmallDisk disk(4'000);
  if (!disk.there()) return;
  const fs::path to = disk.path() / "1.m4s";
  const std::string bytes = bytes_of(1);
  GrowingFile growing;
  {
    PartFile part(to, entry_of(bytes), growing);
    REQUIRE(part.open());
    REQUIRE(part.add(bytes.substr(0, 300'000)));
    const UniqueFd early(growing.reader().value());
    // As on a file system that promised no room: it is given back, and somebody else takes it.
    REQUIRE(::truncate(beside(to).c_str(), 300'000) == 0);
    disk.leave(0);
    REQUIRE(part.add(bytes.substr(300'000, 200'000)));
    CHECK(read_from(growing, 250'000) == bytes.substr(250'000, 250'000));
    std::string before(300'000, '\0');  // who read then reads on
    CHECK(::pread(early.get(), before.data(), before.size(), 0) == 300'000);
    CHECK(before == bytes.substr(0, 300'000));
    REQUIRE(part.add(bytes.substr(500'000)));
    REQUIRE(part.settle());
  }
  CHECK(read_from(growing, 0) == bytes);
  CHECK_FALSE(fs::exists(to));
}

TEST_CASE("a transfer that is given up gives the room back that it had taken" * doctest::test_suite(kSmallDisk)) {
  SmallDisk disk(4'000);
  if (!disk.there()) return;
  const std::uint64_t before = disk.free();
  const std::string bytes = bytes_of(1);
  {
    GrowingFile growing;
    PartFile part(disk.path() / "1.m4s", entry_of(bytes), growing);
    REQUIRE(part.open());
    REQUIRE(part.add(bytes.substr(0, 8'192)));
    CHECK(disk.free() <= before - kBytes + 4'096);
  }
  CHECK(disk.free() >= before - 16'384);
}

TEST_CASE("a folder that was given up on the way keeps nobody from the file") {
  const TemporaryFolder folder;
  const fs::path to = folder.path() / "copy" / "1.m4s";
  const std::string bytes = bytes_of(1);
  GrowingFile growing;
  PartFile part(to, entry_of(bytes), growing);
  REQUIRE(part.open());
  REQUIRE(part.add(bytes));
  fs::rename(folder.path() / "copy", folder.path() / "given-up");
  fs::remove_all(folder.path() / "given-up");
  REQUIRE(part.settle());
  CHECK(read_from(growing, 0) == bytes);
}
