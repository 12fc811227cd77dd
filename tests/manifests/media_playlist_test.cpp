// EXTINF arithmetic and target durations.
#include "manifests/media_playlist.hpp"

#include <cstdlib>
#include <numeric>

#include <doctest/doctest.h>

#include "lessons.hpp"
#include "manifests/iframe_playlist.hpp"

using namespace chalkline;
using namespace chalkline::manifests;

static RenditionEntry rendition_of(Timescale timescale, const std::vector<Ticks>& durations) {
  RenditionEntry entry;
  entry.format.timescale = timescale;
  Ticks start = 0;
  for (const Ticks duration : durations) {
    entry.segments.push_back({start, duration, 1000, 300});
    start += duration;
  }
  return entry;
}

TEST_CASE("EXTINF is as short as it can be") {
  CHECK(format_extinf(6000) == "6");
  CHECK(format_extinf(6500) == "6.5");
  CHECK(format_extinf(6006) == "6.006");
  CHECK(format_extinf(10) == "0.01");
  CHECK(format_extinf(100000) == "100");
}

TEST_CASE("the sum of EXTINF stays within half a millisecond of the exact time at every boundary of ten hours") {
  struct Case {
    Timescale timescale;
    Ticks duration;
  };
  // 29.97 and 23.976 frames a second, 24 frames, Opus and AAC packets, and one that is never a whole millisecond.
  for (const Case c : {Case{30000, 180 * 1001}, Case{24000, 144 * 1001}, Case{24, 145}, Case{48000, 301 * 960},
                       Case{44100, 259 * 1024}, Case{90000, 540031}}) {
    CAPTURE(c.timescale);
    const RenditionEntry entry = rendition_of(c.timescale, std::vector<Ticks>(6000, c.duration));
    std::int64_t sum_ms = 0;
    Ticks exact = 0;
    for (const std::int64_t ms : extinf_durations(entry)) {
      sum_ms += ms;
      exact += c.duration;
      // |sum_ms / 1000 - exact / timescale| <= 0.0005, in integers
      CHECK(std::abs(2 * (sum_ms * c.timescale - exact * 1000)) <= c.timescale);
    }
  }
}

TEST_CASE("a segment shorter than half a millisecond still has a duration") {
  const RenditionEntry entry = rendition_of(90000, {90000, 10});
  CHECK(extinf_durations(entry) == std::vector<std::int64_t>{1000, 1});
}

TEST_CASE("target duration rounds to the nearest second and is never zero") {
  const auto target = [](Ticks ms) { return target_duration(std::vector{rendition_of(1000, {ms})}); };
  CHECK(target(6499) == 6);
  CHECK(target(6500) == 7);
  CHECK(target(340) == 1);
  CHECK(target_duration({}) == 1);
}

TEST_CASE("one target duration holds for all renditions of a version, audio a packet longer than video included") {
  const std::vector<RenditionEntry> renditions = {rendition_of(1000, {6490}), rendition_of(48000, {6501 * 48})};
  CHECK(target_duration(renditions) == 7);
}

TEST_CASE("text has no init segment and .vtt names") {
  RenditionEntry entry = rendition_of(1000, {2000, 4000});
  entry.format.kind = MediaKind::kText;
  const MediaPlaylist playlist = make_media_playlist(entry, 4);
  CHECK(playlist.map_uri.empty());
  CHECK(playlist.segments == std::vector<MediaSegment>{{"1.vtt", 2000}, {"2.vtt", 4000}});
}

TEST_CASE("an I-frame entry is the head of its segment; one without a known IDR leaves its time to the one before") {
  RenditionEntry entry = rendition_of(1000, {2000, 6000, 6000});
  entry.segments[1].iframe_bytes = 0;
  const IFramePlaylist playlist = make_iframe_playlist(entry, 6);
  CHECK(playlist.frames == std::vector<IFrame>{{"1.m4s", 8000, 300}, {"3.m4s", 6000, 300}});
  CHECK(playlist.target_duration == 8);
  CHECK(playlist.version == 5);
}

TEST_CASE("no EXTINF of any lesson, rounded, is above the target duration") {
  for (const auto& lesson : testing::lessons()) {
    const std::int64_t target = target_duration(lesson.index.renditions);
    for (const RenditionEntry& entry : lesson.index.renditions)
      for (const std::int64_t ms : extinf_durations(entry)) CHECK((ms + 500) / 1000 <= target);
  }
}
