// WebVTT segments: overlap, order, escaping.
#include "manifests/webvtt.hpp"

#include <doctest/doctest.h>

using namespace chalkline;
using namespace chalkline::manifests;

static const std::string kHead = "WEBVTT\nX-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:0\n";

TEST_CASE("a cue over a boundary stands in both segments with its own times") {
  const std::vector<Cue> cues = {{1500, 2500, "over", ""}};
  const std::string cue = "\n00:01.500 --> 00:02.500\nover\n";
  CHECK(webvtt_segment(cues, 0, 2000) == kHead + cue);
  CHECK(webvtt_segment(cues, 2000, 4000) == kHead + cue);
  CHECK(webvtt_segment(cues, 4000, 6000) == kHead);
}

TEST_CASE("a cue that ends or begins exactly at a boundary stands on one side only") {
  const std::vector<Cue> cues = {{0, 2000, "before", ""}, {2000, 3000, "after", ""}};
  CHECK(webvtt_segment(cues, 0, 2000) == kHead + "\n00:00.000 --> 00:02.000\nbefore\n");
  CHECK(webvtt_segment(cues, 2000, 4000) == kHead + "\n00:02.000 --> 00:03.000\nafter\n");
}

TEST_CASE("cues come in order of start, and those that never show are left out") {
  const std::vector<Cue> cues = {{900, 950, "c", ""},      {100, 200, "a", ""}, {300, 300, "empty", ""},
                                 {500, 400, "back", ""},   {100, 300, "b", ""}, {-900, -100, "past", ""},
                                 {600, 700, " \n\t\n", ""}};
  CHECK(webvtt_segment(cues, 0, 1000) ==
        kHead + "\n00:00.100 --> 00:00.200\na\n\n00:00.100 --> 00:00.300\nb\n\n00:00.900 --> 00:00.950\nc\n");
}

TEST_CASE("a cue that began before the lesson begins with it") {
  const std::vector<Cue> cues = {{-500, 500, "early", ""}};
  CHECK(webvtt_segment(cues, 0, 1000) == kHead + "\n00:00.000 --> 00:00.500\nearly\n");
}

TEST_CASE("times have hours only where there are any") {
  CHECK(format_cue_time(0) == "00:00.000");
  CHECK(format_cue_time(3'599'999) == "59:59.999");
  CHECK(format_cue_time(3'723'004) == "01:02:03.004");
  CHECK(format_cue_time(360'000'000) == "100:00:00.000");
}

TEST_CASE("a payload cannot end its cue or forge another") {
  CHECK(clean_cue_text("a\n\n00:01.000 --> 00:02.000\nb") == "a\n00:01.000 --&gt; 00:02.000\nb");
  CHECK(clean_cue_text("a\r\rb\r\n \t\r\nc") == "a\nb\nc");
  CHECK(clean_cue_text("--->") == "---&gt;");
  CHECK(clean_cue_text(std::string_view("nul\0 \x01\xFF", 7)) == "nul \uFFFD");
  CHECK(clean_cue_text("<v Amina>One &amp; two</v>") == "<v Amina>One &amp; two</v>");
}

TEST_CASE("settings are kept when they are one safe line") {
  const auto with = [](const char* settings) { return webvtt_segment(std::vector<Cue>{{0, 1, "x", settings}}, 0, 1); };
  CHECK(with("line:0 align:start") == kHead + "\n00:00.000 --> 00:00.001 line:0 align:start\nx\n");
  CHECK(with("line:0\nevil") == kHead + "\n00:00.000 --> 00:00.001\nx\n");
  CHECK(with("--> 1") == kHead + "\n00:00.000 --> 00:00.001\nx\n");
}
