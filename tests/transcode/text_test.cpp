// Captions of all kinds to cues.
#include "transcode/beside/text.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include "core/file.hpp"

using namespace chalkline;
using namespace chalkline::transcode;

TEST_CASE("an ASS event becomes cue text") {
  CHECK(cue_text_from_ass_event("0,0,Default,,0,0,0,,Hello") == "Hello");
  CHECK(cue_text_from_ass_event("0,0,Default,,0,0,0,,one, two\\Nthree") == "one, two\nthree");
  CHECK(cue_text_from_ass_event("0,0,Default,,0,0,0,,{\\i1}slanted{\\i0} not") == "<i>slanted</i> not");
  CHECK(cue_text_from_ass_event("0,0,Default,,0,0,0,,{\\b1}bold") == "<b>bold</b>");
  CHECK(cue_text_from_ass_event("0,0,Default,,0,0,0,,{\\an8}{\\c&H00FFFF&}up") == "up");
  CHECK(cue_text_from_ass_event("0,0,Default,,0,0,0,,a < b & c > d") == "a &lt; b &amp; c &gt; d");
  CHECK(cue_text_from_ass_event("0,0,Default,,0,0,0,,a\\N\\N\\Nb\\N") == "a\nb");
  CHECK(cue_text_from_ass_event("no commas").empty());
  CHECK(cue_text_from_ass_event("0,0,Default,,0,0,0,,{\\bord2}{unclosed").empty());
}

TEST_CASE("any common encoding of captions becomes UTF-8") {
  CHECK(to_utf8("plain") == "plain");
  CHECK(to_utf8("\xEF\xBB\xBFwith mark") == "with mark");
  CHECK(to_utf8("caf\xC3\xA9 \xF0\x9F\x93\x9A") == "caf\xC3\xA9 \xF0\x9F\x93\x9A");
  CHECK(to_utf8("caf\xE9 \x80 \x93") == "caf\xC3\xA9 \xE2\x82\xAC \xE2\x80\x9C");
  CHECK(to_utf8(std::string("\xFF\xFE"
                            "a\0\xE9\0",
                            6)) == "a\xC3\xA9");
  CHECK(to_utf8(std::string("\xFE\xFF"
                            "\0a\xD8\x3D\xDC\xDA",
                            8)) == "a\xF0\x9F\x93\x9A");
  CHECK(to_utf8("\xC0\xAF") == "\xC3\x80\xC2\xAF");  // an overlong form is not UTF-8
  CHECK(to_utf8("\xC3") == "\xC3\x83");              // nor is half a character
}

namespace {
struct WrittenFile {
  explicit WrittenFile(std::string_view content)
      : path(std::filesystem::temp_directory_path() / ("chalk-side-" + std::to_string(::getpid()))) {
    REQUIRE(write_file(path, content).has_value());
  }
  ~WrittenFile() { std::filesystem::remove(path); }
  std::filesystem::path path;
};
}  // namespace

TEST_CASE("SubRip and WebVTT files are read by content") {
  const WrittenFile srt(
      "1\n00:00:01,000 --> 00:00:02,500\nHabari <i>ya</i> asubuhi\n\n2\n00:00:03,000 --> 00:00:04,000\nNzuri\n");
  auto cues = read_side_text({srt.path, "sw"});
  REQUIRE(cues.has_value());
  REQUIRE(cues->size() == 2);
  CHECK((*cues)[0] == Cue{1000, 2500, "Habari <i>ya</i> asubuhi", ""});
  CHECK((*cues)[1].start_ms == 3000);

  const WrittenFile vtt("WEBVTT\n\n00:05.000 --> 00:06.000\nBonjour & bienvenue\n");
  cues = read_side_text({vtt.path, "fr"});
  REQUIRE(cues.has_value());
  CHECK(cues->front().text == "Bonjour &amp; bienvenue");
}

TEST_CASE("what is not captions is refused by name") {
  const WrittenFile other("just some words\n");
  const auto cues = read_side_text({other.path, "en"});
  REQUIRE_FALSE(cues.has_value());
  CHECK(cues.error().code == Errc::kUnusableInput);
  CHECK(cues.error().message.find(other.path.string()) != std::string::npos);
  CHECK(read_side_text({"/nowhere/at/all.srt", "en"}).error().code == Errc::kNotFound);
}
