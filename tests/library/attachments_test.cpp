// Files beside lessons: that they are what was attached, and which of them go.
#include "library/attachments.hpp"

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <iterator>
#include <string>
#include <vector>

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
  // As if so many hours had passed.
  void age(int hours) const {
    for (const auto& one : fs::directory_iterator(library.root / "attachments"))
      fs::last_write_time(one.path(), fs::last_write_time(one.path()) - std::chrono::hours(hours));
  }
  [[nodiscard]] std::ptrdiff_t count() const {
    return std::distance(fs::directory_iterator(library.root / "attachments"), fs::directory_iterator());
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
  const fs::path half = named.parent_path() / ".0123456789abcdef";  // as a copy that was killed
  REQUIRE(write_file(half, "half"));
  {
    const auto turn = turn_to_attach(place.library.root);
    CHECK(turn_to_attach(place.library.root));  // others may as well
    CHECK(sweep_attachments(place.library).value() == 0);
    CHECK(fs::exists(stray));
  }
  CHECK(sweep_attachments(place.library).value() == 1);
  CHECK(fs::exists(stray));  // somebody may have taken its entry away by mistake
  CHECK_FALSE(fs::exists(half));
  place.age(8 * 24);
  CHECK(sweep_attachments(place.library).value() == 1);
  CHECK(fs::exists(named));
  CHECK(fs::exists(coming));
  CHECK_FALSE(fs::exists(stray));
  place.age(8 * 24);
  CHECK(sweep_attachments(place.library).value() == 0);
  CHECK(place.count() == 3);  // the two, and ".turn": no mark is left
}

TEST_CASE("what an import left out and the next one names again is there") {
  Place place;
  const std::string lesson = place.library.catalogue->create({"Maji", ""}).value().id;
  const fs::path book = place.put("book");
  REQUIRE(attach(place.library, lesson, Place::entry("book"), {}));
  const std::vector<LessonRow> before = place.library.records->export_all().value();
  std::vector<LessonRow> without = before;
  without.at(0).details.attachments.clear();
  const auto import = [&](const std::vector<LessonRow>& rows) { REQUIRE(place.library.records->import(rows, {})); };
  import(without);
  CHECK(sweep_attachments(place.library).value() == 0);
  place.age(6 * 24);  // in six days somebody notices
  CHECK(sweep_attachments(place.library).value() == 0);
  CHECK(fs::exists(book));
  import(before);
  CHECK(sweep_attachments(place.library).value() == 0);
  place.age(6 * 24);
  import(without);  // the week begins anew
  CHECK(sweep_attachments(place.library).value() == 0);
  place.age(6 * 24);
  CHECK(sweep_attachments(place.library).value() == 0);
  CHECK(fs::exists(book));
  place.age(2 * 24);
  CHECK(sweep_attachments(place.library).value() == 1);
  CHECK_FALSE(fs::exists(book));
}

TEST_CASE("a sweep leaves hidden files that are not ours, and what one file refuses keeps no other") {
  Place place;
  const fs::path folder = place.put("stray").parent_path();
  const fs::path others = folder / ".nfs000000000123";
  REQUIRE(write_file(others, "x"));
  const fs::path stuck = folder / ".0123456789abcdef";  // a folder with something in it: not to be removed as a file
  fs::create_directories(stuck / "x");
  const fs::path half = folder / ".fedcba9876543210";
  REQUIRE(write_file(half, "half"));
  CHECK(sweep_attachments(place.library).error().message.find(stuck.string()) != std::string::npos);
  CHECK(fs::exists(others));
  CHECK_FALSE(fs::exists(half));
  place.age(8 * 24);
  CHECK_FALSE(sweep_attachments(place.library));
  CHECK_FALSE(fs::exists(folder / sha256_hex("stray")));
}
