// Whether a source's own stream may be a rung, rule by rule.
#include "transcode/plan/repackage.hpp"

#include <doctest/doctest.h>

using namespace chalkline;
using namespace chalkline::transcode;

constexpr Timescale kScale = 30'000;
constexpr Ticks kPicture = 1000;  // of 30 a second

static VideoFacts video() {
  VideoFacts facts;
  facts.codec = "h264";
  facts.coded_width = facts.width = 854;
  facts.coded_height = facts.height = 480;
  facts.frame_rate = {30, 1};
  facts.timescale = kScale;
  return facts;
}

// An IDR every two seconds, and between them pairs of which the second is shown first; about 120 kbit/s.
static CodedStream stream(int seconds = 20) {
  CodedStream made;
  made.sequence = {100, 0, 30, 1, 8, 4, false, 854, 480, true, 4};
  for (int i = 0; i < seconds * 30; ++i) {
    const int in_group = i % 60;
    const int shown = in_group == 0 || in_group == 59 ? i : in_group % 2 == 1 ? i + 1 : i - 1;
    made.samples.push_back({shown * kPicture, in_group == 0 ? 6000 : 400, in_group == 0});
  }
  return made;
}

static Ticks end_of(const CodedStream& made) { return static_cast<Ticks>(made.samples.size()) * kPicture; }

static std::string unfit(const CodedStream& made, const EncodingOptions& options = {}) {
  return unfit_stream(video(), made, end_of(made), options);
}

TEST_CASE("an ordinary upload may be a rung") {
  CHECK(unfit_source(video(), {}) == "");
  CHECK(unfit(stream()) == "");
  const ProbePoint point = point_of(video(), stream(), end_of(stream()));
  CHECK(point.kbps == doctest::Approx((6000 + 59 * 400 + 60 * 12) * 8 / 2000.0));
  CHECK(point.quality == 100);
  CHECK(idrs_of(stream(4)) == std::vector<Ticks>{0, 60'000});
  CHECK(closest_pictures(stream()) == kPicture);
}

TEST_CASE("what the container or the configuration rules out is told before the stream is looked at") {
  const auto with = [](auto change) {
    VideoFacts facts = video();
    change(facts);
    return unfit_source(facts, {});
  };
  CHECK(with([](VideoFacts& v) { v.codec = "hevc"; }) == "is not H.264");
  CHECK(with([](VideoFacts& v) { v.upright = "transpose=clock"; }) == "is turned by its container");
  CHECK(with([](VideoFacts& v) { v.interlaced = true; }) == "is interlaced");
  CHECK(with([](VideoFacts& v) { v.hdr = true; }) != "");
  CHECK(with([](VideoFacts& v) { v.width = 640; }) == "has pixels that are not square");
  CHECK(with([](VideoFacts& v) { v.coded_height = v.height = 855, v.coded_width = v.width = 854; }) == "");
  EncodingOptions options;
  options.ceiling_height = 360;
  CHECK(unfit_source(video(), options) == "is larger than is configured");
  options = {};
  options.fixed_ladder = true;
  CHECK(unfit_source(video(), options) != "");
  options = {};
  options.repackage = false;
  CHECK(unfit_source(video(), options) != "");
}

TEST_CASE("profiles and levels are those that every player takes") {
  const auto with = [](auto change) {
    CodedStream made = stream();
    change(made.sequence);
    return unfit(made);
  };
  CHECK(with([](H264Sequence& s) { s.profile = 77; }) == "");
  CHECK(with([](H264Sequence& s) { s.profile = 66, s.constraints = 0xC0; }) == "");
  CHECK(with([](H264Sequence& s) { s.profile = 66, s.constraints = 0; }) != "");
  CHECK(with([](H264Sequence& s) { s.profile = 110; }) != "");
  CHECK(with([](H264Sequence& s) { s.chroma = 2; }) != "");
  CHECK(with([](H264Sequence& s) { s.bits = 10; }) != "");
  CHECK(with([](H264Sequence& s) { s.frames_alone = false; }) != "");
  CHECK(with([](H264Sequence& s) { s.gaps = true; }) != "");
  CHECK(with([](H264Sequence& s) { s.level = 31; }) == "");
  CHECK(with([](H264Sequence& s) { s.level = 40; }) != "");
  CHECK(with([](H264Sequence& s) { s.width = 852; }) != "");
}

TEST_CASE("groups are closed, begin with an IDR and end before a segment must") {
  CodedStream made = stream();
  made.samples[0].idr = false;
  CHECK(unfit(made) == "does not begin with an IDR picture");
  made = stream();
  std::swap(made.samples[60].pts, made.samples[61].pts);  // one that follows the IDR is shown before it
  CHECK(unfit(made) == "has groups of pictures that are not closed");
  made = stream();
  std::swap(made.samples[59].pts, made.samples[60].pts);
  CHECK(unfit(made) == "has groups of pictures that are not closed");
  made = stream(64);
  for (CodedSample& sample : made.samples) sample.idr = sample.pts == 0 || sample.pts == 62 * kScale;
  CHECK(unfit(made) == "has no IDR picture for 62.0 s");
  made = stream(31);
  for (CodedSample& sample : made.samples) sample.idr = sample.pts == 0;
  CHECK(unfit(made) == "has no IDR picture for 31.0 s");
  made = stream(30);
  for (CodedSample& sample : made.samples) sample.idr = sample.pts == 0;
  CHECK(unfit(made) == "");
}

TEST_CASE("pictures come no faster than is configured, and none stands so long that players stall") {
  CodedStream made = stream();
  EncodingOptions options;
  options.max_frame_rate = 25;
  CHECK(unfit(made, options) == "shows more pictures a second than are configured");
  made.samples[7].pts = made.samples[5].pts;
  CHECK(unfit(made) == "shows two pictures at one time");
  made = stream();
  for (std::size_t i = 300; i < made.samples.size(); ++i) made.samples[i].pts += 2 * kScale;
  CHECK(unfit(made).starts_with("lets a picture stand for 2.0 s"));
  made = stream();
  CHECK(unfit_stream(video(), made, end_of(made) + 2 * kScale, {}).starts_with("lets a picture stand for 2.0 s"));
}

TEST_CASE("peaks stay within the buffer of a rung of that rate") {
  CodedStream made = stream();
  made.samples[100].bytes = 60'000;  // 480 kbit, of a buffer of two seconds at three times the rate
  CHECK(unfit(made) == "");
  for (std::size_t i = 100; i < 104; ++i) made.samples[i].bytes = 60'000;
  CHECK(unfit(made).starts_with("has peaks above "));
}

TEST_CASE("a fault that was seen in the stream is the reason") {
  CodedStream made = stream();
  made.fault = "is damaged";
  CHECK(unfit(made) == "is damaged");
  CHECK(unfit(CodedStream{}) == "holds no pictures");
}

TEST_CASE(
    "a stream takes less than the best rung, and a little more only where that one is not as good as rungs are made") {
  Rung best;
  best.expected_kbps = 150;
  best.expected_quality = 93;
  CHECK(most_of_own_stream(best, {}) == doctest::Approx(142.5));
  best.expected_quality = 88;
  CHECK(most_of_own_stream(best, {}) == doctest::Approx(165));
  EncodingOptions options;
  options.ceiling_kbps = 100;
  CHECK(most_of_own_stream(best, options) == 100);
}

TEST_CASE("of stills, and of what is over in less than a minute, nothing is kept") {
  CHECK(unfit_lesson(ContentKind::kMoving, {60 * kScale, kScale}) == "");
  CHECK(unfit_lesson(ContentKind::kMixed, {60 * kScale, kScale}) == "");
  CHECK(unfit_lesson(ContentKind::kMoving, {60 * kScale - 1, kScale}).starts_with("is shorter than a minute"));
  CHECK(unfit_lesson(ContentKind::kStill, {60 * kScale, kScale}).starts_with("shows stills"));
}
