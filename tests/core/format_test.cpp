// Sizes and rates as people read them.
#include "core/format.hpp"

#include <cstdint>
#include <limits>

#include <doctest/doctest.h>

using namespace chalkline;

TEST_CASE("bytes are written in the decimal units that data is sold in") {
  CHECK(format_bytes(0) == "0 B");
  CHECK(format_bytes(999) == "999 B");
  CHECK(format_bytes(1000) == "1.0 kB");
  CHECK(format_bytes(12'345) == "12.3 kB");
  CHECK(format_bytes(9'100'000) == "9.1 MB");
  CHECK(format_bytes(1'500'000'000) == "1.50 GB");
}

TEST_CASE("no size reads as a thousand of its unit") {
  CHECK(format_bytes(999'949) == "999.9 kB");
  CHECK(format_bytes(999'950) == "1.0 MB");
  CHECK(format_bytes(999'949'999) == "999.9 MB");
  CHECK(format_bytes(999'950'000) == "1.00 GB");
}

TEST_CASE("the largest size is still a figure") {
  CHECK(format_bytes(std::numeric_limits<std::uint64_t>::max()) == "18446744073.71 GB");
}

TEST_CASE("bit rates are written in kbit/s below one Mbit/s") {
  CHECK(format_bit_rate(0) == "0.0 kbit/s");
  CHECK(format_bit_rate(43'200) == "43.2 kbit/s");
  CHECK(format_bit_rate(999'949) == "999.9 kbit/s");
  CHECK(format_bit_rate(999'950) == "1.00 Mbit/s");
  CHECK(format_bit_rate(1'250'000) == "1.25 Mbit/s");
}

TEST_CASE("megabytes an hour: 28 kbit/s cost 12.6 MB") {
  CHECK(format_megabytes_per_hour(28'000 / 8 * 3600, 3'600'000) == "12.6");
  CHECK(format_megabytes_per_hour(3'500, 1'000) == "12.6");
}

TEST_CASE("no time costs nothing rather than dividing by zero") {
  CHECK(format_megabytes_per_hour(1000, 0) == "0.0");
  CHECK(format_megabytes_per_hour(1000, -5) == "0.0");
}
