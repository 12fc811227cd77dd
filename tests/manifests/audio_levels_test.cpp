// Which sound goes with which picture: groups of one set of members each, and a staircase of variants.
#include "manifests/audio_levels.hpp"

#include <set>

#include <doctest/doctest.h>

#include "lessons.hpp"
#include "manifests/multivariant_playlist.hpp"

using namespace chalkline;
using namespace chalkline::manifests;
using testing::LessonBuilder;

using Rates = std::vector<std::uint64_t>;
static std::vector<Pairing> pair(const Rates& rungs, const Rates& levels) {
  return pair_rungs_with_levels(rungs, levels);
}
static const Rates kSpeech = {12'000, 16'000, 24'000};

TEST_CASE("the cheapest rungs take the cheapest sound, the better ones better sound") {
  CHECK(pair({25'000, 60'000, 120'000}, kSpeech) == std::vector<Pairing>{{0, 0}, {1, 1}, {2, 2}});
}

TEST_CASE("sound is at most a third of its picture's bits, where there is a cheaper level") {
  CHECK(pair({47'999}, {12'000, 16'000}).front() == Pairing{0, 0});
  CHECK(pair({10'000, 48'000}, {12'000, 16'000}).back() == Pairing{1, 1});
}

TEST_CASE("a slide lesson of one rung offers every sound with it") {
  CHECK(pair({7'000}, kSpeech) == std::vector<Pairing>{{0, 0}, {0, 1}, {0, 2}});
}

TEST_CASE("a camera lesson keeps the cheapest sound on its first rung") {
  CHECK(pair({95'000, 250'000}, kSpeech) == std::vector<Pairing>{{0, 0}, {0, 1}, {0, 2}, {1, 2}});
}

TEST_CASE("a level between two rungs' levels goes with the upper rung") {
  CHECK(pair({25'000, 500'000}, kSpeech) == std::vector<Pairing>{{0, 0}, {1, 1}, {1, 2}});
}

TEST_CASE("whatever the ladder: all rungs and all levels are in use, neither falls, and there is no cross product") {
  for (std::uint64_t seed = 1; seed < 400; ++seed) {
    Rates rungs, levels;
    std::uint64_t random = seed * 2'654'435'761U;
    const auto next = [&](std::uint64_t below) {
      return (random = random * 6364136223846793005U + 1442695040888963407U) >> 33U ? (random >> 33U) % below : 0;
    };
    for (std::uint64_t n = 1 + next(6), rate = 5'000; n > 0; --n) rungs.push_back(rate += next(200'000));
    for (std::uint64_t n = 1 + next(4), rate = 8'000; n > 0; --n) levels.push_back(rate += next(30'000));
    const auto pairings = pair(rungs, levels);
    CHECK(pairings.size() <= rungs.size() + levels.size() - 1);
    CHECK(pairings.front() == Pairing{0, 0});
    CHECK(pairings.back() == Pairing{rungs.size() - 1, levels.size() - 1});
    for (std::size_t i = 1; i < pairings.size(); ++i) {
      const auto rung = pairings[i].rung - pairings[i - 1].rung, level = pairings[i].level - pairings[i - 1].level;
      CHECK(rung <= 1);  // unsigned: a fall would be huge
      CHECK(level <= 1);
      CHECK(rung + level > 0);
    }
  }
}

TEST_CASE("without rungs or without sound there is nothing to pair") {
  CHECK(pair({}, kSpeech).empty());
  CHECK(pair({1'000}, {}).empty());
}

static VersionIndex two_languages() {
  return LessonBuilder("Rates")
      .video(640, 360, 30)
      .video(1280, 720, 90)
      .rates(Codec::kOpus, "en", "English", {12, 16, 24}, true)
      .rates(Codec::kOpus, "sw", "Kiswahili", {12, 16, 24})
      .build();
}

TEST_CASE("each level is a group of its own with every track in it, named by codec and rate") {
  const auto index = two_languages();
  const auto levels = audio_levels(index, Codec::kOpus);
  REQUIRE(levels.size() == 3);
  std::string text;
  for (const AudioLevel& level : levels) {
    text += level.id + ":";
    for (const RenditionEntry* member : level.members) text += " " + member->format.id;
    text += "\n";
  }
  CHECK(text ==
        "opus-12: audio/en-o12 audio/sw-o12\n"
        "opus-16: audio/en-o16 audio/sw-o16\n"
        "opus-24: audio/en-o24 audio/sw-o24\n");
}

TEST_CASE("a track with fewer rates stands in several groups, so that all groups have the same members") {
  const auto index = LessonBuilder("Song and talk")
                         .rates(Codec::kOpus, "en", "English", {12, 16, 24}, true)
                         .rates(Codec::kOpus, "fr", "Chanson", {32, 64})
                         .build();
  for (const AudioLevel& level : audio_levels(index, Codec::kOpus)) {
    REQUIRE(level.members.size() == 2);
    CHECK(level.members[1]->format.id == (level.id == "opus-24" ? "audio/fr-o64" : "audio/fr-o32"));
  }
}

TEST_CASE("an index from before there were rates has one group a codec, with every rendition in it") {
  const auto index = LessonBuilder("Old")
                         .audio(Codec::kOpus, "en", "English", 24, true)
                         .audio(Codec::kOpus, "en", "English", 24)
                         .build();
  const auto levels = audio_levels(index, Codec::kOpus);
  REQUIRE(levels.size() == 1);
  CHECK(levels[0].id == "opus");
  CHECK(levels[0].members.size() == 2);
}

TEST_CASE("a player that wants cheap sound gets no group above its wish, and always the cheapest") {
  MultivariantOptions options;
  options.max_audio_kbps = 16;
  std::set<std::string> groups;
  for (const auto& variant : make_multivariant_playlist(two_languages(), options).variants)
    groups.insert(variant.audio_group);
  CHECK(groups == std::set<std::string>{"opus-12", "opus-16"});
  options.max_audio_kbps = 1;
  for (const auto& variant : make_multivariant_playlist(two_languages(), options).variants)
    CHECK(variant.audio_group == "opus-12");
}

TEST_CASE("one rung alone has the cheapest sound that goes with it in the whole ladder") {
  MultivariantOptions options;
  for (const auto& [rung, group] : {std::pair("video/0", "opus-12"), std::pair("video/1", "opus-16")}) {
    options.video_rendition = rung;
    const auto variants = make_multivariant_playlist(two_languages(), options).variants;
    REQUIRE(variants.size() == 2);  // and sound alone
    CHECK(variants[0].audio_group == group);
    CHECK(variants[0].uri == std::string(rung) + "/playlist.m3u8");
  }
}
