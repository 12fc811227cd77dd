// Sequence parameter sets as bytes: one that x265 3.5 wrote, and others made by hand.
#include "transcode/pictures/hevc_header.hpp"

#include <vector>

#include <doctest/doctest.h>

using namespace chalkline::transcode;

static std::optional<std::string> codecs_of(std::initializer_list<int> bytes) {
  std::vector<std::byte> data;
  for (const int byte : bytes) data.push_back(static_cast<std::byte>(byte));
  return hevc_codecs(data);
}

TEST_CASE("the codec string is the one that ISO/IEC 14496-15 E.3 makes of profile, tier, level and constraints") {
  // A video parameter set before it, an emulation prevention byte after each two zeros.
  CHECK(codecs_of({0,    0,    0,    1,    0x40, 0x01, 0x0C, 0,    0,    0,    1,    0x42, 0x01, 0x01, 0x01, 0x60,
                   0x00, 0x00, 0x03, 0x00, 0x90, 0x00, 0x00, 0x03, 0x00, 0x00, 0x03, 0x00, 0x5D, 0xA0, 0x02}) ==
        "hvc1.1.6.L93.90");
  CHECK(codecs_of({0,    0,    1,    0x42, 0x01, 0x01, 0x01, 0x60, 0x00, 0x00, 0x03,
                   0x00, 0xB0, 0x00, 0x00, 0x03, 0x00, 0x00, 0x03, 0x00, 0x5D}) == "hvc1.1.6.L93.B0");
}

TEST_CASE("the high tier, a profile space, and constraints further on are told") {
  // profile space 1, high tier, profile 2, compatible with profiles 2 and 31, constraints in the first and third byte
  CHECK(codecs_of({0,    0,    1,    0x42, 0x01, 0x01, 0x62, 0x20, 0x00, 0x00,
                   0x03, 0x01, 0x80, 0x00, 0x0A, 0x00, 0x00, 0x03, 0x00, 0x99}) == "hvc1.A2.80000004.H153.80.0.A");
  // no constraint at all
  CHECK(codecs_of({0,    0,    1,    0x42, 0x01, 0x01, 0x01, 0x60, 0x11, 0x11, 0x11,
                   0x00, 0x00, 0x03, 0x00, 0x00, 0x03, 0x00, 0x00, 0x03, 0x1E}) == "hvc1.1.88888806.L30");
}

TEST_CASE("what has no sequence parameter set, or only a part of one, has no codec string") {
  CHECK_FALSE(codecs_of({}).has_value());
  CHECK_FALSE(codecs_of({0, 0, 1}).has_value());
  CHECK_FALSE(codecs_of({0, 0, 1, 0x42}).has_value());
  CHECK_FALSE(codecs_of({0, 0, 0, 1, 0x40, 0x01, 0x0C, 0x01, 0xFF, 0xFF, 0x01, 0x60}).has_value());  // another set
  CHECK_FALSE(codecs_of({0, 0, 1, 0x42, 0x01, 0x01, 0x01, 0x60, 0x00, 0x00, 0x03, 0x00, 0x90}).has_value());
  // The next unit begins within it.
  CHECK_FALSE(codecs_of({0, 0, 1, 0x42, 0x01, 0x01, 0x01, 0x60, 0, 0, 1, 0x44, 0x01, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11})
                  .has_value());
}
