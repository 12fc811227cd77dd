// Curriculum, import, audit log, kept replies, and changes that are one.
#include "library/catalogue_changes.hpp"

#include <algorithm>

#include <doctest/doctest.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include "library/catalogue_checks.hpp"
#include "library/library.hpp"
#include "tests/library/temporary_folder.hpp"
#include "tests/support/result.hpp"

using namespace chalkline;
using namespace chalkline::library;

static const Author kAuthor = {"test", "127.0.0.1"};

static NodeDetails node(NodeKind kind, const std::string& title, const std::string& parent = "") {
  NodeDetails details;
  details.kind = kind;
  details.title = title;
  details.parent = parent;
  return details;
}

static LessonRow row(const std::string& title, std::array<std::string, 4> path = {}) {
  LessonRow made;
  made.details.title = title;
  made.path = std::move(path);
  return made;
}

TEST_CASE("the curriculum goes down by kinds, and a level may be left out") {
  const tests::TemporaryFolder folder;
  const Library library = open_library(folder.path()).value();
  Curriculum& curriculum = *library.curriculum;
  const std::string kenya = curriculum.create("", node(NodeKind::kCountry, "Kenya"), kAuthor).value().id;
  const std::string maths = curriculum.create("", node(NodeKind::kSubject, "Maths", kenya), kAuthor).value().id;
  const std::string numbers = curriculum.create("", node(NodeKind::kCourse, "Numbers", maths), kAuthor).value().id;
  for (const NodeDetails& wrong :
       {node(NodeKind::kSubject, "X", numbers), node(NodeKind::kSubject, "X", maths),
        node(NodeKind::kCountry, "X", kenya), node(NodeKind::kCourse, "X", "none"), node(NodeKind::kCourse, " ")})
    CHECK(curriculum.create("", wrong, kAuthor).error().code == Errc::kInvalidArgument);
  CHECK(curriculum.create(kenya, node(NodeKind::kCourse, "X"), kAuthor).error().code == Errc::kAlreadyExists);
  CHECK(curriculum.list({std::nullopt, kenya}).value().size() == 1);
  CHECK(curriculum.list({NodeKind::kCourse, std::nullopt}).value().front().id == numbers);
  CHECK(curriculum.list({std::nullopt, ""}).value().front().id == kenya);
  CHECK(curriculum.list({}).value().size() == 3);

  CHECK(curriculum.remove(maths, 1, kAuthor).error().code == Errc::kBusy);
  CHECK_FALSE(curriculum.remove(numbers, 2, kAuthor).value());
  LessonDetails lesson;
  lesson.title = "Fractions";
  lesson.course_id = numbers;
  REQUIRE(library.records->create("", lesson, kAuthor));
  CHECK(curriculum.remove(numbers, 1, kAuthor).error().code == Errc::kBusy);
  lesson.course_id = maths;
  CHECK(library.records->create("", lesson, kAuthor).error().code == Errc::kInvalidArgument);
  CHECK(curriculum.replace(numbers, node(NodeKind::kSubject, "Numbers", kenya), 1, kAuthor).error().code ==
        Errc::kInvalidArgument);
}

TEST_CASE("a course has its lessons in an order, and its title is theirs") {
  const tests::TemporaryFolder folder;
  const Library library = open_library(folder.path()).value();
  REQUIRE(library.curriculum->create("numbers", node(NodeKind::kCourse, "Numbers"), kAuthor));
  for (const char* id : {"a", "b", "c"}) {
    LessonDetails lesson;
    lesson.title = id;
    lesson.course_id = "numbers";
    REQUIRE(library.records->create(id, lesson, kAuthor));
  }
  const auto order = [&] {
    std::string ids;
    for (const LessonRecord& lesson : library.records->of_course("numbers", true).value()) ids += lesson.id;
    return ids;
  };
  CHECK(order() == "abc");
  const Node ordered = library.curriculum->order_lessons("numbers", {"c", "a"}, 1, kAuthor).value().value();
  CHECK(ordered.revision == 2);
  CHECK(order() == "cab");
  CHECK_FALSE(library.curriculum->order_lessons("numbers", {"a"}, 1, kAuthor).value());
  CHECK(library.curriculum->order_lessons("numbers", {"a", "none"}, 2, kAuthor).error().code == Errc::kInvalidArgument);
  CHECK(order() == "cab");

  CHECK(library.catalogue->find("a").value().course == "Numbers");
  REQUIRE(library.curriculum->replace("numbers", node(NodeKind::kCourse, "Algebra"), 2, kAuthor).value());
  CHECK(library.catalogue->find("a").value().course == "Algebra");
  CHECK(library.records->search("algebra", {}, {}, 10).value().lessons.size() == 3);
}

TEST_CASE("an import makes its curriculum once, and is all or nothing") {
  const tests::TemporaryFolder folder;
  const Library library = open_library(folder.path()).value();
  std::vector<LessonRow> rows = {row("Halves", {"Kenya", "Grade 5", "Maths", "Numbers"}),
                                 row("Halves", {"Kenya", "Grade 5", "Maths", "Numbers"}),
                                 row("Loose", {"", "", "", "Physics"})};
  const ImportReport report = library.records->import(rows, kAuthor).value();
  CHECK(report.created == 3);
  CHECK(report.nodes_created == 4);
  const std::vector<LessonRow> out = library.records->export_all().value();
  REQUIRE(out.size() == 3);
  CHECK(out[1].id == "halves-2");
  CHECK(out[0].path == rows[0].path);
  CHECK(out[2].path == rows[2].path);
  const ImportReport again = library.records->import(out, kAuthor).value();
  CHECK(again.updated == 3);
  CHECK(again.nodes_created == 0);

  rows.push_back(row("Bad"));
  rows.back().details.language = "no language";
  const auto refused = library.records->import(rows, kAuthor);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message.starts_with("row 4: "));
  CHECK(library.records->export_all().value().size() == 3);
}

TEST_CASE("a row that says that nothing stands above its lesson takes it out of its course") {
  const tests::TemporaryFolder folder;
  const Library library = open_library(folder.path()).value();
  REQUIRE(library.records->import(std::vector{row("Halves", {"Kenya", "Grade 5", "Maths", "Numbers"})}, kAuthor));
  REQUIRE(library.curriculum->create("art", node(NodeKind::kCourse, "Art"), kAuthor));
  const LessonRow exported = library.records->export_all().value().at(0);
  REQUIRE_FALSE(exported.details.course_id.empty());
  const auto imported = [&](const LessonRow& one) {
    REQUIRE(library.records->import(std::vector{one}, kAuthor));
    return library.records->find("halves").value().details;
  };
  LessonRow loose = exported;  // as a spreadsheet is edited: course_id is left
  loose.path = {"", "", "", "Numbers"};
  CHECK(imported(loose).course_id.empty());
  CHECK(imported(loose).course == "Numbers");
  CHECK(imported(exported).course_id == exported.details.course_id);
  loose.path = {};
  CHECK(imported(loose).course_id.empty());
  CHECK(imported(loose).course.empty());
  LessonRow short_one = exported;  // which has a column course_id alone
  short_one.path = {};
  short_one.has_levels = false;
  CHECK(imported(short_one).course_id == exported.details.course_id);
  LessonRow top = exported;
  top.details.course_id = "art";
  top.path = {"", "", "", "Art"};
  CHECK(imported(top).course_id == "art");
  CHECK(library.records->export_all().value().at(0).path == top.path);
  CHECK(imported(library.records->export_all().value().at(0)).course_id == "art");
}

TEST_CASE("who changed what is in the log, newest first, and equal states have equal hashes") {
  const tests::TemporaryFolder folder;
  const Library library = open_library(folder.path()).value();
  LessonDetails lesson;
  lesson.title = "A";
  REQUIRE(library.records->create("a", lesson, kAuthor));
  lesson.title = "B";
  REQUIRE(library.records->replace("a", lesson, 1, kAuthor).value());
  lesson.title = "A";
  REQUIRE(library.records->replace("a", lesson, 2, kAuthor).value());
  REQUIRE(library.audit->record(kAuthor, "job.cancel", "job/1", "", ""));
  const AuditPage page = library.audit->list({}, 3).value();
  REQUIRE(page.entries.size() == 3);
  CHECK(page.entries[0].action == "job.cancel");
  CHECK(page.entries[1].author.remote == "127.0.0.1");
  const AuditPage rest = library.audit->list(page.next, 3).value();
  REQUIRE(rest.entries.size() == 1);
  CHECK_FALSE(rest.next);
  CHECK(rest.entries[0].before.empty());
  CHECK(rest.entries[0].after == page.entries[1].after);
  CHECK(page.entries[2].before == rest.entries[0].after);
  CHECK(page.entries[2].after != page.entries[2].before);
}

TEST_CASE("changes that belong together are kept or undone together") {
  const tests::TemporaryFolder folder;
  const Library library = open_library(folder.path()).value();
  LessonDetails lesson;
  lesson.title = "A";
  const auto work = [&](bool keep) {
    return [&, keep]() -> Result<bool> {
      CHECK(library.records->create("a", lesson, kAuthor));
      CHECK(library.records->create("a", lesson, kAuthor).error().code == Errc::kAlreadyExists);  // a savepoint undone
      CHECK(library.kept_replies->keep("t", "k", {"hash", 201, "application/json", {{"ETag", "\"r1\""}}, "{}"}));
      return keep;
    };
  };
  REQUIRE(library.changes->together(work(false)));
  CHECK(library.records->find("a").error().code == Errc::kNotFound);
  CHECK_FALSE(library.kept_replies->find("t", "k").value());
  CHECK(library.audit->list({}, 10).value().entries.empty());
  CHECK(library.changes->together([]() -> Result<bool> { return Error(Errc::kIo, "x"); }).error().code == Errc::kIo);
  REQUIRE(library.changes->together(work(true)));
  CHECK(library.records->find("a"));
  const auto kept = library.kept_replies->find("t", "k").value();
  REQUIRE(kept);
  CHECK(kept->fields.front().second == "\"r1\"");
  CHECK(library.audit->list({}, 10).value().entries.size() == 1);
}

TEST_CASE("a reply is kept for a day") {
  const tests::TemporaryFolder folder;
  std::int64_t now = 1'000'000;
  const Library library = open_library(folder.path(), [&now] { return now; }).value();
  REQUIRE(library.kept_replies->keep("t", "k", {"hash", 201, "application/json", {}, "{}"}));
  CHECK_FALSE(library.kept_replies->find("other", "k").value());
  now += 86'399'999;
  CHECK(library.kept_replies->find("t", "k").value());
  now += 1;
  CHECK_FALSE(library.kept_replies->find("t", "k").value());
}

TEST_CASE("kill -9 in the middle of an import leaves all of it or nothing") {
  const tests::TemporaryFolder folder;
  { REQUIRE(open_library(folder.path())); }
  std::vector<LessonRow> rows;
  for (int i = 0; i < 3000; ++i) rows.push_back(row("Lesson " + std::to_string(i), {"", "", "Maths", "Course"}));
  std::size_t expected = 0;
  for (int round = 0; round < 6; ++round) {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      const Library mine = open_library(folder.path()).value();
      (void)mine.records->import(rows, kAuthor);
      ::_exit(0);
    }
    ::usleep(static_cast<useconds_t>(round) * 15'000);
    ::kill(child, SIGKILL);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    const std::size_t found = open_library(folder.path()).value().records->export_all().value().size();
    CAPTURE(round);
    CHECK((found == expected || found == expected + rows.size()));
    if (WIFEXITED(status)) CHECK(found == expected + rows.size());
    expected = found;
  }
}

TEST_CASE("lessons of a library that is older than the catalogue are found, and have their version in the history") {
  const tests::TemporaryFolder folder;
  { REQUIRE(open_library(folder.path())); }
  sqlite3* raw = nullptr;
  REQUIRE(sqlite3_open((folder.path() / "library.db").c_str(), &raw) == SQLITE_OK);
  CHECK(sqlite3_exec(raw,
                     "INSERT INTO lesson (id, title, course, language, created_ms, updated_ms) VALUES ('old', 'Old "
                     "water', '', 'en', 1, 1)",
                     nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(raw);
  const Library library = open_library(folder.path()).value();
  CHECK(library.records->search("water", {}, {}, 10).value().lessons.size() == 1);
  CHECK(library.records->find("old").value().details.state == LessonState::kPublished);
}

TEST_CASE("what may not stand in the catalogue is told with its place") {
  const auto fault = [](const auto& change) {
    LessonDetails details;
    details.title = "A";
    change(details);
    const auto found = fault_of(details);
    return found ? found->field : std::string();
  };
  CHECK(fault([](LessonDetails&) {}).empty());
  CHECK(fault([](LessonDetails& d) { d.title = "  "; }) == "/title");
  CHECK(fault([](LessonDetails& d) { d.title = "a\nb"; }) == "/title");
  CHECK(fault([](LessonDetails& d) { d.title = "\xC3"; }) == "/title");
  CHECK(fault([](LessonDetails& d) { d.title = std::string(501, 'a'); }) == "/title");
  CHECK(fault([](LessonDetails& d) { d.description = "a\nb"; }).empty());
  CHECK(fault([](LessonDetails& d) { d.language = "e"; }) == "/language");
  CHECK(fault([](LessonDetails& d) { d.position = -1; }) == "/position");
  CHECK(fault([](LessonDetails& d) { d.tags = {"a", ""}; }) == "/tags/1");
  CHECK(fault([](LessonDetails& d) { d.texts = {{"fr", "B", ""}, {"fr", "C", ""}}; }) == "/texts/1/language");
  CHECK(fault([](LessonDetails& d) { d.texts = {{"und", "B", ""}}; }) == "/texts/0/language");
  CHECK(fault([](LessonDetails& d) { d.attachments = {{"a/b", "application/pdf", "", -1}}; }) == "/attachments/0/name");
  CHECK(fault([](LessonDetails& d) { d.attachments = {{"a", "pdf", "", -1}}; }) == "/attachments/0/media_type");
  CHECK(fault([](LessonDetails& d) { d.attachments = {{"a", "a/b", "xyz", -1}}; }) == "/attachments/0/sha256");
  CHECK(is_utf8("नमस्ते 𝔘"));
  for (const char* wrong : {"\x80", "\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82"})
    CHECK_FALSE(is_utf8(wrong));
}
