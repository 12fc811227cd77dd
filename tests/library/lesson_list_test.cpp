// pack.json, there and back, and what it must not say.
#include "library/lesson_list.hpp"

#include <doctest/doctest.h>

#include "tests/support/result.hpp"

using namespace chalkline;
using namespace chalkline::library;

static const std::string kVersion(64, 'a');

TEST_CASE("a list of lessons is read as it was written") {
  const LessonList list{
      {{"fractions", "Fractions \"1\"", "Maths 5", "en", kVersion, 12}, {"maji", "Maji – 水", "", "sw", kVersion, 13}}};
  CHECK(parse_lesson_list(render_lesson_list(list)).value() == list);
  CHECK(parse_lesson_list(render_lesson_list({})).value() == LessonList{});
}

TEST_CASE("what leads out of the pack, or is no list, is refused") {
  const auto with = [](const std::string& id, const std::string& version) {
    return R"({"schema":1,"lessons":[{"id":")" + id + R"(","title":"x","version":")" + version + "\"}]}";
  };
  CHECK(parse_lesson_list(with("x", kVersion)).has_value());
  for (const std::string& text :
       {with("../x", kVersion), with("x/y", kVersion), with("", kVersion), with("x", "../../etc"), with("x", ""),
        std::string("[]"), std::string("{"), std::string(R"({"schema":2,"lessons":[]})"),
        std::string(R"({"schema":1,"lessons":[5]})"),
        R"({"schema":1,"lessons":[{"id":"x","version":")" + kVersion + R"("},{"id":"x","version":")" + kVersion +
            "\"}]}"}) {
    const auto parsed = parse_lesson_list(text);
    REQUIRE_FALSE_MESSAGE(parsed.has_value(), text);
    CHECK(parsed.error().code == Errc::kCorrupt);
  }
}
