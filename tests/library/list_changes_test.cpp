// From list to list: at an origin, at a mirror, and by changes alone.
#include "library/list_changes.hpp"

#include <algorithm>

#include <doctest/doctest.h>

#include "library/signed_list.hpp"
#include "tests/support/result.hpp"

using namespace chalkline;
using namespace chalkline::library;

static ListedLesson lesson(const std::string& id, char version = 'a') {
  return {id, "Title of " + id, "Maths 5", "en", std::string(64, version), 12};
}

TEST_CASE("a list stays as it is while nothing changes, and its serial grows when something does") {
  const LessonList first = next_list({}, {lesson("b"), lesson("a")}, 1000);
  CHECK(first.serial == 1000);
  CHECK(first.lessons.front().id == "a");
  CHECK(next_list(first, {lesson("a"), lesson("b")}, 2000) == first);
  const LessonList second = next_list(first, {lesson("a"), lesson("b", 'b')}, 2000);
  CHECK(second.serial == 2000);
  CHECK(second.lessons[0].serial == 1000);
  CHECK(second.lessons[1].serial == 2000);
  const LessonList third = next_list(second, {lesson("a")}, 500);  // the clock was set back
  CHECK(third.serial == 2001);
  CHECK(third.withdrawn == std::vector<WithdrawnLesson>{{"b", 2001}});
  const LessonList fourth = next_list(third, {lesson("a"), lesson("b")}, 3000);
  CHECK(fourth.withdrawn.empty());
  CHECK(parse_lesson_list(render_lesson_list(third)).value() == third);
}

TEST_CASE("changes lead from any earlier list to the last one") {
  std::vector<LessonList> lists = {next_list({}, {lesson("a"), lesson("b"), lesson("c")}, 1000)};
  lists.push_back(next_list(lists.back(), {lesson("a"), lesson("c", 'd')}, 2000));
  lists.push_back(next_list(lists.back(), {lesson("a"), lesson("c", 'd'), lesson("d")}, 3000));
  lists.push_back(next_list(lists.back(), {lesson("b"), lesson("c", 'e'), lesson("d")}, 4000));
  for (const LessonList& before : lists) {
    CAPTURE(before.serial);
    REQUIRE(knows_changes_since(lists.back(), before.serial));
    CHECK(apply_changes(before, render_changes(lists.back(), before.serial)).value() == lists.back());
  }
  CHECK(!knows_changes_since(lists.back(), 999));
  CHECK(!knows_changes_since(lists.back(), 4001));
}

TEST_CASE("changes cost what changed") {
  std::vector<ListedLesson> many;
  for (int i = 0; i < 1000; ++i) many.push_back(lesson("lesson-" + std::to_string(i)));
  const LessonList before = next_list({}, many, 1000);
  many[500].version = std::string(64, 'b');
  many.pop_back();
  const LessonList after = next_list(before, many, 2000);
  CHECK(render_changes(after, 1000).size() < 500);
  CHECK(render_changes(after, 2000).size() < 100);
  CHECK(render_lesson_list(after).size() > 100'000);
}

TEST_CASE("lessons that went long ago are forgotten, and then changes since then cannot be told") {
  std::vector<ListedLesson> many;
  for (int i = 0; i < 1600; ++i) many.push_back(lesson("lesson-" + std::to_string(i)));
  LessonList list = next_list({}, many, 1);
  std::vector<LessonList> lists;
  for (int i = 0; i < 8; ++i) {
    many.resize(many.size() - 200);
    list = next_list(list, many, 10 * (i + 1));
    lists.push_back(list);
  }
  CHECK(list.withdrawn.size() <= 1000);
  CHECK(!knows_changes_since(list, 1));
  for (const LessonList& before : lists)
    if (knows_changes_since(list, before.serial))
      CHECK(apply_changes(before, render_changes(list, before.serial)).value() == list);
  CHECK(knows_changes_since(list, lists[6].serial));
}

TEST_CASE("signed changes lead to the list that was signed, and to no other") {
  const OwnKeys keys{SigningKey::generate(), {}};
  const std::vector<PublicKey> trusted = {keys.key.public_key()};
  const LessonList before = next_list({}, {lesson("a"), lesson("b")}, 1000);
  const LessonList after = next_list(before, {lesson("a"), lesson("c")}, 2000);
  const ListForMirrors now{after, render_signed_list(after, keys)};
  const std::string changes = render_signed_changes(now, 1000).value();
  const SignedList taken = take_signed_changes(before, changes, trusted).value();
  CHECK(taken.list == after);
  CHECK(taken.text == now.text);  // signature and all: it may be handed on
  CHECK(parse_signed_list(taken.text, trusted).value().list == after);

  CHECK(take_signed_changes(LessonList{}, changes, trusted).error().code == Errc::kCorrupt);
  std::string forged = changes;
  forged.replace(forged.find("\"c\""), 3, "\"d\"");
  CHECK(take_signed_changes(before, forged, trusted).error().code == Errc::kCorrupt);
  forged = changes;
  forged.replace(forged.find("list 2000"), 9, "list 2001");
  CHECK(take_signed_changes(before, forged, trusted).error().code == Errc::kCorrupt);
  CHECK(take_signed_changes(before, changes, {}).error().code == Errc::kPermissionDenied);
  CHECK(render_signed_changes(now, 999).error().code == Errc::kNotFound);
}

TEST_CASE("an older list, and another one of the same serial, do not follow") {
  const OwnKeys keys{SigningKey::generate(), {}};
  const std::vector<PublicKey> trusted = {keys.key.public_key()};
  const LessonList old = next_list({}, {lesson("a")}, 1000);
  const LessonList now = next_list(old, {lesson("a", 'b')}, 2000);
  const LessonList other = next_list(old, {lesson("a", 'c')}, 2000);
  const auto signed_of = [&](const LessonList& list) {
    return parse_signed_list(render_signed_list(list, keys), trusted).value();
  };
  CHECK(check_follows({}, signed_of(old)).has_value());
  CHECK(check_follows(old, signed_of(now)).has_value());
  CHECK(check_follows(now, signed_of(now)).has_value());
  CHECK(check_follows(now, signed_of(old)).error().code == Errc::kPermissionDenied);
  CHECK(check_follows(now, signed_of(other)).error().code == Errc::kPermissionDenied);
}

TEST_CASE("the curriculum comes with the list, and with the changes only where it changed") {
  const auto node = [](const std::string& id, NodeKind kind, const std::string& parent) {
    ListedNode made{id, {}};
    made.details.kind = kind;
    made.details.parent = parent;
    made.details.title = "Title of " + id;
    made.details.texts = {{"fr", "Titre", "Quoi"}};
    return made;
  };
  ListedLesson one = lesson("a");
  one.course_id = "numbers";
  one.position = 3;
  one.description = "What it is";
  one.tags = {"x", "y"};
  one.texts = {{"ar", "\u0645\u0627\u0621", ""}};
  const std::vector<ListedNode> nodes = {node("kenya", NodeKind::kCountry, ""),
                                         node("numbers", NodeKind::kCourse, "kenya")};
  const LessonList first = next_list({}, {one}, 1000, nodes);
  CHECK(first.nodes_serial == 1000);
  CHECK(parse_lesson_list(render_lesson_list(first)).value() == first);
  const LessonList second = next_list(first, {one, lesson("b")}, 2000, nodes);
  CHECK(second.nodes_serial == 1000);
  CHECK(render_changes(second, 1000).find("kenya") == std::string::npos);
  CHECK(apply_changes(first, render_changes(second, 1000)).value() == second);
  const LessonList third = next_list(second, second.lessons, 3000, {nodes.front()});
  CHECK(third.nodes_serial == 3000);
  CHECK(apply_changes(first, render_changes(third, 1000)).value() == third);
  CHECK(apply_changes(second, render_changes(third, 2000)).value() == third);
}

TEST_CASE("what a newer origin says besides is passed over") {
  const std::string version(64, 'a');
  const std::string text =
      R"({"schema": 1, "serial": 7, "since": 7, "mood": "good", "nodes_serial": 7, "nodes": [
        {"id": "term-1", "kind": "term", "title": "First term"},
        {"id": "numbers", "kind": "course", "parent": "term-1", "title": "Numbers", "colour": "red"}],
        "lessons": [{"id": "a", "title": "A", "version": ")" +
      version + R"(", "serial": 7, "stars": 5, "course_id": "numbers"}]})";
  const LessonList list = parse_lesson_list(text).value();
  REQUIRE(list.lessons.size() == 1);
  CHECK(list.lessons[0].course_id == "numbers");
  REQUIRE(list.nodes.size() == 1);
  CHECK(list.nodes[0].id == "numbers");
}
