// Uploads in a real library: what is durable, who may write, what a kill leaves, what they become.
#include "streamer/uploads/upload_desk.hpp"

#include <chrono>
#include <filesystem>
#include <fstream>

#include <doctest/doctest.h>

#include "core/file.hpp"
#include "core/sha256.hpp"
#include "library/attachments.hpp"
#include "library/incoming.hpp"
#include "library/upload_file.hpp"
#include "tests/library/temporary_folder.hpp"
#include "tests/support/result.hpp"

using namespace chalkline;
using namespace chalkline::streamer;
using library::Upload;
using library::UploadKind;
using library::UploadState;
namespace fs = std::filesystem;

namespace {

struct Desk {
  tests::TemporaryFolder folder;
  std::int64_t now = library::system_clock_ms();
  library::Library library = library::open_library(folder.path(), [this] { return now; }).value();
  UploadRules rules{1'000'000, 2'000'000, 5, 60'000, 3};
  std::unique_ptr<UploadDesk> desk = again();

  // As after a restart: nothing is remembered but what is on the disk.
  std::unique_ptr<UploadDesk> again() {
    return std::make_unique<UploadDesk>(library, rules, [this] { return now; });
  }

  Upload begin(std::optional<std::uint64_t> length,
               const std::string& metadata = "filename YS5tcDQ=", UploadKind kind = UploadKind::kWhole) {
    Upload wanted;
    wanted.kind = kind;
    wanted.length = length;
    wanted.metadata = metadata;
    return desk->create(wanted).value();
  }
  void append(const std::string& id, const std::string& bytes) {
    const auto writer = desk->write(id).value();
    REQUIRE(writer->append(bytes));
    REQUIRE(writer->seal());
    desk->put_down(*writer);
  }
  Upload finish(const std::string& id) {
    const auto writer = desk->write(id).value();
    auto done = desk->complete(*writer, writer->upload().metadata);
    REQUIRE(done);
    return *done;
  }
  [[nodiscard]] std::size_t files(const char* name) const {
    std::size_t count = 0;
    for (const auto& entry : fs::directory_iterator(folder.path() / name))
      if (!entry.path().filename().string().starts_with('.')) ++count;
    return count;
  }
};

}  // namespace

TEST_CASE("an upload grows in pieces and becomes a lesson with a job that has its bytes") {
  Desk at;
  const Upload upload = at.begin(10, "filename dGFsay5tcDQ=,title V2F0ZXI=,language c3c=,course U2NpZW5jZQ==");
  CHECK(library::is_upload_id(upload.id));
  CHECK(at.desk->look(upload.id)->offset == 0);
  at.append(upload.id, "01234");
  CHECK(at.desk->look(upload.id)->offset == 5);
  CHECK(at.desk->look(upload.id)->upload.state == UploadState::kOpen);
  at.append(upload.id, "56789");
  const Upload done = at.finish(upload.id);
  CHECK(done.state == UploadState::kDone);
  CHECK(done.sha256 == sha256_hex("0123456789"));
  const auto lesson = at.library.catalogue->find(done.lesson_id);
  REQUIRE(lesson);
  CHECK(lesson->title == "Water");
  CHECK(lesson->language == "sw");
  CHECK(lesson->course == "Science");
  const auto jobs = at.library.jobs->list().value();
  REQUIRE(jobs.size() == 1);
  CHECK(jobs[0].source_name == "talk.mp4");
  CHECK(read_file(at.folder.path() / jobs[0].source).value() == "0123456789");
  CHECK(at.files("uploads") == 0);
  CHECK(at.desk->look(upload.id)->offset == 10);
}

TEST_CASE("one writes at a time; who has fallen silent gives way") {
  Desk at;
  const Upload upload = at.begin(10);
  const auto first = at.desk->write(upload.id).value();
  REQUIRE(first->append("012"));
  CHECK(at.desk->write(upload.id).error().code == Errc::kBusy);
  CHECK(first->put_aside(std::chrono::seconds(0)));
  CHECK(first->append("x").error().code == Errc::kCancelled);
  const auto second = at.desk->write(upload.id).value();
  CHECK(second->size() == 3);
}

TEST_CASE("more than the upload may have is refused, and what came before is kept") {
  Desk at;
  const Upload upload = at.begin(4);
  const auto writer = at.desk->write(upload.id).value();
  REQUIRE(writer->append("012"));
  CHECK(writer->append("34").error().code == Errc::kLimitExceeded);
  writer->cut();
  CHECK(at.desk->look(upload.id)->offset == 3);
}

TEST_CASE("bytes that a checksum has not vouched for do not count, whatever is killed") {
  Desk at;
  const Upload upload = at.begin(20);
  at.append(upload.id, "hello");
  TusChecksum checksum = *parse_checksum("sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=");  // of "hello world"
  {
    const auto writer = at.desk->write(upload.id).value();
    REQUIRE(writer->expect(checksum));
    REQUIRE(writer->append("hello wormd"));
    CHECK(at.desk->look(upload.id)->offset == 5);
    CHECK(writer->seal().error().code == Errc::kCorrupt);
    CHECK(writer->size() == 5);
    at.desk->put_down(*writer);
  }
  {
    const auto writer = at.desk->write(upload.id).value();
    REQUIRE(writer->expect(checksum));
    REQUIRE(writer->append("hello wo"));
  }  // as a kill leaves it
  at.desk = at.again();
  CHECK(at.desk->look(upload.id)->offset == 5);
  {
    const auto writer = at.desk->write(upload.id).value();
    CHECK(writer->size() == 5);
    REQUIRE(writer->expect(checksum));
    REQUIRE(writer->append("hello world"));
    REQUIRE(writer->seal());
  }
  CHECK(at.desk->look(upload.id)->offset == 16);
}

TEST_CASE("the sum of an upload is right, however often its server died") {
  Desk at;
  const Upload upload = at.begin(9);
  for (const char* piece : {"abc", "def", "ghi"}) {
    at.append(upload.id, piece);
    at.desk = at.again();
  }
  const auto status = at.desk->look(upload.id);  // all bytes were there, and nobody had made it a lesson
  REQUIRE(status);
  CHECK(status->upload.state == UploadState::kDone);
  CHECK(status->upload.sha256 == sha256_hex("abcdefghi"));
  CHECK(at.library.jobs->list()->size() == 1);
}

TEST_CASE("each step of finishing may be the last before a kill: the next start goes on, once") {
  for (int steps = 0; steps < 4; ++steps) {
    CAPTURE(steps);
    Desk at;
    Upload upload = at.begin(5);
    at.append(upload.id, "12345");
    upload.sha256 = sha256_hex("12345");
    REQUIRE(at.library.uploads->begin_finish(upload));
    const auto file = library::UploadFile::path_of(at.folder.path(), upload.id);
    if (steps >= 1) {
      fs::create_directories(at.folder.path() / "incoming" / ("." + upload.id) / "0");
      fs::rename(file, at.folder.path() / "incoming" / ("." + upload.id) / "0" / "a.mp4");
    }
    library::NewJob job;
    if (steps >= 2) job.source = library::take_over(at.folder.path(), file, upload.id, "a.mp4").value();
    std::string lesson;
    if (steps >= 3) lesson = at.library.jobs->enqueue_lesson({"a", "", "und"}, job).value().lesson_id;
    CHECK(library::sweep(at.library, std::chrono::seconds(-10)).value() == 0);  // it is not taken for rubbish
    at.desk = at.again();
    at.desk->tend();
    const Upload done = at.library.uploads->find(upload.id).value();
    CHECK(done.state == UploadState::kDone);
    if (!lesson.empty()) CHECK(done.lesson_id == lesson);
    CHECK(at.library.catalogue->list()->size() == 1);
    const auto jobs = at.library.jobs->list().value();
    REQUIRE(jobs.size() == 1);
    CHECK(read_file(at.folder.path() / jobs[0].source).value() == "12345");
    CHECK(at.files("uploads") == 0);
  }
}

TEST_CASE("the same recording again is the same lesson, unless another is asked for") {
  Desk at;
  const auto upload = [&](const std::string& metadata) {
    const Upload made = at.begin(5, metadata);
    at.append(made.id, "12345");
    return at.finish(made.id);
  };
  const Upload first = upload("filename YS5tcDQ=");
  const Upload second = upload("filename Yi5tcDQ=");
  CHECK(second.lesson_id == first.lesson_id);
  CHECK(second.duplicate);
  CHECK(at.library.jobs->list()->size() == 1);
  CHECK(at.files("uploads") == 0);
  CHECK(at.files("incoming") == 1);
  const Upload third = upload("filename Yi5tcDQ=,again");
  CHECK(third.lesson_id != first.lesson_id);
  CHECK_FALSE(third.duplicate);
}

TEST_CASE("a lesson whose job failed gets another job from the same recording") {
  Desk at;
  const Upload first = at.begin(5);
  at.append(first.id, "12345");
  const std::string lesson = at.finish(first.id).lesson_id;
  const auto job = at.library.jobs->claim("w", std::chrono::seconds(60)).value().value();
  REQUIRE(at.library.jobs->fail(job.id, "w", "it is broken", library::Retry::kNever));
  const Upload second = at.begin(5);
  at.append(second.id, "12345");
  const Upload done = at.finish(second.id);
  CHECK(done.lesson_id == lesson);
  CHECK_FALSE(done.duplicate);
  CHECK(at.library.jobs->list()->size() == 2);
}

TEST_CASE("parts are joined in the order asked for, once, and their room is given back") {
  Desk at;
  std::vector<std::string> ids;
  for (const char* bytes : {" world", "hello"}) {
    const Upload part = at.begin(std::string(bytes).size(), "", UploadKind::kPartial);
    at.append(part.id, bytes);
    ids.insert(ids.begin(), part.id);
  }
  Upload wanted;
  wanted.kind = UploadKind::kJoined;
  wanted.parts = "final;/files/" + ids[0] + " /files/" + ids[1];
  wanted.metadata = "filename YS5tcDQ=";
  const auto joined = at.desk->join(wanted, ids);
  REQUIRE(joined);
  CHECK(joined->length == 11);
  CHECK(joined->sha256 == sha256_hex("hello world"));
  CHECK(at.desk->look(ids[0])->offset == 5);
  CHECK(at.files("uploads") == 0);
  CHECK(at.desk->join(wanted, ids)->id == joined->id);  // asked again by who did not hear the answer
  const Upload half = at.begin(10, "", UploadKind::kPartial);
  at.append(half.id, "123");
  CHECK(at.desk->join(Upload(), {half.id}).error().code == Errc::kInvalidArgument);
  CHECK(at.desk->join(Upload(), {std::string(32, '0')}).error().code == Errc::kInvalidArgument);
}

TEST_CASE("room is kept for what was begun: size, number and quota are checked before a byte comes") {
  Desk at;
  at.begin(1'000'000);
  at.begin(900'000);
  Upload wanted;
  wanted.length = 200'000;
  CHECK(at.desk->create(wanted).error().code == Errc::kDiskFull);
  const Upload deferred = at.begin(std::nullopt);
  const auto writer = at.desk->write(deferred.id).value();
  CHECK(writer->append(std::string(100'001, 'x')).error().code == Errc::kLimitExceeded);
  CHECK(writer->append(std::string(100'000, 'x')));
  at.begin(std::nullopt);
  at.begin(std::nullopt);
  CHECK(at.desk->create(Upload()).error().code == Errc::kLimitExceeded);
}

TEST_CASE("what nobody goes on with is removed, and nothing is left of it") {
  Desk at;
  const Upload old = at.begin(10);
  at.append(old.id, "123");
  const Upload part = at.begin(3, "", UploadKind::kPartial);
  at.append(part.id, "123");
  const Upload direct = at.begin(10, "", UploadKind::kDirect);
  at.append(direct.id, "123");
  std::ofstream(library::UploadFile::path_of(at.folder.path(), std::string(32, 'f'))) << "stray";
  fs::last_write_time(library::UploadFile::path_of(at.folder.path(), std::string(32, 'f')),
                      fs::file_time_type::clock::now() - std::chrono::hours(1));
  at.desk->tend();
  CHECK(at.files("uploads") == 3);  // the stray one is gone
  CHECK(at.desk->look(old.id)->upload.state == UploadState::kOpen);
  at.now += 300'000;
  at.desk->tend();
  CHECK(at.files("uploads") == 0);
  CHECK(at.desk->look(old.id)->upload.state == UploadState::kExpired);
  CHECK(at.library.uploads->unfinished()->empty());
  at.now += std::int64_t{31} * 24 * 3'600'000;
  at.desk->tend();
  CHECK(at.desk->look(old.id).error().code == Errc::kNotFound);
}

TEST_CASE("an upload that is ended leaves nothing, and its lesson stays where it became one") {
  Desk at;
  const Upload open = at.begin(10);
  at.append(open.id, "123");
  REQUIRE(at.desk->terminate(open.id));
  CHECK(at.desk->look(open.id).error().code == Errc::kNotFound);
  CHECK(at.files("uploads") == 0);
  const Upload whole = at.begin(3);
  at.append(whole.id, "123");
  const std::string lesson = at.finish(whole.id).lesson_id;
  REQUIRE(at.desk->terminate(whole.id));
  CHECK(at.desk->look(whole.id)->upload.state == UploadState::kExpired);
  CHECK(at.library.catalogue->find(lesson));
  CHECK(at.desk->terminate(std::string(32, '0')).error().code == Errc::kNotFound);
}

TEST_CASE("an attachment whose finishing was killed is there after the next start, once") {
  Desk at;
  const std::string lesson = at.library.catalogue->create({"Maji", ""}).value().id;
  REQUIRE(lesson == "maji");
  const Upload made = at.begin(5, "filename YS5wZGY=,attach bWFqaQ==");
  at.append(made.id, "12345");
  {
    const auto writer = at.desk->write(made.id).value();
    Upload upload = writer->upload();
    upload.sha256 = writer->sha256().value();
    REQUIRE(at.library.uploads->begin_finish(upload));
  }
  for (int starts = 0; starts < 2; ++starts) {
    at.desk = at.again();
    at.desk->tend();
    const auto details = at.library.records->find(lesson).value().details;
    REQUIRE(details.attachments.size() == 1);
    CHECK(details.attachments[0].name == "a.pdf");
    CHECK(details.attachments[0].media_type == "application/pdf");
    CHECK(details.attachments[0].bytes == 5);
    CHECK(read_file(at.folder.path() / "attachments" / details.attachments[0].sha256, 100).value() == "12345");
    CHECK(at.desk->look(made.id).value().upload.state == UploadState::kDone);
    CHECK(at.files("uploads") == 0);
  }
}

TEST_CASE("an attachment's file goes when no lesson names it any more, and not before") {
  Desk at;
  REQUIRE(at.library.catalogue->create({"Maji", ""}).value().id == "maji");
  const Upload made = at.begin(5, "filename YS5wZGY=,attach bWFqaQ==");
  at.append(made.id, "12345");
  REQUIRE(at.finish(made.id).lesson_id == "maji");
  at.desk->tend();
  CHECK(at.files("attachments") == 1);
  const library::LessonRecord lesson = at.library.records->find("maji").value();
  library::LessonDetails details = lesson.details;
  details.attachments.clear();
  REQUIRE(at.library.records->replace("maji", details, lesson.revision, {}).value());
  at.desk->tend();
  CHECK(fs::exists(library::attachment_file(at.library.root, sha256_hex("12345"))));  // for a week
  for (const auto& one : fs::directory_iterator(at.library.root / "attachments"))
    fs::last_write_time(one.path(), fs::last_write_time(one.path()) - std::chrono::hours(8 * 24));
  at.desk->tend();
  CHECK(at.files("attachments") == 0);
}
