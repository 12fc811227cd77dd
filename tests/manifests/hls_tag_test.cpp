// Attribute lists: commas, quotes, duplicates, numbers.
#include "manifests/hls_tag.hpp"

#include <doctest/doctest.h>

#include "manifests/utf8.hpp"
#include "manifests/version_path.hpp"

using namespace chalkline;
using namespace chalkline::manifests;

TEST_CASE("a tag is written with commas between attributes and quotes where they belong") {
  Tag tag("EXT-X-TEST");
  tag.enumerated("TYPE", "AUDIO").quoted("NAME", "a,b").integer("BANDWIDTH", 12).resolution("RESOLUTION", 640, 360);
  tag.thousandths("FRAME-RATE", 29970).thousandths("SLOW", 45);
  CHECK(tag.line() ==
        "#EXT-X-TEST:TYPE=AUDIO,NAME=\"a,b\",BANDWIDTH=12,RESOLUTION=640x360,FRAME-RATE=29.970,SLOW=0.045\n");
}

TEST_CASE("quotes, line breaks, controls and broken bytes cannot leave a quoted string") {
  CHECK(quotable("say \"hi\"\r\nnow\t!") == "say 'hi'  now !");
  CHECK(quotable("\xC2\x85") == " ");                         // U+0085, a C1 control
  CHECK(quotable("a\xFF\xC0\xAF") == "a\uFFFD\uFFFD\uFFFD");  // no byte of an overlong form survives
  CHECK(quotable("አማርኛ") == "አማርኛ");
}

TEST_CASE("an attribute list is read with its kinds") {
  AttributeReader reader(R"(URI="a,b=c",BANDWIDTH=9007199254740991,DEFAULT=YES,RESOLUTION=640x360,FRAME-RATE=29.97)");
  CHECK(reader.quoted("URI") == "a,b=c");
  CHECK(reader.integer("BANDWIDTH") == 9007199254740991ULL);
  CHECK(reader.yes("DEFAULT"));
  CHECK_FALSE(reader.yes("AUTOSELECT"));
  CHECK(reader.resolution_or_zero("RESOLUTION").width == 640);
  CHECK(reader.resolution_or_zero("RESOLUTION").height == 360);
  CHECK(reader.thousandths_or_zero("FRAME-RATE") == 29970);
  CHECK(reader.quoted_or_empty("LANGUAGE").empty());
  CHECK_FALSE(reader.failure());
}

static std::string failure_of(std::string_view text) {
  AttributeReader reader(text);
  (void)reader.integer("N");
  return reader.failure().value_or("");
}

TEST_CASE("a broken attribute list says what is wrong") {
  CHECK(failure_of("") == "an attribute has no name of capital letters, digits and hyphens before '='");
  CHECK(failure_of("n=1") == "an attribute has no name of capital letters, digits and hyphens before '='");
  CHECK(failure_of("N=1,") == "an attribute has no name of capital letters, digits and hyphens before '='");
  CHECK(failure_of("N=1,N=2") == "N is there twice");
  CHECK(failure_of("N=1,U=\"x") == "the quotes of U are not closed");
  CHECK(failure_of("U=\"x\"N=1") == "no comma after U");
  CHECK(failure_of("N=") == "N has an empty value, or quotes or white space in one");
  CHECK(failure_of("N=1 ") == "N has an empty value, or quotes or white space in one");
  CHECK(failure_of("N=\"1\"") == "N must not be in quotes");
  CHECK(failure_of("M=1") == "N is missing");
  CHECK(failure_of("N=-1") == "N is not a decimal integer below 2^53");
  CHECK(failure_of("N=9007199254740992") == "N is not a decimal integer below 2^53");
  CHECK(failure_of("N=99999999999999999999999") == "N is not a decimal integer below 2^53");
  CHECK(failure_of("N=1").empty());
  std::string many = "N=1";
  for (int i = 0; i < 64; ++i) many += ",A" + std::to_string(i) + "=1";
  CHECK(failure_of(many) == "more than 64 attributes");
}

TEST_CASE("resolutions and thousandths are strict") {
  for (const char* text : {"R=640", "R=640x", "R=x360", "R=0x360", "R=640x360x1", "R=65536x1"}) {
    CAPTURE(text);
    AttributeReader reader(text);
    (void)reader.resolution_or_zero("R");
    CHECK(reader.failure());
  }
  CHECK(parse_thousandths("6") == 6000);
  CHECK(parse_thousandths("6.5") == 6500);
  CHECK(parse_thousandths("0.001") == 1);
  for (const char* text : {"", ".", "6.", ".5", "6.0001", "-6", "6,5", "1e3", "6.-1", "99999999999999999"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_thousandths(text));
  }
}

TEST_CASE("UTF-8 is checked by the table of RFC 3629") {
  for (const char* good : {"", "a", "\u00e9", "\u0800", "\uFFFD", "\U0001F393", "\U0010FFFF"})
    CHECK(is_valid_utf8(good));
  for (const char* bad : {"\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80",
                          "\xF5\x80\x80\x80", "\xE2\x82", "\xC3"})
    CHECK_FALSE(is_valid_utf8(bad));
}

TEST_CASE("paths of a version stay inside its folder") {
  for (const char* good : {"multivariant.m3u8", "video/0/1.m4s", "audio/en-opus/init.mp4", "text/zh-Hant/1.vtt.gz"})
    CHECK(is_version_path(good));
  for (const char* bad : {"", "/", "/etc/passwd", "../x", "a/../b", "a/./b", "a//b", "a/", ".hidden", "a/.git", "a b",
                          "a\\b", "C:x", "a\n", "a%2e", "a?b", "\xC3\xA9"})
    CHECK_FALSE(is_version_path(bad));
  CHECK_FALSE(is_version_path(std::string_view("a\0b", 3)));
  CHECK(is_version_path(std::string(255, 'a')));
  CHECK_FALSE(is_version_path(std::string(256, 'a')));
}
