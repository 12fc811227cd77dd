// What belongs together in a watched folder, and what the file of facts may say.
#include "library/drops.hpp"

#include <doctest/doctest.h>

#include "library/drop_facts.hpp"
#include "tests/support/result.hpp"

using namespace chalkline;
using namespace chalkline::library;
namespace fs = std::filesystem;

static std::vector<Drop> group(const std::vector<fs::path>& files) { return group_drops(files); }

TEST_CASE("side files join the recording whose name they begin with") {
  const auto drops = group({"fractions.sw.vtt", "fractions.mp4", "fractions.json", "fractions.srt", "water.mov"});
  REQUIRE(drops.size() == 2);
  CHECK(drops[0] == Drop{"fractions.mp4", {{"fractions.srt", "und"}, {"fractions.sw.vtt", "sw"}}, "fractions.json"});
  CHECK(drops[1] == Drop{"water.mov", {}, {}});
  CHECK(drops[0].files().back() == "fractions.mp4");
  CHECK(drops[0].files().size() == 4);
}

TEST_CASE("names with dots, spaces and other scripts keep their side files") {
  const auto drops = group({"lesson 1.2 - water.mp4", "lesson 1.2 - water.pt-BR.VTT", "الماء.mkv", "الماء.ar.srt"});
  REQUIRE(drops.size() == 2);
  CHECK(drops[0].sides == std::vector<SideFile>{{"lesson 1.2 - water.pt-BR.VTT", "pt-BR"}});
  CHECK(drops[1].sides == std::vector<SideFile>{{"الماء.ar.srt", "ar"}});
}

TEST_CASE("a side file goes to a recording of its own folder, and to one only") {
  const auto drops = group({"a/x.mp4", "b/x.mp4", "b/x.sw.vtt", "b/x.mov"});
  REQUIRE(drops.size() == 3);
  CHECK(drops[0].sides.empty());
  CHECK(drops[1].recording == "b/x.mov");
  CHECK(drops[1].sides.size() == 1);
  CHECK(drops[2].sides.empty());
}

TEST_CASE("what is no language between the names, or has no recording yet, stays where it is") {
  CHECK(group({"x.sw.vtt", "x.json"}).empty());
  const auto drops = group({"x.mp4", "x.draft 2.vtt", "x.draft 2.described.m4a"});
  REQUIRE(drops.size() == 1);
  CHECK(drops[0].sides.empty());
}

TEST_CASE("described sound goes with its recording, in its language where the name says it") {
  const auto drops = group({"x.mp4", "x.described.m4a", "y.mp4", "y.sw.described.MP3", "z.described.m4a", "y.sw.vtt"});
  REQUIRE(drops.size() == 2);
  CHECK(drops[0].sides == std::vector<SideFile>{{"x.described.m4a", "und"}});
  CHECK(drops[1].sides == std::vector<SideFile>{{"y.sw.described.MP3", "sw"}, {"y.sw.vtt", "sw"}});
}

TEST_CASE("what programs have not finished, and hidden files, are no recordings") {
  for (const char* name : {".x.mp4", "x.mp4.part", "x.crdownload", "~x.mp4", "x.mp4~", "Thumbs.db", "a/.hidden"})
    CHECK_MESSAGE(is_ignored(name), name);
  CHECK(group({"x.mp4.part", ".x.mp4.Xw3", "x.tmp"}).empty());
}

TEST_CASE("the file of facts says title, course and language") {
  CHECK(parse_drop_facts(R"({"title": "Sehemu", "course": "Hisabati 5", "language": "sw"})").value() ==
        DropFacts{"Sehemu", "Hisabati 5", "sw"});
  CHECK(parse_drop_facts("{}").value() == DropFacts{});
}

TEST_CASE("a file of facts with a fault is refused, and says where") {
  const auto wrong = [](std::string_view json, std::string_view said) {
    const auto facts = parse_drop_facts(json);
    REQUIRE_FALSE(facts.has_value());
    CHECK(facts.error().code == Errc::kUnusableInput);
    CHECK_MESSAGE(facts.error().message.find(said) != std::string::npos, facts.error().message);
  };
  wrong("[1]", "not a JSON object");
  wrong("{\"title\": ", "not a JSON object");
  wrong(R"({"titel": "x"})", "\"titel\" is not known");
  wrong(R"({"title": 5})", "\"title\" is not a text");
  wrong(R"({"language": "Swahili language"})", "\"Swahili language\" is not a language tag");
}
