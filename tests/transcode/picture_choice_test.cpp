// Which coded pictures need not be decoded.
#include "transcode/reading/picture_choice.hpp"

#include <initializer_list>
#include <vector>

#include <doctest/doctest.h>

using namespace chalkline;
using namespace chalkline::transcode;

namespace {

constexpr Timescale kScale = 1000;
constexpr int kFew = 20, kMany = 4000;  // bytes

std::vector<std::byte> bytes(std::initializer_list<int> values) {
  std::vector<std::byte> made;
  for (const int value : values) made.push_back(static_cast<std::byte>(value));
  return made;
}

CodedPicture coded(Ticks pts, bool reference, bool idr = false, int size = kMany) {
  CodedPicture picture;
  picture.h264 = {true, idr, reference || idr, false};
  picture.pts = pts;
  picture.bytes = size;
  return picture;
}
CodedPicture idr(Ticks pts) { return coded(pts, true, true); }

// Two groups in decode order: I0 P160 B80 b40 b120 | I200 P360 B280 b240 b320.
std::vector<CodedPicture> two_groups(int small = kMany) {
  std::vector<CodedPicture> all;
  for (const Ticks start : {Ticks{0}, Ticks{200}}) {
    all.push_back(idr(start));
    all.push_back(coded(start + 160, true));
    all.push_back(coded(start + 80, true));
    all.push_back(coded(start + 40, false, false, small));
    all.push_back(coded(start + 120, false, false, small));
  }
  return all;
}

PictureMap mapped(const std::vector<CodedPicture>& pictures) {
  PictureMapper mapper(false, 900, kScale);
  for (const CodedPicture& picture : pictures) CHECK(mapper.needs(picture));
  for (const CodedPicture& picture : pictures) mapper.came_out(picture.pts);
  return mapper.conclude();
}

std::vector<Ticks> chosen(const std::vector<Ticks>& wanted) {
  const PictureMap map = mapped(two_groups());
  PictureChooser chooser(map, wanted);
  std::vector<Ticks> found;
  for (const CodedPicture& picture : two_groups())
    if (chooser.needs(picture)) found.push_back(picture.pts);
  return found;
}

}  // namespace

TEST_CASE("a picture of H.264 is told by its NAL units' headers, behind lengths and behind start codes") {
  // SEI and an IDR slice; a slice that is a reference; one that is none.
  const auto key = bytes({0, 0, 0, 2, 0x06, 5, 0, 0, 0, 3, 0x65, 1, 2});
  const H264Picture told = describe_h264(key, 4);
  CHECK(told.known);
  CHECK(told.idr);
  CHECK(told.reference);
  CHECK(!told.sets);
  CHECK(describe_h264(bytes({0, 2, 0x41, 9}), 2).reference);
  CHECK(!describe_h264(bytes({0, 2, 0x01, 9}), 2).reference);
  const H264Picture coded_by_codes = describe_h264(bytes({0, 0, 0, 1, 0x67, 1, 0, 0, 1, 0x68, 1, 0, 0, 1, 0x65, 7}), 0);
  CHECK(coded_by_codes.idr);
  CHECK(coded_by_codes.sets);
  CHECK(!describe_h264(bytes({0, 0, 1, 0x01, 7, 7, 7}), 0).reference);
}

TEST_CASE("what is not H.264 as it should be is not known") {
  CHECK(!describe_h264(bytes({}), 4).known);
  CHECK(!describe_h264(bytes({0, 0, 0, 9, 0x65}), 4).known);  // longer than the packet
  CHECK(!describe_h264(bytes({0, 0}), 4).known);
  CHECK(!describe_h264(bytes({0, 0, 0, 1, 0x06}), 4).known);  // no picture in it
  CHECK(!describe_h264(bytes({1, 2, 3, 4, 5}), 0).known);
}

TEST_CASE("the decoder's configuration tells how long a length is") {
  CHECK(h264_length_size(bytes({1, 100, 0, 31, 0xFF, 0xE1, 0})) == 4);
  CHECK(h264_length_size(bytes({1, 100, 0, 31, 0xFD, 0xE1, 0})) == 2);
  CHECK(h264_length_size(bytes({0, 0, 0, 1, 0x67, 100, 0})) == 0);
  CHECK(h264_length_size({}) == 0);
}

TEST_CASE("only what is shown is decoded, and what it is predicted from") {
  CHECK(chosen({0}) == std::vector<Ticks>{0});
  CHECK(chosen({0, 120}) == std::vector<Ticks>{0, 160, 80, 120});
  CHECK(chosen({0, 160, 320}) == std::vector<Ticks>{0, 160, 200, 360, 280, 320});
  CHECK(chosen({240}) == std::vector<Ticks>{200, 360, 280, 240});
}

TEST_CASE("all is decoded where the map does not hold") {
  auto pictures = two_groups();
  SUBCASE("a time that stands twice") { pictures[4].pts = pictures[3].pts; }
  SUBCASE("parameter sets between two IDRs") { pictures[2].h264.sets = true; }
  SUBCASE("parameter sets with the second IDR alone would be missed") {
    pictures.push_back(idr(400));
    pictures[5].h264.sets = true;
  }
  SUBCASE("an IDR that is shown before the one before it") { pictures[5].pts = -40; }
  SUBCASE("something that is not known") { pictures[7].h264.known = false; }
  const PictureMap map = mapped(pictures);
  CHECK(!map.exact);
  const std::vector<Ticks> none;
  PictureChooser chooser(map, none);
  for (const CodedPicture& picture : pictures) CHECK(chooser.needs(picture));
}

TEST_CASE("the map does not hold where pictures come out at other times than their packets say, or not at all") {
  const auto pictures = two_groups();
  PictureMapper other(false, 900, kScale), lost(false, 900, kScale);
  for (const CodedPicture& picture : pictures) {
    other.needs(picture);
    lost.needs(picture);
  }
  for (const CodedPicture& picture : pictures) {
    other.came_out(picture.pts + 1);
    if (picture.pts != 280) lost.came_out(picture.pts);
  }
  CHECK(!other.conclude().exact);
  CHECK(!lost.conclude().exact);
}

TEST_CASE("parameter sets that come with every IDR are no hindrance") {
  auto pictures = two_groups();
  pictures[0].h264.sets = pictures[5].h264.sets = true;
  CHECK(mapped(pictures).exact);
}

TEST_CASE("a picture that is too small to show anything is passed over if none needs it and one follows soon") {
  PictureMapper mapper(true, 900, kScale);
  std::vector<Ticks> passed;
  for (CodedPicture picture : two_groups(kFew)) {
    if (!picture.h264.idr) picture.bytes = kFew;
    if (mapper.needs(picture))
      mapper.came_out(picture.pts);
    else
      passed.push_back(picture.pts);
  }
  CHECK(passed == std::vector<Ticks>{40, 120, 240, 320});
  CHECK(mapper.conclude().exact);

  PictureMapper careful(true, 900, kScale);
  CHECK(careful.needs(idr(0)));
  CHECK(careful.needs(coded(160, true, false, kFew)));  // others need it
  CHECK(careful.needs(coded(170, true, false, kFew)));
  CHECK(careful.needs(coded(40, false, false, kFew)));    // the next is 120 ms away
  CHECK(careful.needs(coded(120, false, false, kMany)));  // it may show something
  CHECK(!careful.needs(coded(120, false, false, kFew)));
  CHECK(careful.needs(coded(200, true, false, kMany)));
  CHECK(careful.needs(coded(180, false, false, kFew)));  // something moves
}
