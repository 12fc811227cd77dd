// Files beside lessons: that they are what was attached, and which of them go.
#include "library/attachments.hpp"

#include <chrono>
#include <filesystem>
#include <string>

#include <doctest/doctest.h>

#include "core/file.hpp"
#include "core/sha256.hpp"
#include "tests/library/temporary_folder.hpp"
#include "tests/support/result.hpp"

using namespace chalkline;
using namespace chalkline::library;
namespace fs = std::filesystem;

namespace {

struct Place {
  tests::TemporaryFolder folder;
  Library library = open_library(folder.path()).value();

  fs::path put(const std::string& bytes) {
    const fs::path file = attachment_file(library.root, sha256_hex(bytes));
    fs::create_directories(file.parent_path());
    REQUIRE(write_file(file, bytes));
    return file;
  }
  static Attachment entry(const std::string& bytes) {
    return {"book.pdf", "application/pdf", sha256_hex(bytes), static_cast<std::int64_t>(bytes.size())};
  }
};

}  // namespace

TEST_CASE("a large attachment is hashed before it is given out, and again when it has changed") {
  Place place;
  AttachmentFiles files(place.library.root);
  std::string book(5'000'000, 'x');
  const Attachment entry = Place::entry(book);
  const fs::path file = place.put(book);
  CHECK(files.open(entry));
  CHECK(files.open(entry));
  book.back() = 'y';
  REQUIRE(write_file(file, book));
  fs::last_write_time(file,
                      fs::file_time_type::clock::now() + std::chrono::hours(1));  // not in the same tick of a clock
  CHECK(files.open(entry).error().code == Errc::kCorrupt);
  CHECK(AttachmentFiles(place.library.root).open(entry).error().code == Errc::kCorrupt);
  book.back() = 'x';
  REQUIRE(write_file(file, book));
  CHECK(files.open(entry));
}

TEST_CASE("a sweep takes what nobody names, and leaves what somebody is about to") {
  Place place;
  CHECK(sweep_attachments(place.library).value() == 0);  // no folder yet
  const std::string lesson = place.library.catalogue->create({"Maji", ""}).value().id;
  const fs::path named = place.put("named");
  REQUIRE(attach(place.library, lesson, Place::entry("named"), {}));
  const fs::path coming = place.put("coming");  // its process was killed before its entry was made
  Upload upload;
  upload.id = std::string(32, 'a');
  REQUIRE(place.library.uploads->create(upload));
  upload.sha256 = sha256_hex("coming");
  REQUIRE(place.library.uploads->begin_finish(upload));
  const fs::path stray = place.put("stray");
  const fs::path half = named.parent_path() / ".0123";  // as a copy that was killed
  REQUIRE(write_file(half, "half"));
  {
    const auto turn = turn_to_attach(place.library.root);
    CHECK(turn_to_attach(place.library.root));  // others may as well
    CHECK(sweep_attachments(place.library).value() == 0);
    CHECK(fs::exists(stray));
  }
  CHECK(sweep_attachments(place.library).value() == 2);
  CHECK(fs::exists(named));
  CHECK(fs::exists(coming));
  CHECK_FALSE(fs::exists(stray));
  CHECK_FALSE(fs::exists(half));
  CHECK(sweep_attachments(place.library).value() == 0);
}
