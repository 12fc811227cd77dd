// Whether bytes are in the page cache, and how they come there.
#include "streamer/delivery/page_cache.hpp"

#include <string>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include "core/file.hpp"
#include "tests/library/temporary_folder.hpp"
#include "tests/support/result.hpp"

using namespace chalkline;
using namespace chalkline::streamer;

TEST_CASE("what was dropped from the page cache is there again once it was brought, to its end and not beyond") {
  const tests::TemporaryFolder folder;
  const std::string bytes(1'000'000, 'x');
  REQUIRE(write_file_atomically(folder.path() / "file", bytes));
  const UniqueFd file = open_for_reading(folder.path() / "file").value();
  // Clean pages go; where the file system keeps them (tmpfs) there is nothing to bring, and the rest holds all the
  // same.
  REQUIRE(::posix_fadvise(file.get(), 0, 0, POSIX_FADV_DONTNEED) == 0);
  CHECK(bring_to_page_cache({file.get(), 0, bytes.size()}));
  CHECK(is_in_page_cache({file.get(), 0, bytes.size()}));
  CHECK(is_in_page_cache({file.get(), bytes.size() - 1, 1}));
  std::string read(1000, '\0');
  CHECK(read_from_page_cache({file.get(), 5000, read.size()}, read.data()));
  CHECK(read == bytes.substr(5000, read.size()));
  CHECK(::lseek(file.get(), 0, SEEK_CUR) == 0);
  CHECK_FALSE(bring_to_page_cache({file.get(), 0, bytes.size() + 1}));
  CHECK_FALSE(is_in_page_cache({file.get(), 0, bytes.size() + 100'000}));
  CHECK_FALSE(bring_to_page_cache({-1, 0, 1}));
}

TEST_CASE("a whole file that was dropped is brought back with the same bytes, and one that is shorter is found out") {
  const tests::TemporaryFolder folder;
  for (const std::size_t length : {std::size_t{1}, std::size_t{4096}, std::size_t{100'001}, std::size_t{3'000'000}}) {
    CAPTURE(length);
    std::string bytes(length, '\0');
    for (std::size_t i = 0; i < length; ++i) bytes[i] = static_cast<char>(i * 7 + i / 4096);
    REQUIRE(write_file_atomically(folder.path() / "file", bytes));
    const UniqueFd file = open_for_reading(folder.path() / "file").value();
    REQUIRE(::posix_fadvise(file.get(), 0, 0, POSIX_FADV_DONTNEED) == 0);
    CHECK(bring_whole_to_page_cache(file.get(), length));
    CHECK(is_in_page_cache({file.get(), 0, length}));
    CHECK(bring_whole_to_page_cache(file.get(), length));  // it is there
    std::string read(length, '\0');
    CHECK(read_from_page_cache({file.get(), 0, length}, read.data()));
    CHECK(read == bytes);
    CHECK_FALSE(bring_whole_to_page_cache(file.get(), length + 5000));
    // Cut short behind our back: told, not a signal.
    REQUIRE(::truncate((folder.path() / "file").c_str(), 0) == 0);
    CHECK_FALSE(bring_whole_to_page_cache(file.get(), length));
  }
  CHECK_FALSE(bring_whole_to_page_cache(-1, 1));
}
