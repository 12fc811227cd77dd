// The catalogue as learners walk through it: what is published, in order, a page at a time.
#include "library/shelves.hpp"

#include <doctest/doctest.h>

#include "library/library.hpp"
#include "tests/library/temporary_folder.hpp"
#include "tests/support/result.hpp"

using namespace chalkline;
using namespace chalkline::library;

namespace {

const Author kAuthor = {"test", ""};

struct Shop {
  const tests::TemporaryFolder folder;
  Library library = open_library(folder.path()).value();

  void node(NodeKind kind, const std::string& id, const std::string& parent) {
    NodeDetails details;
    details.kind = kind;
    details.title = "Node " + id;
    details.parent = parent;
    REQUIRE(library.curriculum->create(id, details, kAuthor));
  }

  void lesson(const std::string& id, const std::string& course_id, const std::string& course, std::int64_t position = 0,
              LessonState state = LessonState::kPublished, char version = '\0') {
    LessonDetails details;
    details.title = "Lesson " + id + " about water";
    details.course_id = course_id;
    details.course = course;
    details.position = position;
    details.state = state;
    REQUIRE(library.records->create(id, details, kAuthor));
    if (version == '\0') return;
    const Job job = library.jobs->enqueue({id, "incoming/a/0/a.mp4", "a.mp4", {}, 3}).value();
    REQUIRE(library.jobs->claim("w", std::chrono::seconds(60), job.id).value());
    REQUIRE(library.jobs->publish(job.id, "w", std::string(64, version)));
  }

  [[nodiscard]] std::string after(const std::string& id) const {
    const auto next = library.shelves->after(id).value();
    return next ? next->id : "";
  }
};

std::string ids(const ShelfPart& part) {
  std::string text;
  for (const LessonRecord& lesson : part.lessons) text += (text.empty() ? "" : " ") + lesson.id;
  return text;
}

}  // namespace

TEST_CASE_FIXTURE(Shop, "courses are counted by what learners may see of them") {
  node(NodeKind::kCourse, "one", "");
  node(NodeKind::kCourse, "two", "");
  lesson("a", "one", "");
  lesson("b", "one", "");
  lesson("c", "one", "", 0, LessonState::kDraft);
  lesson("d", "two", "", 0, LessonState::kWithdrawn);
  lesson("e", "", "Maths");
  lesson("f", "", "");
  lesson("g", "", "Maths");
  lesson("h", "", "Secret", 0, LessonState::kDraft);
  const auto counts = library.shelves->lesson_counts().value();
  CHECK(counts.size() == 1);
  CHECK(counts.at("one") == 2);
  const auto loose = library.shelves->loose_courses().value();
  REQUIRE(loose.size() == 2);
  CHECK(loose[0].name == "Maths");
  CHECK(loose[0].lessons == 2);
  CHECK(loose[1].name.empty());
}

TEST_CASE_FIXTURE(Shop, "a course's lessons come in its order, a page at a time, without drafts") {
  node(NodeKind::kCourse, "one", "");
  lesson("c", "one", "", 3);
  lesson("a", "one", "", 1);
  lesson("x", "one", "", 2, LessonState::kDraft);
  lesson("b", "one", "", 2);
  CHECK(ids(library.shelves->of_course("one", 0, 2).value()) == "a b");
  CHECK(ids(library.shelves->of_course("one", 2, 2).value()) == "c");
  CHECK(library.shelves->of_course("one", 9, 2).value().total == 3);
  CHECK(library.shelves->of_course("none", 0, 2).value().total == 0);
  lesson("m", "", "Maths");
  lesson("n", "", "Maths");
  lesson("o", "", "");
  lesson("p", "", "");
  CHECK(ids(library.shelves->of_loose_course("Maths", 0, 9).value()) == "m n");
  CHECK(ids(library.shelves->of_loose_course("", 0, 9).value()) == "p o");
}

TEST_CASE_FIXTURE(Shop, "after a lesson comes the next of its course that can be watched") {
  node(NodeKind::kCourse, "one", "");
  lesson("a", "one", "", 1, LessonState::kPublished, '1');
  lesson("b", "one", "", 2);
  lesson("c", "one", "", 3, LessonState::kDraft, '2');
  lesson("d", "one", "", 4, LessonState::kPublished, '3');
  lesson("e", "", "Maths", 0, LessonState::kPublished, '4');
  lesson("f", "", "Maths", 0, LessonState::kPublished, '5');
  lesson("g", "", "", 0, LessonState::kPublished, '6');
  CHECK(after("a") == "d");
  CHECK(after("d").empty());
  CHECK(after("e") == "f");
  CHECK(after("f").empty());
  CHECK(after("g").empty());
  CHECK(after("none").empty());
}

TEST_CASE_FIXTURE(Shop, "a search may be of a part of the curriculum") {
  node(NodeKind::kCountry, "kenya", "");
  node(NodeKind::kSubject, "science", "kenya");
  node(NodeKind::kCourse, "one", "science");
  node(NodeKind::kCourse, "two", "");
  lesson("a", "one", "");
  lesson("b", "two", "");
  lesson("c", "", "Maths");
  LessonFilter filter;
  CHECK(library.records->search("water", filter, std::nullopt, 9).value().lessons.size() == 3);
  for (const char* node : {"kenya", "science", "one"}) {
    CAPTURE(node);
    filter.under = node;
    const auto found = library.records->search("water", filter, std::nullopt, 9).value().lessons;
    REQUIRE(found.size() == 1);
    CHECK(found[0].id == "a");
    CHECK(library.records->list(filter, std::nullopt, 9).value().lessons.size() == 1);
  }
  filter.under = "nowhere";
  CHECK(library.records->search("water", filter, std::nullopt, 9).value().lessons.empty());
}
