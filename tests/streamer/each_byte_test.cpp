// What is told of sixteen bytes at a time is what a look at each byte tells, wherever in a text the one that differs
// stands.
#include "streamer/http/each_byte.hpp"

#include <string>

#include <doctest/doctest.h>

using namespace chalkline::streamer;

static constexpr std::size_t kLongest = 50;  // three blocks and some

TEST_CASE("one byte that differs is found at any place of a text of any length") {
  const auto plain = [](auto c) { return (c > ' ') & (c != 0x7f) & (c != '"') & (c != '='); };
  for (std::size_t length = 0; length <= kLongest; ++length) {
    std::string text(length, 'a');
    CHECK(each_byte(text, plain));
    for (std::size_t at = 0; at < length; ++at)
      for (const int other : {0x00, 0x1f, 0x20, 0x22, 0x3d, 0x7f, 0x80, 0xff}) {
        text[at] = static_cast<char>(other);
        CAPTURE(length);
        CAPTURE(at);
        CAPTURE(other);
        CHECK_FALSE(each_byte(text, plain));
        text[at] = 'a';
      }
  }
}

TEST_CASE("what is before and behind a text plays no part") {
  const auto is_a = [](auto c) { return c == 'a'; };
  const std::string around = "?" + std::string(kLongest, 'a') + "?";
  for (std::size_t length = 0; length <= kLongest; ++length) {
    CAPTURE(length);
    CHECK(each_byte(std::string_view(around).substr(1, length), is_a));
  }
}

TEST_CASE("characters beyond ASCII are negative") {
  const auto text_or_beyond = [](auto c) { return ((c >= 0x20) | (c < 0)) & (c != 0x7f); };
  CHECK(each_byte("/v/\xC3\xA9t\xC3\xA9", text_or_beyond));
  CHECK(each_byte(std::string(40, '\x80'), text_or_beyond));
  CHECK_FALSE(each_byte("/v/\x1f", text_or_beyond));
}

TEST_CASE("a pair is found wherever it stands, and nothing else is taken for it") {
  for (std::size_t length = 0; length <= kLongest; ++length) {
    std::string text(length, 'a');
    CAPTURE(length);
    CHECK_FALSE(has_pair(text, '/', '.'));
    for (std::size_t at = 0; at + 1 < length; ++at) {
      CAPTURE(at);
      text[at] = '/';
      CHECK_FALSE(has_pair(text, '/', '.'));
      text[at + 1] = '.';
      CHECK(has_pair(text, '/', '.'));
      CHECK_FALSE(has_pair(text, '.', '/'));
      text[at] = '.';
      text[at + 1] = '/';
      CHECK_FALSE(has_pair(text, '/', '.'));
      text[at] = text[at + 1] = 'a';
    }
    CHECK_FALSE(has_pair(std::string_view(text + "/.").substr(0, length + 1), '/', '.'));
  }
}
