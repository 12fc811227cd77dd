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
