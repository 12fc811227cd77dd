// Segment boundaries and how the audio threads learn of them.
#include "transcode/plan/segmenter.hpp"

#include <vector>

#include <doctest/doctest.h>

#include "transcode/packaging/segment_timeline.hpp"

using namespace chalkline;
using namespace chalkline::transcode;

namespace {
std::vector<Ticks> starts(const EncodingOptions& options, Timescale scale, const std::vector<Ticks>& frames,
                          Ticks end) {
  Segmenter segmenter(options, scale, end);
  std::vector<Ticks> found;
  for (const Ticks pts : frames)
    if (segmenter.starts_segment(pts)) found.push_back(pts);
  return found;
}

std::vector<Ticks> every(Ticks step, Ticks end) {
  std::vector<Ticks> frames;
  for (Ticks t = 0; t < end; t += step) frames.push_back(t);
  return frames;
}
}  // namespace

TEST_CASE("the first segment is short and the others last the target") {
  EncodingOptions options;
  options.first_segment_ms = 2000;
  options.segment_target_ms = 6000;
  CHECK(starts(options, 90'000, every(3000, 90'000 * 20), 90'000 * 20) ==
        std::vector<Ticks>{0, 180'000, 720'000, 1'260'000});
}

TEST_CASE("no splinter is left at the end") {
  EncodingOptions options;
  options.first_segment_ms = options.segment_target_ms = 6000;
  const auto found = starts(options, 1000, every(40, 14'000), 14'000);
  CHECK(found == std::vector<Ticks>{0, 6000});  // 8 s, rather than 6 s and 2 s
}

TEST_CASE("frames that come late start a segment where they are") {
  EncodingOptions options;
  options.first_segment_ms = options.segment_target_ms = 6000;
  CHECK(starts(options, 1000, {0, 5000, 11'000, 12'000, 17'500}, 60'000) == std::vector<Ticks>{0, 11'000, 17'500});
}

TEST_CASE("a still picture must be shown again at the longest segment's end") {
  EncodingOptions options;
  options.segment_max_ms = 30'000;
  Segmenter segmenter(options, 1000, 100'000);
  CHECK(segmenter.starts_segment(0));
  CHECK(segmenter.must_end_by() == 30'000);
  CHECK(segmenter.starts_segment(30'000));
  CHECK(segmenter.must_end_by() == 60'000);
}

TEST_CASE("the longest segment ends even where little is left") {
  EncodingOptions options;
  options.segment_max_ms = 30'000;
  Segmenter segmenter(options, 1000, 30'500);
  CHECK(segmenter.starts_segment(0));
  CHECK(segmenter.starts_segment(30'000));
}

TEST_CASE("audio waits until the boundary question is settled for its time") {
  SegmentTimeline timeline;
  using Answer = SegmentTimeline::Answer;
  timeline.add_boundary({0, 1000});
  CHECK(timeline.next_after(0, {500, 1000}).answer == Answer::kUnknown);
  timeline.decide_until({1000, 1000});
  CHECK(timeline.next_after(0, {500, 1000}).answer == Answer::kBeyond);
  CHECK(timeline.next_after(0, {1500, 1000}).answer == Answer::kUnknown);
  timeline.add_boundary({2000, 1000});
  CHECK(timeline.next_after(0, {1500, 1000}).answer == Answer::kKnown);
  CHECK(timeline.next_after(0, {1500, 1000}).boundary == MediaTime{2, 1});
  timeline.finish({3000, 1000});
  CHECK(timeline.next_after(1, {99'000, 1000}).answer == Answer::kBeyond);
}
