// HTTP dates, RFC 9110 5.6.7.
#include "streamer/http/date.hpp"

#include <doctest/doctest.h>

using namespace chalkline::streamer;

static constexpr std::int64_t k1994 = 784'111'777;
static constexpr std::int64_t k2024 = 1'709'210'096;  // 29 February

TEST_CASE("a date is written as IMF-fixdate") {
  CHECK(format_http_date(k1994) == "Sun, 06 Nov 1994 08:49:37 GMT");
  CHECK(format_http_date(k2024) == "Thu, 29 Feb 2024 12:34:56 GMT");
  CHECK(format_http_date(0) == "Thu, 01 Jan 1970 00:00:00 GMT");
}

TEST_CASE("the three forms of a date are read") {
  CHECK(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT", k2024) == k1994);
  CHECK(parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT", k2024) == k1994);
  CHECK(parse_http_date("Sun Nov  6 08:49:37 1994", k2024) == k1994);
}

TEST_CASE("a two-digit year more than fifty years ahead is in the past") {
  CHECK(parse_http_date("Thursday, 29-Feb-24 12:34:56 GMT", k2024) == k2024);
  const auto year75 = parse_http_date("Monday, 06-Nov-75 08:49:37 GMT", k2024);
  REQUIRE(year75);
  CHECK(format_http_date(*year75).find("1975") != std::string::npos);
}

TEST_CASE("what is not a date is none") {
  for (const char* text :
       {"", "yesterday", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 31 Feb 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 25:49:37 GMT", "Sun, -6 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT ",
        "Sun Nov  6 08:49:37", ",", "Sun, 06 Foo 1994 08:49:37 GMT"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_http_date(text, k2024));
  }
}
