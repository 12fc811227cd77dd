// Adopting versions and looking files up in them: complete or absent, and never outside.
#include "library/version_store.hpp"

#include <array>
#include <vector>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/file.hpp"
#include "core/sha256.hpp"
#include "library/library.hpp"
#include "library/verified_files.hpp"
#include "tests/library/temporary_folder.hpp"
#include "tests/support/result.hpp"

using namespace chalkline;
using namespace chalkline::library;
namespace fs = std::filesystem;

namespace {

struct StoreFixture {
  tests::TemporaryFolder folder;
  Library library = open_library(folder.path()).value();
  VersionStore& store = *library.versions;
  const std::string index = R"({"schema": 1})";
  const std::string id = sha256_hex(index);

  fs::path stage(std::int64_t job) {
    const fs::path staged = store.staging_for(job).value();
    REQUIRE(fs::create_directories(staged / "video/0"));
    REQUIRE(write_file(staged / "video/0/1.m4s", "segment"));
    REQUIRE(write_file(staged / "index.json", index));
    return staged;
  }
  std::string read(std::string_view path) {
    const auto file = store.open(id, path);
    if (!file) return std::string(name(file.error().code));
    std::string content(file->bytes, '\0');
    CHECK(::read(file->fd.get(), content.data(), content.size()) == static_cast<ssize_t>(content.size()));
    return content;
  }
};

}  // namespace

TEST_CASE_FIXTURE(StoreFixture, "an adopted version is whole under its name and gone from staging") {
  const fs::path staged = stage(1);
  CHECK_FALSE(store.contains(id));
  REQUIRE(store.adopt(staged, id, Files::kHashed));
  CHECK(store.contains(id));
  CHECK_FALSE(fs::exists(staged));
  CHECK(read("index.json") == index);
  CHECK(read("video/0/1.m4s") == "segment");
  CHECK(store.list().value() == std::vector<std::string>{id});
}

TEST_CASE_FIXTURE(StoreFixture, "reading a file writes nothing down, and another owner's file is read all the same") {
  REQUIRE(store.adopt(stage(1), id, Files::kHashed));
  const fs::path path = folder.path() / "versions" / id / "video/0/1.m4s";
  const auto flags = [&] {
    const auto file = store.open(id, "video/0/1.m4s");
    return file ? ::fcntl(file->fd.get(), F_GETFL) : -1;
  };
  const UniqueFd unrecorded(::open(path.c_str(), O_RDONLY | O_NOATIME | O_CLOEXEC));
  REQUIRE(unrecorded);
  CHECK((flags() & O_NOATIME) == (::fcntl(unrecorded.get(), F_GETFL) & O_NOATIME));
  for (fs::path at = path; at != folder.path(); at = at.parent_path())
    fs::permissions(at, fs::perms::others_read | fs::perms::others_exec, fs::perm_options::add);
  constexpr uid_t kNobody = 65534;
  if (::geteuid() != 0 || ::seteuid(kNobody) != 0) return;
  const int others = flags();
  REQUIRE(::seteuid(0) == 0);
  REQUIRE(others != -1);
  CHECK((others & O_NOATIME) == 0);
}

TEST_CASE_FIXTURE(StoreFixture, "adopting the same version twice is success and leaves one") {
  REQUIRE(store.adopt(stage(1), id, Files::kHashed));
  const fs::path second = stage(2);
  REQUIRE(store.adopt(second, id, Files::kHashed));
  CHECK_FALSE(fs::exists(second));
  CHECK(store.list().value().size() == 1);
}

TEST_CASE_FIXTURE(StoreFixture, "a folder whose index does not have that name is not adopted") {
  const fs::path staged = stage(1);
  CHECK(store.adopt(staged, std::string(64, 'f'), Files::kHashed).error().code == Errc::kCorrupt);
  CHECK(fs::exists(staged));
  CHECK(store.list().value().empty());
}

TEST_CASE_FIXTURE(StoreFixture, "a new try starts in an empty place and removes what the last one left") {
  const fs::path first = stage(7);
  const fs::path other = stage(71);
  const fs::path second = store.staging_for(7).value();
  CHECK(second != first);
  CHECK_FALSE(fs::exists(first));
  CHECK_FALSE(fs::exists(second));
  CHECK(fs::exists(second.parent_path()));
  CHECK(fs::exists(other));
}

TEST_CASE_FIXTURE(StoreFixture, "a new try goes on with what the last one kept, and the last one's place is gone") {
  const fs::path first = stage(7).parent_path();
  REQUIRE(fs::create_directories(first / "resume"));
  REQUIRE(write_file(first / "resume" / "plan", "made"));
  const fs::path second = store.staging_for(7).value().parent_path();
  CHECK_FALSE(fs::exists(first));
  CHECK(read_file(second / "resume" / "plan").value() == "made");
  CHECK_FALSE(fs::exists(store.staging_for(8).value().parent_path() / "resume"));
}

TEST_CASE_FIXTURE(StoreFixture, "no path leads out of a version") {
  REQUIRE(store.adopt(stage(1), id, Files::kHashed));
  const fs::path version = folder.path() / "versions" / id;
  REQUIRE(write_file(folder.path() / "secret", "secret"));
  fs::create_symlink(folder.path() / "secret", version / "link");
  fs::create_directory_symlink(folder.path(), version / "way-out");
  REQUIRE(::mkfifo((version / "pipe").c_str(), 0600) == 0);
  const std::array<std::string_view, 16> paths = {"",
                                                  "/",
                                                  ".",
                                                  "..",
                                                  "../../secret",
                                                  "video/../index.json",
                                                  "./index.json",
                                                  "/index.json",
                                                  "video//0",
                                                  "index.json/",
                                                  "video",
                                                  "link",
                                                  "way-out/secret",
                                                  "pipe",
                                                  "video/0/9",
                                                  "a/b/c/d"};
  for (const std::string_view path : paths) CHECK_MESSAGE(store.open(id, path).error().code == Errc::kNotFound, path);
  using namespace std::string_view_literals;
  CHECK(store.open(id, "index.json\0x"sv).error().code == Errc::kNotFound);
  CHECK(store.open(id, std::string(5000, 'a')).error().code == Errc::kNotFound);
  CHECK(store.open("..", "library.db").error().code == Errc::kNotFound);
  CHECK(store.open(std::string(64, 'f'), "index.json").error().code == Errc::kNotFound);
}

TEST_CASE_FIXTURE(StoreFixture, "what was adopted counts as verified until it changes, over restarts too") {
  REQUIRE(store.adopt(stage(1), id, Files::kHashed));
  const FileState made = store.open(id, "video/0/1.m4s")->state;
  CHECK((store.verified(id).at("video/0/1.m4s") == made));
  CHECK(store.verified(id).contains("index.json"));

  REQUIRE(write_file(folder.path() / "versions" / id / "video/0/1.m4s", "segmenT"));
  const FileState changed = store.open(id, "video/0/1.m4s")->state;
  CHECK_FALSE((changed == made));
  CHECK((store.verified(id).at("video/0/1.m4s") == made));

  store.note_verified(id, "video/0/1.m4s", changed);
  const Library again = open_library(folder.path()).value();
  CHECK((again.versions->verified(id).at("video/0/1.m4s") == changed));
  CHECK(again.versions->verified(std::string(64, 'f')).empty());
  CHECK(again.versions->verified("../../etc/passwd").empty());
}

TEST_CASE_FIXTURE(StoreFixture, "of files that stood on the disk before they were adopted nothing is believed") {
  REQUIRE(store.adopt(stage(1), id, Files::kUnknown));
  CHECK(store.verified(id).empty());
}

TEST_CASE_FIXTURE(StoreFixture, "of a version that is there already nothing new is believed when it is adopted again") {
  REQUIRE(store.adopt(stage(1), id, Files::kUnknown));
  REQUIRE(store.adopt(stage(2), id, Files::kHashed));
  CHECK(store.verified(id).empty());
}

TEST_CASE_FIXTURE(StoreFixture, "what is remembered of a file that changes over and over does not grow for ever") {
  REQUIRE(store.adopt(stage(1), id, Files::kHashed));
  for (std::int64_t time = 1; time <= 4000; ++time) store.note_verified(id, "video/0/1.m4s", {1, 2, time, time});
  CHECK((store.verified(id).at("video/0/1.m4s") == FileState{1, 2, 4000, 4000}));
  CHECK(fs::file_size(folder.path() / "verified" / id) < 1000);
  CHECK((store.verified(id).at("video/0/1.m4s") == FileState{1, 2, 4000, 4000}));
  CHECK(store.verified(id).contains("index.json"));
}

TEST_CASE("lines about verified files that are torn or foreign are not believed") {
  const FileState state{12, 345, 678, -9};
  const std::string line = verified_line("video/0/1.m4s", state);
  CHECK((parse_verified(line).at("video/0/1.m4s") == state));
  CHECK((parse_verified(line + verified_line("video/0/1.m4s", {1, 2, 3, 4})).at("video/0/1.m4s") ==
         FileState{1, 2, 3, 4}));
  for (std::size_t length = 0; length < line.size(); ++length) CHECK(parse_verified(line.substr(0, length)).empty());
  for (const char* foreign : {"\n", "a b c d e\n", "1 2 3 4\n", "1 2 3 4 \n", "1  2 3 4 x\n", "-1 2 3 4 x\n",
                              "1 2 3 99999999999999999999 x\n"})
    CHECK_MESSAGE(parse_verified(foreign).empty(), foreign);
  CHECK(verified_line("two\nlines", state).empty());
}

TEST_CASE_FIXTURE(StoreFixture, "stray names among the versions are not versions") {
  fs::create_directory(folder.path() / "versions" / "notes");
  REQUIRE(write_file(folder.path() / "versions" / std::string(64, 'a'), "a file"));
  CHECK(store.list().value().empty());
  CHECK_FALSE(store.contains(std::string(64, 'a')));
  CHECK_FALSE(store.contains("notes"));
}

TEST_CASE_FIXTURE(StoreFixture,
                  "a file of a version is placed elsewhere without a copy, and nothing else can be placed") {
  REQUIRE(store.adopt(stage(1), id, Files::kHashed));
  const fs::path to = folder.path() / "placed";
  REQUIRE(store.place(id, "video/0/1.m4s", to));
  CHECK(read_file(to).value() == "segment");
  CHECK(fs::hard_link_count(to) == 2);
  CHECK(store.place(id, "video/0/1.m4s", to).has_error());  // it is there
  CHECK(store.place(id, "../secret", folder.path() / "x").error().code == Errc::kNotFound);
  CHECK(store.place(id, "video/0", folder.path() / "x").error().code == Errc::kNotFound);
}
