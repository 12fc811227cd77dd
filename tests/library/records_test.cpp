// Lessons as editors see them: what is written is read, nobody overwrites another, versions are kept.
#include <doctest/doctest.h>

#include "library/catalogue_checks.hpp"
#include "library/lesson_records.hpp"
#include "library/library.hpp"
#include "tests/library/temporary_folder.hpp"
#include "tests/support/result.hpp"

using namespace chalkline;
using namespace chalkline::library;

static const Author kAuthor = {"test", ""};

static LessonDetails details_of(const std::string& title) {
  LessonDetails details;
  details.title = title;
  return details;
}

// A version published for the lesson by the queue, as workers do it.
static void publish(const Library& library, const std::string& lesson, char digit) {
  const Job job = library.jobs->enqueue({lesson, "incoming/a/0/a.mp4", "a.mp4", {}, 3}).value();
  REQUIRE(library.jobs->claim("w", std::chrono::seconds(60), job.id).value());
  REQUIRE(library.jobs->publish(job.id, "w", std::string(64, digit)));
}

TEST_CASE("everything that is said of a lesson is read as it was written") {
  const tests::TemporaryFolder folder;
  const Library library = open_library(folder.path()).value();
  LessonDetails details = details_of("Maji");
  details.description = "Maji ni uhai.\nSehemu ya kwanza";
  details.language = "sw";
  details.course = "Sayansi";
  details.position = 7;
  details.state = LessonState::kDraft;
  details.licence = "CC-BY-4.0";
  details.tags = {"water", "life", "water"};
  details.texts = {{"fr", "L'eau", "L'eau, c'est la vie"}, {"en", "Water", ""}};
  details.attachments = {{"sheet.pdf", "application/pdf", std::string(64, 'a'), 1200},
                         {"book.pdf", "application/pdf", "", -1}};
  const LessonRecord made = library.records->create("", details, kAuthor).value();
  CHECK(made.id == "maji");
  CHECK(made.revision == 1);
  const LessonRecord read = library.records->find("maji").value();
  put_in_order(details);
  CHECK(read.details == details);
  CHECK(read.details.tags == std::vector<std::string>{"life", "water"});
  CHECK(read.details.texts[0].language == "en");
  CHECK(library.catalogue->find("maji").value().state == LessonState::kDraft);

  const LessonRecord changed = library.records->replace("maji", details_of("Uhai"), 1, kAuthor).value().value();
  CHECK(changed.details == details_of("Uhai"));
  CHECK(changed.revision == 2);
}

TEST_CASE("of two who change the same state of a lesson one is told so") {
  const tests::TemporaryFolder folder;
  const Library library = open_library(folder.path()).value();
  REQUIRE(library.records->create("a", details_of("A"), kAuthor));
  CHECK(library.records->replace("a", details_of("B"), 1, kAuthor).value());
  CHECK_FALSE(library.records->replace("a", details_of("C"), 1, kAuthor).value());
  CHECK_FALSE(library.records->withdraw("a", 1, kAuthor).value());
  CHECK(library.records->find("a").value().details.title == "B");
  CHECK(library.records->create("a", details_of("D"), kAuthor).error().code == Errc::kAlreadyExists);
  CHECK(library.records->create("A b", details_of("D"), kAuthor).error().code == Errc::kInvalidArgument);
}

TEST_CASE("a published lesson is withdrawn and keeps its versions; one that never was is removed") {
  const tests::TemporaryFolder folder;
  const Library library = open_library(folder.path()).value();
  REQUIRE(library.records->create("a", details_of("A"), kAuthor));
  CHECK(library.records->withdraw("a", 1, kAuthor).value());
  CHECK(library.records->find("a").error().code == Errc::kNotFound);
  CHECK(library.records->search("A", {true, {}, "", "", "", ""}, {}, 10).value().lessons.empty());

  REQUIRE(library.records->create("b", details_of("B"), kAuthor));
  publish(library, "b", '1');
  const LessonRecord published = library.records->find("b").value();
  CHECK(published.revision == 2);  // a publication is a change
  CHECK(library.records->withdraw("b", 2, kAuthor).value());
  const LessonRecord withdrawn = library.records->find("b").value();
  CHECK(withdrawn.details.state == LessonState::kWithdrawn);
  CHECK(withdrawn.version == std::string(64, '1'));

  REQUIRE(library.records->create("c", details_of("C"), kAuthor));
  const Job job = library.jobs->enqueue({"c", "incoming/a/0/a.mp4", "a.mp4", {}, 3}).value();
  REQUIRE(library.jobs->claim("w", std::chrono::seconds(60), job.id).value());
  CHECK(library.records->withdraw("c", 1, kAuthor).error().code == Errc::kBusy);
}

TEST_CASE("a lesson goes back to a version that it had, and to no other") {
  const tests::TemporaryFolder folder;
  const Library library = open_library(folder.path()).value();
  REQUIRE(library.records->create("a", details_of("A"), kAuthor));
  publish(library, "a", '1');
  publish(library, "a", '2');
  const LessonRecord before = library.records->find("a").value();
  CHECK(before.version == std::string(64, '2'));
  CHECK(library.records->roll_back("a", std::string(64, '3'), before.revision, kAuthor).error().code ==
        Errc::kNotFound);
  const LessonRecord after =
      library.records->roll_back("a", std::string(64, '1'), before.revision, kAuthor).value().value();
  CHECK(after.version == std::string(64, '1'));
  CHECK(after.revision == before.revision + 1);
  const std::vector<KeptVersion> versions = library.records->versions("a").value();
  REQUIRE(versions.size() == 3);
  CHECK(versions[0].number == 3);
  CHECK(versions[0].version == std::string(64, '1'));
  CHECK(versions[1].version == std::string(64, '2'));
}

TEST_CASE("a page follows the other without a lesson twice or missing") {
  const tests::TemporaryFolder folder;
  const Library library = open_library(folder.path()).value();
  for (int i = 0; i < 7; ++i) {
    LessonDetails details = details_of("Lesson " + std::to_string(i));
    if (i % 2 == 0) details.tags = {"even"};
    if (i == 3) details.state = LessonState::kWithdrawn;
    REQUIRE(library.records->create("", details, kAuthor));
  }
  std::vector<std::string> seen;
  std::optional<std::int64_t> from;
  do {
    const LessonPage page = library.records->list({}, from, 2).value();
    for (const LessonRecord& lesson : page.lessons) seen.push_back(lesson.details.title);
    from = page.next;
  } while (from);
  CHECK(seen == std::vector<std::string>{"Lesson 6", "Lesson 5", "Lesson 4", "Lesson 2", "Lesson 1", "Lesson 0"});
  CHECK(library.records->list({true, {}, "", "", "", ""}, {}, 50).value().lessons.size() == 7);
  CHECK(library.records->list({true, LessonState::kWithdrawn, "", "", "", ""}, {}, 50).value().lessons.size() == 1);
  CHECK(library.records->list({true, {}, "", "", "even", ""}, {}, 50).value().lessons.size() == 4);
}

TEST_CASE("lessons are found in any script, by beginnings of words, the title before the rest") {
  const tests::TemporaryFolder folder;
  const Library library = open_library(folder.path()).value();
  const auto add = [&](const std::string& id, const std::string& title, const std::string& description,
                       std::vector<Translation> texts) {
    LessonDetails details = details_of(title);
    details.description = description;
    details.texts = std::move(texts);
    REQUIRE(library.records->create(id, details, kAuthor));
  };
  add("rest", "Something else", "About fractions", {});
  add("fractions", "Fractions", "Half and third",
      {{"ar", "الكُسور", "درس"}, {"zh", "分数入门", ""}, {"sw", "Sehemu", ""}});
  add("ecole", "L'école", "", {{"th", "คณิตศาสตร์", ""}, {"hi", "किताब", ""}, {"ru", "Дроби", ""}});
  const auto found = [&](const std::string& text) {
    std::vector<std::string> ids;
    for (const LessonRecord& lesson : library.records->search(text, {}, {}, 10).value().lessons)
      ids.push_back(lesson.id);
    return ids;
  };
  using Ids = std::vector<std::string>;
  CHECK(found("fract") == Ids{"fractions", "rest"});
  CHECK(found("FRACTIONS half") == Ids{"fractions"});
  CHECK(found("ecole") == Ids{"ecole"});
  CHECK(found("ÉCOLE") == Ids{"ecole"});
  CHECK(found("الكسور") == Ids{"fractions"});
  CHECK(found("入") == Ids{"fractions"});
  CHECK(found("数入") == Ids{"fractions"});
  CHECK(found("入数") == Ids{});
  CHECK(found("ศาสตร์") == Ids{"ecole"});
  CHECK(found("किता") == Ids{"ecole"});
  CHECK(found("дроб") == Ids{"ecole"});
  CHECK(found("\" OR title:") == Ids{});
  CHECK(found("") == Ids{});
  REQUIRE(library.records->replace("fractions", details_of("Other"), 1, kAuthor).value());
  CHECK(found("fract") == Ids{"rest"});
}

TEST_CASE("a lesson that was added without records is found too, and one that is taken back is not") {
  const tests::TemporaryFolder folder;
  const Library library = open_library(folder.path()).value();
  const std::string id = library.catalogue->create({"Water", "Science", "en"}).value().id;
  CHECK(library.records->search("science", {}, {}, 10).value().lessons.size() == 1);
  REQUIRE(library.catalogue->remove_unpublished(id));
  CHECK(library.records->search("science", {}, {}, 10).value().lessons.empty());
}

TEST_CASE("what was improving a version improves the one with other captions, also when somebody was at it") {
  tests::TemporaryFolder folder;
  const Library library = open_library(folder.path()).value();
  const std::string one(64, '1');
  const std::string two(64, '2');
  const std::string three(64, '3');
  using namespace std::chrono_literals;
  const Job first =
      library.jobs->enqueue_lesson({.title = "A", .course = ""}, {"", "incoming/x/a", "a", {}, 3}).value();
  REQUIRE(library.jobs->claim("w", 60s).value());
  REQUIRE(library.jobs->publish(first.id, "w", one, Next::kImprove));
  const auto point_at = [&](const std::string& version) {
    REQUIRE(library.records->point_at("a", version, library.records->find("a").value().revision, {}).value());
  };
  point_at(two);
  const Job waiting = library.jobs->claim("w", 60s).value().value();
  CHECK(waiting.base == two);
  point_at(three);
  CHECK(library.jobs->renew(waiting.id, "w", 60s, {}).error().code == Errc::kCancelled);
  const Job again = library.jobs->claim("w", 60s).value().value();
  CHECK(again.id == waiting.id);
  CHECK(again.base == three);
  CHECK(again.tries == 1);
  REQUIRE(library.jobs->publish(again.id, "w", one));
  CHECK(library.catalogue->find("a").value().version == one);
}
