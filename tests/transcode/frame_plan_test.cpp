// What is shown when, and where segments begin.
#include "transcode/plan/frame_plan.hpp"

#include <algorithm>

#include <doctest/doctest.h>

using namespace chalkline;
using namespace chalkline::transcode;

constexpr Timescale kScale = 1000;

static LessonAnalysis lesson(std::vector<FrameNote> frames, Ticks end) {
  LessonAnalysis analysis;
  analysis.timescale = kScale;
  analysis.frames = std::move(frames);
  analysis.end = end;
  return analysis;
}

static FrameNote slide(Ticks pts) {
  FrameNote note;
  note.source_pts = note.pts = pts;
  note.area = 1;
  note.cut = true;
  return note;
}

// 25 frames a second from `from` to `to`, a quarter of the picture new in each.
static void film(std::vector<FrameNote>& frames, Ticks from, Ticks to) {
  for (Ticks at = from; at < to; at += 40) {
    FrameNote note;
    note.source_pts = note.pts = at;
    note.area = 0.25F;
    note.moving = true;
    frames.push_back(note);
  }
}

static std::vector<PlannedFrame> planned(const LessonAnalysis& analysis, const EncodingOptions& options = {},
                                         const ByteModel& bytes = {}) {
  auto frames = plan_frames(analysis, analysis.end, kScale);
  plan_segments(frames, analysis.end, kScale, options, {bytes, bytes});
  return frames;
}

static std::vector<Ticks> starts(const std::vector<PlannedFrame>& frames) {
  std::vector<Ticks> found;
  for (const PlannedFrame& frame : frames)
    if (frame.starts_segment) found.push_back(frame.pts);
  return found;
}

static std::vector<Ticks> lengths(const std::vector<PlannedFrame>& frames, Ticks end) {
  std::vector<Ticks> at = starts(frames), found;
  at.push_back(end);
  for (std::size_t i = 1; i < at.size(); ++i) found.push_back(at[i] - at[i - 1]);
  return found;
}

TEST_CASE("where slides and a camera take turns, each frame says so and a segment begins at each turn") {
  std::vector<FrameNote> frames;
  for (Ticks at = 0; at < 45'000; at += 15'000) frames.push_back(slide(at));
  film(frames, 45'000, 64'500);
  frames[3].cut = true;
  frames.push_back(slide(64'500));
  frames.push_back(slide(100'000));
  const auto plan = planned(lesson(frames, 110'000), {}, {9000, 400, 40});
  for (const PlannedFrame& frame : plan) CHECK(frame.camera == (frame.pts >= 45'000 && frame.pts < 64'500));
  const std::vector<Ticks> at = starts(plan);
  for (const Ticks turn : {45'000, 64'500}) CHECK(std::ranges::find(at, turn) != at.end());
  for (const Ticks length : lengths(plan, 110'000)) CHECK(length >= 2000);
}

TEST_CASE("a still picture is repeated once a second, without a splinter before the next") {
  const auto frames = plan_frames(lesson({slide(0), slide(3100)}, 5000), 5000, kScale);
  std::vector<Ticks> at;
  for (const PlannedFrame& frame : frames) at.push_back(frame.pts);
  CHECK(at == std::vector<Ticks>{0, 1000, 2000, 3100, 4100});
  CHECK(frames[1].repeat);
  CHECK(frames[1].source_pts == 0);
  CHECK_FALSE(frames[3].repeat);
}

TEST_CASE("the last picture is repeated to the lesson's end") {
  const auto frames = plan_frames(lesson({slide(0)}, 40), 4000, kScale);
  CHECK(frames.size() == 4);
  CHECK(frames.back().pts == 3000);
}

TEST_CASE("a long still is cut at thirty seconds at most, after a short first segment") {
  const auto frames = planned(lesson({slide(0)}, 100'000));
  const auto found = lengths(frames, 100'000);
  CHECK(found.front() <= 3000);
  CHECK(found.front() >= 2000);
  CHECK(*std::max_element(found.begin(), found.end()) <= 30'000);
  CHECK(found.size() == 5);  // 2 to 3 s and then as few as there can be
}

TEST_CASE("segments begin where slides change") {
  const auto found = starts(planned(lesson({slide(0), slide(17'320), slide(40'880)}, 60'000)));
  CHECK(std::find(found.begin(), found.end(), 17'320) != found.end());
  CHECK(std::find(found.begin(), found.end(), 40'880) != found.end());
}

TEST_CASE("no more motion in a segment than was asked for") {
  std::vector<FrameNote> frames{slide(0)};
  film(frames, 40, 60'000);
  const auto found = lengths(planned(lesson(frames, 60'000)), 60'000);
  CHECK(*std::max_element(found.begin(), found.end()) <= 6000);
  for (std::size_t i = 0; i + 1 < found.size(); ++i) CHECK(found[i] >= 2000);
}

TEST_CASE("a segment stays within its bytes where it can") {
  std::vector<FrameNote> frames;
  for (Ticks at = 0; at < 60'000; at += 2000) {
    frames.push_back(slide(at));
    frames.back().cut = false;
  }
  ByteModel heavy;
  heavy.idr = 12'000;
  heavy.whole_picture = 10'000;
  EncodingOptions options;
  const auto planned_frames = planned(lesson(frames, 60'000), options, heavy);
  const auto found = lengths(planned_frames, 60'000);
  CHECK(*std::max_element(found.begin(), found.end()) <= 8000);  // 12 kB and three times 10 kB
}

TEST_CASE("a short lesson that stands still is one segment; one that moves, or is heavy, begins with a short one") {
  CHECK(starts(planned(lesson({slide(0)}, 12'000))) == std::vector<Ticks>{0});
  std::vector<FrameNote> moving{slide(0)};
  film(moving, 40, 12'000);
  CHECK(lengths(planned(lesson(moving, 12'000)), 12'000).front() <= 3000);
  ByteModel heavy;
  heavy.idr = 60'000;
  CHECK(lengths(planned(lesson({slide(0)}, 12'000), {}, heavy), 12'000).front() <= 3000);
}

TEST_CASE("every lesson has a first segment, however short") {
  CHECK(starts(planned(lesson({slide(0)}, 1))) == std::vector<Ticks>{0});
  CHECK(starts(planned(lesson({slide(0)}, 500))) == std::vector<Ticks>{0});
}

static FrameNote sharpening(Ticks pts) {
  FrameNote note;
  note.source_pts = note.pts = pts;
  note.area = 0.05F;
  note.refreshed = true;
  return note;
}

// What is on the screen at each second.
static std::vector<Ticks> shown(const std::vector<PlannedFrame>& frames) {
  std::vector<Ticks> found;
  for (const PlannedFrame& frame : frames) found.push_back(frame.source_pts);
  return found;
}

TEST_CASE("a still's sharpening waits for a segment that begins within two seconds") {
  const Ticks end = 5000;
  auto frames = plan_frames(lesson({slide(0), sharpening(1000), sharpening(2000)}, end), end, kScale);
  REQUIRE(frames.size() == 5);
  frames[0].starts_segment = frames[3].starts_segment = true;
  wait_for_segment(frames, kScale);
  CHECK(shown(frames) == std::vector<Ticks>{0, 0, 0, 2000, 2000});
  CHECK(frames[1].repeat);
  CHECK(frames[2].repeat);
}

TEST_CASE("sharpening is not kept waiting longer, nor anything that is new") {
  const Ticks end = 6000;
  FrameNote pen = sharpening(2500);
  pen.refreshed = false;
  for (const FrameNote& note : {sharpening(1500), pen}) {
    auto frames = plan_frames(lesson({slide(0), note}, end), end, kScale);
    frames.front().starts_segment = true;
    for (PlannedFrame& frame : frames) frame.starts_segment |= frame.pts == note.pts + (note.refreshed ? 3000 : 1000);
    const auto before = shown(frames);
    wait_for_segment(frames, kScale);
    CHECK(shown(frames) == before);
  }
  // Nor does sharpening before something new, which the picture of that shows anyway where it was.
  auto frames = plan_frames(lesson({slide(0), sharpening(1000), pen}, end), end, kScale);
  frames.front().starts_segment = frames.back().starts_segment = true;
  const auto before = shown(frames);
  wait_for_segment(frames, kScale);
  CHECK(shown(frames) == before);
}

TEST_CASE("a thinned rung shows everything within 200 ms and keeps what ends a movement") {
  std::vector<FrameNote> notes{slide(0)};
  film(notes, 40, 4000);
  notes.push_back(slide(9000));
  const auto frames = planned(lesson(notes, 12'000));
  const auto kept = thin_frames(frames, 200, kScale);
  Ticks shown = 0;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    if (kept[i]) shown = frames[i].pts;
    if (frames[i].starts_segment || frames[i].cut || frames[i].repeat) CHECK(kept[i]);
    CHECK(frames[i].pts - shown <= 200);
  }
  CHECK(std::count(kept.begin(), kept.end(), true) < static_cast<long>(frames.size()) / 2);
  const auto last_moving = std::find_if(frames.rbegin(), frames.rend(), [](const auto& f) { return f.moving; });
  CHECK(kept[static_cast<std::size_t>(frames.rend() - last_moving - 1)]);
}

TEST_CASE("what comes suddenly is never thinned away: a sound may go with it") {
  std::vector<FrameNote> notes{slide(0)};
  film(notes, 40, 2000);
  notes[17].sudden = true;
  const auto frames = planned(lesson(notes, 2000));
  CHECK(thin_frames(frames, 200, kScale)[17]);
}

TEST_CASE("an interval of nothing keeps every frame") {
  std::vector<FrameNote> notes{slide(0)};
  film(notes, 40, 1000);
  const auto frames = planned(lesson(notes, 1000));
  const auto kept = thin_frames(frames, 0, kScale);
  CHECK(std::all_of(kept.begin(), kept.end(), [](bool each) { return each; }));
}

TEST_CASE("given segments begin at their own frames, and at a repeat where nothing new is shown") {
  std::vector<PlannedFrame> frames(3);
  frames[1].pts = 1000;
  frames[1].source_pts = 990;
  frames[2].pts = 4000;
  frames[2].source_pts = 4000;
  frames[2].starts_segment = true;  // of an earlier plan
  const std::vector<Ticks> starts = {0, 1000, 2500, 6000};
  impose_segments(frames, starts);
  REQUIRE(frames.size() == 5);
  std::vector<Ticks> found;
  for (const PlannedFrame& frame : frames)
    if (frame.starts_segment) found.push_back(frame.pts);
  CHECK(found == starts);
  CHECK(frames[2].pts == 2500);
  CHECK(frames[2].repeat);
  CHECK(frames[2].source_pts == 990);
  CHECK(frames[4].source_pts == 4000);
}

TEST_CASE("where segments may begin at given times alone, they begin at those, each with a frame of its own") {
  std::vector<FrameNote> notes;
  film(notes, 0, 20'000);
  const LessonAnalysis film_lesson = lesson(notes, 20'000);
  std::vector<Ticks> allowed;
  for (Ticks at = 0; at < 20'000; at += 2010) allowed.push_back(at);  // between frames
  auto frames = plan_frames(film_lesson, 20'000, kScale);
  const std::size_t before = frames.size();
  auto free = frames;
  const double cheapest = plan_segments(free, 20'000, kScale, {}, {});
  const double cost = plan_segments_at(frames, allowed, 20'000, kScale, {}, {});
  CHECK(cost >= cheapest);
  CHECK(cost - cheapest < 1e6);  // no rule more is broken
  const auto found = starts(frames);
  CHECK(found.size() > 3);
  CHECK(frames.size() <= before + found.size());
  for (const Ticks at : found) CHECK(std::ranges::binary_search(allowed, at));
  CHECK(std::ranges::is_sorted(frames, {}, &PlannedFrame::pts));
}

TEST_CASE("where a rule must be broken for the given times, the cost says so") {
  std::vector<FrameNote> notes;
  film(notes, 0, 30'000);
  auto frames = plan_frames(lesson(notes, 30'000), 30'000, kScale);
  const std::vector<Ticks> allowed = {0, 12'000};
  CHECK(plan_segments_at(frames, allowed, 30'000, kScale, {}, {}) > 1e6);
  CHECK(starts(frames) == allowed);
}
