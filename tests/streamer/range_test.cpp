// The Range field, RFC 9110 14.
#include "streamer/http/range.hpp"

#include <string>

#include <doctest/doctest.h>

using namespace chalkline::streamer;

struct RangeCase {
  const char* field;
  std::uint64_t length;
  RangeKind kind;
  std::vector<ByteRange> ranges;
};

TEST_CASE("a Range field says which bytes to send") {
  const std::vector<RangeCase> cases = {
      {"bytes=0-0", 100, RangeKind::kPart, {{0, 0}}},
      {"bytes=0-499", 1000, RangeKind::kPart, {{0, 499}}},
      {"bytes=500-", 1000, RangeKind::kPart, {{500, 999}}},
      {"bytes=-500", 1000, RangeKind::kPart, {{500, 999}}},
      {"bytes=-5000", 1000, RangeKind::kPart, {{0, 999}}},
      {"bytes=0-5000", 1000, RangeKind::kPart, {{0, 999}}},
      {"bytes=999-", 1000, RangeKind::kPart, {{999, 999}}},
      {"BYTES=1-2", 1000, RangeKind::kPart, {{1, 2}}},
      {"bytes= 1-2 , 4-5 ", 1000, RangeKind::kPart, {{1, 2}, {4, 5}}},
      {"bytes=,,1-2,,", 1000, RangeKind::kPart, {{1, 2}}},
      {"bytes=1-2,2000-3000", 1000, RangeKind::kPart, {{1, 2}}},
      {"bytes=0-99999999999999999999999999", 1000, RangeKind::kPart, {{0, 999}}},
      {"bytes=-99999999999999999999999999", 1000, RangeKind::kPart, {{0, 999}}},
      {"bytes=5-6,1-2", 1000, RangeKind::kPart, {{5, 6}, {1, 2}}},
      {"bytes=1000-", 1000, RangeKind::kUnsatisfiable, {}},
      {"bytes=1000-1001,2000-", 1000, RangeKind::kUnsatisfiable, {}},
      {"bytes=-0", 1000, RangeKind::kUnsatisfiable, {}},
      {"bytes=99999999999999999999999999-", 1000, RangeKind::kUnsatisfiable, {}},
      {"bytes=0-", 0, RangeKind::kUnsatisfiable, {}},
      {"bytes=-5", 0, RangeKind::kWhole, {}},
      {"", 1000, RangeKind::kWhole, {}},
      {"bytes", 1000, RangeKind::kWhole, {}},
      {"bytes=", 1000, RangeKind::kWhole, {}},
      {"bytes=,", 1000, RangeKind::kWhole, {}},
      {"bytes=5", 1000, RangeKind::kWhole, {}},
      {"bytes=-", 1000, RangeKind::kWhole, {}},
      {"bytes=5-4", 1000, RangeKind::kWhole, {}},
      {"bytes=a-b", 1000, RangeKind::kWhole, {}},
      {"bytes=+1-2", 1000, RangeKind::kWhole, {}},
      {"bytes=1-2-3", 1000, RangeKind::kWhole, {}},
      {"bytes=--2", 1000, RangeKind::kWhole, {}},
      {"bytes=1-2;3-4", 1000, RangeKind::kWhole, {}},
      {"seconds=1-2", 1000, RangeKind::kWhole, {}},
  };
  for (const RangeCase& c : cases) {
    CAPTURE(c.field);
    const RangeRequest parsed = parse_range(c.field, c.length);
    CHECK(parsed.kind == c.kind);
    CHECK(parsed.ranges == c.ranges);
  }
}

TEST_CASE("two ranges may overlap, a third that does is a flood") {
  CHECK(parse_range("bytes=0-10,5-20", 1000).kind == RangeKind::kPart);
  CHECK(parse_range("bytes=0-10,5-20,30-40", 1000).kind == RangeKind::kRefused);
  CHECK(parse_range("bytes=0-,0-,0-", 1000).kind == RangeKind::kRefused);
  CHECK(parse_range("bytes=0-10,20-30,40-50", 1000).kind == RangeKind::kPart);
}

TEST_CASE("more ranges than the limit are refused") {
  std::string field = "bytes=0-0";
  for (std::size_t i = 1; i < kMaxRanges; ++i) field += "," + std::to_string(i * 2) + "-" + std::to_string(i * 2);
  CHECK(parse_range(field, 1000).ranges.size() == kMaxRanges);
  CHECK(parse_range(field + ",900-900", 1000).kind == RangeKind::kRefused);
}
