// What is worth its bytes: ladders of real lessons, and what an index may hold beside.
#include "streamer/api/worth.hpp"

#include <doctest/doctest.h>

using namespace chalkline;
using namespace chalkline::streamer;

namespace {

struct Step {
  int kbps;
  int quality;
  Codec codec = Codec::kH264;
};

VersionIndex made_of(const std::vector<Step>& steps) {
  VersionIndex index;
  for (const Step& step : steps) {
    RenditionEntry& rung = index.renditions.emplace_back();
    rung.format.kind = MediaKind::kVideo;
    rung.format.codec = step.codec;
    rung.format.quality = step.quality;
    rung.average_bandwidth = static_cast<std::uint64_t>(step.kbps) * 1000;
    rung.peak_bandwidth = rung.average_bandwidth * 2;
  }
  return index;
}

using All = std::vector<bool>;

All dear(const std::vector<Step>& steps) {
  All all;
  for (const std::uint64_t bits : dear_rungs(made_of(steps))) all.push_back(bits > 0);
  return all;
}

}  // namespace

TEST_CASE("a rung is dear that asks more than 150 kbit/s for what is just seen") {
  CHECK(dear({{20, 576}, {37, 663}, {73, 779}, {157, 858}, {317, 903}}) ==
        All{false, false, false, false, true});  // a talk
  CHECK(dear({{157, 858}, {270, 903}}) == All{false, true});
  CHECK(dear({{157, 858}, {269, 903}}) == All{false, false});
  CHECK(dear({{24, 820}, {30, 883}, {47, 940}}) == All{false, false, false});  // a screen
  CHECK(dear({{9, 850}, {14, 917}}) == All{false, false});                     // slides
  CHECK(dear({{9, 850}, {14, 840}}) == All{false, true});
}

TEST_CASE("it is for a link that carries its peak and a sixth more") {
  CHECK(dear_rungs(made_of({{157, 858}, {317, 903}})) == std::vector<std::uint64_t>{0, 317'000 * 2 * 116 / 100});
}

TEST_CASE("a step is reckoned from the last rung that was worth it") {
  CHECK(dear({{50, 700}, {150, 710}, {250, 800}}) == All{false, false, false});
  CHECK(dear({{50, 700}, {150, 710}, {350, 800}}) == All{false, true, true});
}

TEST_CASE("each codec has a ladder of its own, in whatever order it stands") {
  CHECK(dear({{317, 903}, {110, 860, Codec::kAv1}, {157, 858}, {230, 902, Codec::kAv1}}) ==
        All{true, false, false, true});
}

TEST_CASE("what was not measured is not dear, nor is what is no picture") {
  CHECK(dear({{20, 0}, {37, 0}, {317, 0}}) == All{false, false, false});
  CHECK(dear({{20, 576}, {317, 0}, {900, 577}}) == All{false, false, false});
  CHECK(dear({}).empty());
  VersionIndex index = made_of({{20, 576}, {900, 577}});
  index.renditions.front().format.kind = MediaKind::kAudio;
  CHECK(dear_rungs(index) == std::vector<std::uint64_t>{0, 0});
}
