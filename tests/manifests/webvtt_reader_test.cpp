// WebVTT files as people and programs write them.
#include "manifests/webvtt_reader.hpp"

#include <doctest/doctest.h>

#include "manifests/webvtt.hpp"
#include "tests/support/result.hpp"

using namespace chalkline;
using namespace chalkline::manifests;

TEST_CASE("cues are read with their settings, whatever else stands in the file") {
  const auto cues =
      read_webvtt(
          "\xEF\xBB\xBFWEBVTT - a title\r\nX: y\r\n\r\nSTYLE\r\n::cue{}\r\n\r\nNOTE 00:01.000 -- no cue\r\n"
          "more\r\n\r\nintro\r\n00:01.500 --> 00:00:03.000 line:0 align:start\r\nTwo\r\nlines & <b>bold</b>"
          "\r\n\r\n\r\n123:00:00.000 --> 123:00:01.000\rlate\r\r00:00.000\t-->\t00:01.000\rfirst")
          .value();
  REQUIRE(cues.size() == 3);
  CHECK(cues[0] == Cue{0, 1000, "first", ""});
  CHECK(cues[1] == Cue{1500, 3000, "Two\nlines & <b>bold</b>", "line:0 align:start"});
  CHECK(cues[2].start_ms == 123LL * 3600 * 1000);
  CHECK(read_webvtt(webvtt_segment(cues, 0, 4000)).value().size() == 2);
}

TEST_CASE("what is wrong is named with its line") {
  const auto fault = [](const char* text) { return read_webvtt(text).error().message; };
  CHECK(fault("1\n00:00:01,000 --> 00:00:02,000\nSubRip") == "line 1: the file must begin with WEBVTT");
  CHECK(fault("WEBVTTX\n") == "line 1: the file must begin with WEBVTT");
  CHECK(fault("WEBVTT\n\n00:01 --> 00:02\nx") == "line 3: a time must be written as 00:01:02.345");
  CHECK(fault("WEBVTT\n\nname\n00:61.000 --> 00:70.000\nx") == "line 4: a time must be written as 00:01:02.345");
  CHECK(fault("WEBVTT\n\n00:02.000 --> 00:02.000\nx") == "line 3: a caption must end after it begins");
  CHECK(fault("WEBVTT\n\nNOTE nothing") == "there is no caption in the file");
  CHECK(fault("WEBVTT\n\n00:01.000 --> 00:02.000\n\xff") == "line 1: the file must be UTF-8");
}
