// What goes into a multivariant playlist, and in which order.
#include "manifests/multivariant_playlist.hpp"

#include <algorithm>
#include <set>

#include <doctest/doctest.h>

#include "lessons.hpp"
#include "manifests/bandwidth.hpp"
#include "manifests/multivariant_files.hpp"

using namespace chalkline;
using namespace chalkline::manifests;
using testing::LessonBuilder;

static std::vector<std::string> uris(const MultivariantPlaylist& playlist) {
  std::vector<std::string> all;
  for (const VariantStream& variant : playlist.variants) all.push_back(variant.uri);
  return all;
}

static std::string default_name(const MultivariantPlaylist& playlist, const std::string& group) {
  std::string found;
  for (const MediaRendition& r : playlist.renditions)
    if (r.group_id == group && r.is_default) found += r.name;
  return found;
}

static VersionIndex ladder() {
  return LessonBuilder("Ladder")
      .video(426, 240, 60)
      .video(640, 360, 110)
      .video(1280, 720, 400)
      .audio(Codec::kAacLc, "en", "English", 48, true)
      .audio(Codec::kOpus, "en", "English", 24, true)
      .build();
}

TEST_CASE("each codec's variants begin with the cheapest readable rung, then go up; audio-only ones are last") {
  CHECK(uris(make_multivariant_playlist(ladder())) ==
        std::vector<std::string>{"video/1/playlist.m3u8", "video/0/playlist.m3u8", "video/2/playlist.m3u8",
                                 "video/1/playlist.m3u8", "video/0/playlist.m3u8", "video/2/playlist.m3u8",
                                 "audio/en-opus/playlist.m3u8", "audio/en-aac/playlist.m3u8"});
}

TEST_CASE("Opus comes before AAC whatever the order of the renditions, with exact codecs") {
  const auto playlist = make_multivariant_playlist(ladder());
  CHECK(playlist.variants.front().audio_group == "opus");
  CHECK(playlist.variants.front().codecs == "avc1.64001a,opus");
  CHECK(playlist.variants[3].codecs == "avc1.64001a,mp4a.40.2");
  CHECK(playlist.variants.back().codecs == "mp4a.40.2");
  CHECK(playlist.variants.back().width == 0);
}

TEST_CASE("without a readable rung the tallest one is first") {
  const auto index = LessonBuilder("Small").video(256, 144, 30).video(426, 240, 60).build();
  CHECK(uris(make_multivariant_playlist(index)).front() == "video/1/playlist.m3u8");
}

TEST_CASE("the start rung is chosen by price, not by size: a large still picture beats a middling one") {
  const auto index = LessonBuilder("Slides").video(640, 360, 21).video(1280, 720, 13).build();
  CHECK(uris(make_multivariant_playlist(index)) ==
        std::vector<std::string>{"video/1/playlist.m3u8", "video/0/playlist.m3u8"});
}

TEST_CASE("portrait video is readable by its shorter side") {
  const auto index = LessonBuilder("Phone").video(240, 426, 30).video(360, 640, 60).build();
  CHECK(uris(make_multivariant_playlist(index)).front() == "video/1/playlist.m3u8");
}

// Computed from the segments again, by another way than the code's: exact fractions compared crosswise.
static bool is_peak_of(std::uint64_t bandwidth, const RenditionEntry& entry) {
  bool reached = false;
  for (const SegmentEntry& s : entry.segments) {
    const std::uint64_t bits = s.bytes * 8 * entry.format.timescale;
    const auto ticks = static_cast<std::uint64_t>(s.duration);
    if (bandwidth * ticks < bits) return false;
    reached = reached || (bandwidth - 1) * ticks < bits;
  }
  return reached;
}

TEST_CASE("BANDWIDTH is never below the sum of the worst segments and less than 1.1 times it") {
  for (const auto& lesson : testing::lessons()) {
    CAPTURE(lesson.name);
    const auto playlist = make_multivariant_playlist(lesson.index);
    for (const RenditionEntry& entry : lesson.index.renditions) CHECK(is_peak_of(entry.peak_bandwidth, entry));
    for (const VariantStream& variant : playlist.variants) {
      std::uint64_t video = 0, audio = 0, text = 0;
      for (const RenditionEntry& entry : lesson.index.renditions) {
        const bool is_variant = variant.uri.ends_with(entry.playlist);
        const auto peak = entry.peak_bandwidth;
        if (entry.format.kind == MediaKind::kVideo && is_variant) video = peak;
        for (const MediaRendition& r : playlist.renditions)
          if (r.uri == entry.playlist && r.group_id == variant.audio_group) audio = std::max(audio, peak);
        if (entry.format.kind == MediaKind::kText) text = std::max(text, peak);
      }
      CHECK(variant.bandwidth == video + audio + text);
      CHECK(variant.average_bandwidth <= variant.bandwidth);
    }
  }
}

TEST_CASE("the wished language is the default in every group, and the audio-only variant plays it") {
  const auto lesson = testing::lessons().front();
  MultivariantOptions options;
  options.audio_language = "SW-ke";
  const auto playlist = make_multivariant_playlist(lesson.index, options);
  CHECK(default_name(playlist, "opus") == "Kiswahili");
  CHECK(default_name(playlist, "aac") == "Kiswahili");
  CHECK(uris(playlist).back() == "audio/sw-aac/playlist.m3u8");
  CHECK(default_name(playlist, "text").empty());
}

TEST_CASE("a wish is looked up as RFC 4647 says, then by its primary language, else the index decides") {
  const auto index = LessonBuilder("Zh")
                         .audio(Codec::kOpus, "en", "English", 20)
                         .audio(Codec::kOpus, "zh-Hant", "Traditional", 20)
                         .audio(Codec::kOpus, "zh", "Chinese", 20)
                         .audio(Codec::kOpus, "pt-BR", "Brazil", 20, true)
                         .build();
  const auto chosen = [&](const char* wish) {
    MultivariantOptions options;
    options.audio_language = wish;
    return default_name(make_multivariant_playlist(index, options), "opus");
  };
  CHECK(chosen("zh-Hant-TW") == "Traditional");
  CHECK(chosen("zh-Hans") == "Chinese");
  CHECK(chosen("pt") == "Brazil");
  CHECK(chosen("pt-PT") == "Brazil");
  CHECK(chosen("fr") == "Brazil");
  CHECK(chosen("") == "Brazil");
  CHECK(chosen("-") == "Brazil");
}

TEST_CASE("a voice that describes the pictures is wished for by a name of its own, and never taken for the plain one") {
  const auto index = LessonBuilder("Described")
                         .audio(Codec::kOpus, "en", "English (AD)", 20, false, {"public.accessibility.describes-video"})
                         .audio(Codec::kOpus, "en", "English", 20)
                         .audio(Codec::kOpus, "sw", "Kiswahili", 20, true)
                         .build();
  const auto chosen = [&](const char* wish) {
    MultivariantOptions options;
    options.audio_language = wish;
    return default_name(make_multivariant_playlist(index, options), "opus");
  };
  CHECK(chosen("en") == "English");
  CHECK(chosen("en-KE") == "English");
  CHECK(chosen("en-x-described") == "English (AD)");
  CHECK(chosen("sw-x-described") == "Kiswahili");
}

TEST_CASE("without any default the first track of a group is it; text is never shown unasked") {
  const auto index = LessonBuilder("None")
                         .video(640, 360, 50)
                         .audio(Codec::kOpus, "en", "English", 20)
                         .audio(Codec::kOpus, "sw", "Kiswahili", 20)
                         .text("en", "English")
                         .build();
  const auto playlist = make_multivariant_playlist(index);
  CHECK(default_name(playlist, "opus") == "English");
  CHECK(default_name(playlist, "text").empty());
  MultivariantOptions captions;
  captions.text_language = "en";
  CHECK(default_name(make_multivariant_playlist(index, captions), "text") == "English");
}

TEST_CASE("names are unique in a group, equal over groups, and unknown languages have none") {
  const auto index = LessonBuilder("Names")
                         .audio(Codec::kOpus, "und", "", 20)
                         .audio(Codec::kOpus, "und", "", 20)
                         .audio(Codec::kOpus, "sw", "", 20)
                         .audio(Codec::kAacLc, "und", "", 40)
                         .audio(Codec::kAacLc, "und", "", 40)
                         .audio(Codec::kAacLc, "sw", "", 40)
                         .build();
  std::vector<std::string> names, languages;
  for (const MediaRendition& r : make_multivariant_playlist(index).renditions) {
    names.push_back(r.name);
    languages.push_back(r.language);
  }
  CHECK(names == std::vector<std::string>{"Audio", "Audio (2)", "Kiswahili", "Audio", "Audio (2)", "Kiswahili"});
  CHECK(languages == std::vector<std::string>{"", "", "sw", "", "", "sw"});
}

TEST_CASE("AUTOSELECT is on the default and on one track of each other language and purpose") {
  const auto index = LessonBuilder("Auto")
                         .audio(Codec::kOpus, "en", "A", 20)
                         .audio(Codec::kOpus, "en", "B", 20, true)
                         .audio(Codec::kOpus, "en", "C", 20, false, {"public.accessibility.describes-video"})
                         .audio(Codec::kOpus, "sw", "D", 20)
                         .build();
  std::string autoselected;
  for (const MediaRendition& r : make_multivariant_playlist(index).renditions)
    if (r.autoselect) autoselected += r.name;
  CHECK(autoselected == "BCD");
}

TEST_CASE("a page that asks for one audio codec gets it alone; one that asks for none there is gets all") {
  MultivariantOptions opus;
  opus.audio_codecs = {Codec::kOpus};
  for (const VariantStream& variant : make_multivariant_playlist(ladder(), opus).variants)
    CHECK(variant.audio_group == "opus");
  const auto only_aac = LessonBuilder("Aac").video(640, 360, 50).audio(Codec::kAacLc, "en", "English", 40).build();
  CHECK(make_multivariant_playlist(only_aac, opus).variants.size() == 2);
}

TEST_CASE("a bandwidth limit leaves out dearer rungs with their I-frames, but never the cheapest") {
  MultivariantOptions limited;
  limited.max_bandwidth = 200'000;
  const auto playlist = make_multivariant_playlist(ladder(), limited);
  CHECK(playlist.iframe_streams.size() == 2);
  for (const VariantStream& variant : playlist.variants) CHECK(variant.bandwidth <= 200'000);
  limited.max_bandwidth = 1;
  CHECK(uris(make_multivariant_playlist(ladder(), limited)).front() == "video/0/playlist.m3u8");
}

TEST_CASE("frame rates are rounded to three decimals; an unknown one is not stated") {
  const auto rate = [](Ratio ratio) {
    return make_multivariant_playlist(LessonBuilder("Rate").video(640, 360, 50, ratio).build())
        .variants[0]
        .frame_rate_milli;
  };
  CHECK(rate({30000, 1001}) == 29970);
  CHECK(rate({42, 47}) == 894);
  CHECK(rate({107'999LL * 90'000, 324'012'345'001LL}) == 30);
  CHECK(rate({0, 1}) == 0);
}

TEST_CASE("every group a variant names is defined, and URIs carry the prefix") {
  MultivariantOptions options;
  options.base_uri = "/v/abc/";
  for (const auto& lesson : testing::lessons()) {
    const auto playlist = make_multivariant_playlist(lesson.index, options);
    std::set<std::string> groups = {""};
    for (const MediaRendition& r : playlist.renditions) {
      groups.insert(r.group_id);
      CHECK(r.uri.starts_with("/v/abc/"));
    }
    for (const VariantStream& variant : playlist.variants) {
      CHECK(groups.contains(variant.audio_group));
      CHECK(groups.contains(variant.text_group));
      CHECK(variant.uri.starts_with("/v/abc/"));
    }
    for (const IFrameStream& stream : playlist.iframe_streams) CHECK(stream.uri.starts_with("/v/abc/"));
  }
}

static VersionIndex saver() {
  return LessonBuilder("Saver")
      .video(426, 240, 60)
      .video(640, 360, 110)
      .video(426, 240, 22)
      .in(Codec::kAv1, "av01.0.00M.10")
      .video(640, 360, 48)
      .in(Codec::kAv1, "av01.0.01M.10")
      .audio(Codec::kOpus, "en", "English", 24, true)
      .build();
}

TEST_CASE("with a saver ladder multivariant.m3u8 stays H.264 alone, and another playlist has both, H.264 first") {
  const auto files = multivariant_files(saver());
  REQUIRE(files.size() == 2);
  CHECK(files[0].first == "multivariant.m3u8");
  CHECK(uris(make_multivariant_playlist(saver(), files[0].second)) ==
        std::vector<std::string>{"video/1/playlist.m3u8", "video/0/playlist.m3u8", "audio/en-opus/playlist.m3u8"});
  CHECK(files[1].first == "multivariant-av1.m3u8");
  const auto both = make_multivariant_playlist(saver(), files[1].second);
  CHECK(uris(both) == std::vector<std::string>{"video/1/playlist.m3u8", "video/2/playlist.m3u8",
                                               "video/3/playlist.m3u8", "video/0/playlist.m3u8",
                                               "audio/en-opus/playlist.m3u8"});
  CHECK(both.variants[0].codecs == "avc1.64001a,opus");
  CHECK(both.variants[1].codecs == "av01.0.00M.10,opus");
}

TEST_CASE("a saver ladder in HEVC has a playlist of its own name") {
  VersionIndex index = saver();
  for (RenditionEntry& entry : index.renditions)
    if (entry.format.codec == Codec::kAv1) entry.format.codec = Codec::kHevc;
  const auto files = multivariant_files(index);
  REQUIRE(files.size() == 2);
  CHECK(uris(make_multivariant_playlist(index, files[0].second)) ==
        uris(make_multivariant_playlist(saver(), multivariant_files(saver())[0].second)));
  CHECK(files[1].first == "multivariant-hevc.m3u8");
  CHECK(uris(make_multivariant_playlist(index, files[1].second)) ==
        uris(make_multivariant_playlist(saver(), multivariant_files(saver())[1].second)));
}

TEST_CASE("a video codec can be asked for; one that is not there changes nothing") {
  MultivariantOptions options;
  options.video_codecs = {Codec::kAv1};
  CHECK(uris(make_multivariant_playlist(saver(), options)).front() == "video/3/playlist.m3u8");
  CHECK(make_multivariant_playlist(saver(), options).iframe_streams.size() == 2);
  options.video_codecs = {Codec::kHevc};
  CHECK(make_multivariant_playlist(saver(), options).variants.size() == 5);
}

TEST_CASE("no playlist on disk offers two audio codecs, and every codec has one") {
  for (const auto& lesson : testing::lessons()) {
    CAPTURE(lesson.name);
    std::set<std::string> offered, there;
    for (const auto& [file, options] : multivariant_files(lesson.index)) {
      std::set<std::string> codecs;
      for (const VariantStream& variant : make_multivariant_playlist(lesson.index, options).variants)
        codecs.insert(variant.audio_group.substr(0, variant.audio_group.find('-')));
      CHECK(codecs.size() == 1);
      offered.merge(codecs);
    }
    for (const RenditionEntry& entry : lesson.index.renditions)
      if (entry.format.kind == MediaKind::kAudio) there.insert(std::string(name(entry.format.codec)));
    CHECK(offered == (there.empty() ? std::set<std::string>{""} : there));
  }
}

TEST_CASE("multivariant.m3u8 is the Opus one, with AAC beside it; without Opus it is the AAC one") {
  const auto files = multivariant_files(ladder());
  REQUIRE(files.size() == 2);
  CHECK(files[0].first == "multivariant.m3u8");
  CHECK(make_multivariant_playlist(ladder(), files[0].second).variants[0].audio_group == "opus");
  CHECK(files[1].first == "multivariant-aac.m3u8");
  CHECK(make_multivariant_playlist(ladder(), files[1].second).variants[0].audio_group == "aac");
  const auto only_aac = LessonBuilder("Aac").audio(Codec::kAacLc, "en", "English", 40).build();
  CHECK(multivariant_files(only_aac).size() == 1);
}
