// Parameter sets as encoders write them (x264 by ffmpeg, ffprobe says the same of them), and damaged ones.
#include "transcode/reading/h264_sets.hpp"

#include <string_view>
#include <vector>

#include <doctest/doctest.h>

using namespace chalkline::transcode;

static std::vector<std::byte> bytes(std::string_view hex) {
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  std::vector<std::byte> found;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    found.push_back(static_cast<std::byte>(digit(hex[i]) * 16 + digit(hex[i + 1])));
  return found;
}

static const std::vector<std::byte> kHighSquare = bytes("6764001fac720441e0f684000003000400000300f03c60c61180");
static const std::vector<std::byte> kPicture = bytes("68ee3cb0");

TEST_CASE("a sequence set says what its pictures are") {
  const auto high = read_h264_sequence(kHighSquare);
  REQUIRE(high);
  CHECK(*high == H264Sequence{100, 0, 31, 1, 8, high->references, false, 480, 480, true, high->frame_number_bits});
  CHECK(high->references > 1);
  CHECK(high->frame_number_bits == 6);
  // Cropped from 368 lines.
  const auto baseline = read_h264_sequence(bytes("6742c01ed900a02ff93011000003000100000300320f162e48"));
  REQUIRE(baseline);
  CHECK(*baseline ==
        H264Sequence{66, 0xC0, 30, 1, 8, baseline->references, false, 640, 362, true, baseline->frame_number_bits});
  const auto ten_bits = read_h264_sequence(bytes("676e0028a6cd940780227e5c0440000003004000000c83c60c6580"));
  REQUIRE(ten_bits);
  CHECK(ten_bits->bits == 10);
  CHECK(ten_bits->height == 1080);
  const auto interlaced = read_h264_sequence(bytes("6764001eacd940d87bcde022000003000200000300643e28532c"));
  REQUIRE(interlaced);
  CHECK_FALSE(interlaced->frames_alone);
  CHECK(interlaced->width == 854);
  CHECK(interlaced->height == 480);
  const auto full_colour = read_h264_sequence(bytes("67f4001e919b281b0f78bf011000000300100000030321f1429960"));
  REQUIRE(full_colour);
  CHECK(full_colour->chroma == 3);
}

TEST_CASE("a sequence set that is cut short, or is none, says nothing") {
  for (std::size_t size = 0; size < 9; ++size)
    CHECK_FALSE(read_h264_sequence(std::span(kHighSquare).first(size)).has_value());
  CHECK_FALSE(read_h264_sequence(kPicture).has_value());
  const std::vector<std::byte> zeros(64, std::byte{0});
  CHECK_FALSE(read_h264_sequence(zeros).has_value());
  auto endless = zeros;
  endless[0] = std::byte{0x67};
  CHECK_FALSE(read_h264_sequence(endless).has_value());
}

static std::vector<std::byte> configuration(int sequences, int pictures) {
  std::vector<std::byte> made = bytes("0164001fff");
  const auto put = [&](const std::vector<std::byte>& set) {
    made.push_back(std::byte{0});
    made.push_back(static_cast<std::byte>(set.size()));
    made.insert(made.end(), set.begin(), set.end());
  };
  made.push_back(static_cast<std::byte>(0xE0 | sequences));
  for (int i = 0; i < sequences; ++i) put(kHighSquare);
  made.push_back(static_cast<std::byte>(pictures));
  for (int i = 0; i < pictures; ++i) put(kPicture);
  return made;
}

TEST_CASE("a configuration of one set of each kind is taken apart") {
  const auto whole = configuration(1, 1);
  const auto found = read_avc_configuration(whole);
  REQUIRE(found);
  CHECK(found->length_size == 4);
  CHECK(std::vector(found->sequence.begin(), found->sequence.end()) == kHighSquare);
  CHECK(std::vector(found->picture.begin(), found->picture.end()) == kPicture);
}

TEST_CASE("several sets, none, or a cut configuration are not taken") {
  CHECK_FALSE(read_avc_configuration(configuration(2, 1)).has_value());
  CHECK_FALSE(read_avc_configuration(configuration(1, 2)).has_value());
  CHECK_FALSE(read_avc_configuration(configuration(0, 1)).has_value());
  CHECK_FALSE(read_avc_configuration(configuration(1, 0)).has_value());
  const auto whole = configuration(1, 1);
  for (std::size_t size = 0; size < whole.size(); ++size)
    CHECK_FALSE(read_avc_configuration(std::span(whole).first(size)).has_value());
}

TEST_CASE("a slice says where it begins and which number its picture has") {
  const auto sequence = read_h264_sequence(kHighSquare);
  REQUIRE(sequence);
  // First macroblock, kind of slice 7 and picture set 0 as ue(v), then frame_num in the sequence's six bits.
  const auto first = read_h264_slice(bytes("4188db"), *sequence);
  REQUIRE(first);
  CHECK(first->first_macroblock == 0);
  CHECK(first->frame_number == 45);
  const auto second = read_h264_slice(bytes("414221c0"), *sequence);
  REQUIRE(second);
  CHECK(second->first_macroblock == 1);
  CHECK(second->frame_number == 3);
  // Two bytes of 3 keep start codes out, and say nothing (7.4.1).
  const auto far = read_h264_slice(bytes("4100000302000003008db0"), *sequence);
  REQUIRE(far);
  CHECK(far->first_macroblock == (1U << 22U) - 1);
  CHECK(far->frame_number == 45);
  for (const char* cut : {"", "41", "4188", "4142", "410000030200000300"})
    CHECK_FALSE(read_h264_slice(bytes(cut), *sequence).has_value());
}
