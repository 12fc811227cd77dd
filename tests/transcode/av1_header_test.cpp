// Sequence headers as bytes: one that SVT-AV1 1.4 wrote, and others made by hand.
#include "transcode/pictures/av1_header.hpp"

#include <vector>

#include <doctest/doctest.h>

using namespace chalkline::transcode;

static std::optional<Av1Level> level_of(std::initializer_list<int> bytes) {
  std::vector<std::byte> data;
  for (const int byte : bytes) data.push_back(static_cast<std::byte>(byte));
  return av1_level(data);
}

TEST_CASE("the level of a sequence header is its first operating point's") {
  // profile 0, no still picture, no timing, no delay, one operating point, seq_level_idx 4 (level 3.0)
  const auto found = level_of({0x0A, 0x05, 0x00, 0x00, 0x00, 0x22, 0xFF});
  REQUIRE(found.has_value());
  CHECK(found->profile == 0);
  CHECK(found->level == 4);
  CHECK_FALSE(found->high_tier);
}

TEST_CASE("the tier is there from level 4.0 on") {
  // seq_level_idx 8: a bit follows
  const auto high = level_of({0x0A, 0x05, 0x00, 0x00, 0x00, 0x46, 0xFF});
  REQUIRE(high.has_value());
  CHECK(high->level == 8);
  CHECK(high->high_tier);
  const auto main = level_of({0x0A, 0x05, 0x00, 0x00, 0x00, 0x42, 0xFF});
  REQUIRE(main.has_value());
  CHECK_FALSE(main->high_tier);
}

TEST_CASE("other OBUs before the sequence header are passed over") {
  CHECK(level_of({0x12, 0x00, 0x0A, 0x05, 0x00, 0x00, 0x00, 0x22, 0xFF}).has_value());  // a temporal delimiter
}

TEST_CASE("what is no sequence header, or only a part of one, has no level") {
  CHECK_FALSE(level_of({}).has_value());
  CHECK_FALSE(level_of({0x12, 0x00}).has_value());
  CHECK_FALSE(level_of({0x0A, 0x02, 0x00, 0x00}).has_value());
  CHECK_FALSE(level_of({0x0A, 0x7F, 0x00, 0x00}).has_value());  // longer than the bytes that are there
  CHECK_FALSE(level_of({0x0A, 0x80}).has_value());              // a length without an end
  CHECK_FALSE(level_of({0x0E}).has_value());                    // an extension without its byte
  CHECK_FALSE(level_of({0x0A, 0x05, 0x04, 0x00, 0x00, 0x20, 0xFF}).has_value());  // carries its own timing
}
