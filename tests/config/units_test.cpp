// Durations and sizes, read and written.
#include "config/units.hpp"

#include <doctest/doctest.h>

using namespace chalkline::config;
using namespace std::chrono_literals;

TEST_CASE("durations are read with their units") {
  CHECK(parse_duration("500ms") == 500ms);
  CHECK(parse_duration("30s") == 30s);
  CHECK(parse_duration("5m") == 5min);
  CHECK(parse_duration("1h30m") == 90min);
  CHECK(parse_duration("2d1ms") == 48h + 1ms);
  CHECK(parse_duration("0") == 0ms);
}

TEST_CASE("what is no duration is not guessed at") {
  for (const char* text : {"", "30", "s", "30 s", "-1s", "1.5s", "30sec", "1m1h", "1s1s", "1e3s",
                           "99999999999999999999s", "9999999999d", "3650d1s"})
    CHECK_MESSAGE(!parse_duration(text), text);
}

TEST_CASE("sizes are read in powers of 1000 and of 1024") {
  CHECK(parse_bytes("0") == 0);
  CHECK(parse_bytes("16384") == 16'384);
  CHECK(parse_bytes("256MB") == 256'000'000);
  CHECK(parse_bytes("256MiB") == 268'435'456);
  CHECK(parse_bytes("3kB") == 3'000);
  CHECK(parse_bytes("3KiB") == 3'072);
  CHECK(parse_bytes("18446744073709551615B") == 18'446'744'073'709'551'615ULL);
}

TEST_CASE("what is no size is not guessed at") {
  for (const char* text : {"", "MB", "1.5GB", "1 GB", "-1", "12mb", "1GBx", "18446744073709551616", "99999999999TB"})
    CHECK_MESSAGE(!parse_bytes(text), text);
}

TEST_CASE("what is written reads back") {
  for (const Duration duration :
       {Duration(0ms), Duration(1ms), Duration(90min), Duration(61s), Duration(25h), Duration(720h)})
    CHECK(parse_duration(format_duration(duration)) == duration);
  CHECK(format_duration(90min) == "1h30m");
  CHECK(format_duration(75s) == "1m15s");
  for (const Bytes bytes : {0ULL, 1ULL, 999ULL, 16'384ULL, 256'000'000ULL, 6'000'000'000ULL, 1ULL << 40U})
    CHECK(parse_bytes(format_size(bytes)) == bytes);
  CHECK(format_size(16'384) == "16KiB");
  CHECK(format_size(256'000'000) == "256MB");
}
