// Numbers and two words: written directly, with nothing in it that would need escaping. Times in seconds, rates in
// kbit/s.
#include "transcode/plan/plan_report.hpp"

#include <iterator>
#include <utility>

#include <fmt/format.h>

namespace chalkline::transcode {

namespace {

const char* name(ContentKind kind) {
  switch (kind) {
    case ContentKind::kStill: return "still";
    case ContentKind::kMixed: return "mixed";
    case ContentKind::kMoving: return "moving";
  }
  return "";
}

// "[a,b,...]" of what `write` makes of each item; it gives an empty text for those to leave out.
template <class Items, class Write>
std::string list(const Items& items, Write write) {
  std::string text = "[";
  for (const auto& item : items) {
    const std::string one = write(item);
    if (one.empty()) continue;
    if (text.size() > 1) text += ',';
    text += one;
  }
  return text + "]";
}

std::string in_seconds(Ticks ticks, const LessonAnalysis& analysis) {
  return fmt::format("{:.3f}", static_cast<double>(ticks) / analysis.timescale);
}

// What was probed, what an ordinary site's ladder would have come to, and what was chosen.
std::string ladder(const LessonPlan& plan) {
  const auto probed = [&](const ProbePoint& point) {
    return fmt::format(R"({{"width":{},"height":{},"interval":{},"crf":{},"kbps":{:.2f},"quality":{:.2f}}})",
                       point.width, point.height, in_seconds(point.interval, plan.analysis), point.crf, point.kbps,
                       point.quality);
  };
  std::string json = ",\"probed\":" + list(plan.probed, probed);
  json += ",\"ordinary\":" + list(plan.ordinary, probed);
  json += ",\"rungs\":" + list(plan.rungs, [&](const Rung& rung) {
            const std::string in_turn = rung.camera_crf > 0 ? fmt::format(R"(,"camera_crf":{},"slides_quality":{:.2f})",
                                                                          rung.camera_crf, rung.slides_quality)
                                                            : "";
            return fmt::format(
                R"({{"width":{},"height":{},"interval":{},"crf":{},"max_kbps":{},"expected_kbps":{:.2f},)"
                R"("expected_quality":{:.2f}{}}})",
                rung.width, rung.height, in_seconds(rung.interval, plan.analysis), rung.crf, rung.max_kbps,
                rung.expected_kbps, rung.expected_quality, in_turn + (rung.repackaged ? R"(,"repackaged":true)" : ""));
          });
  return json;
}

}  // namespace

std::string report(const SaverPlan& plan) {
  return fmt::format(R"({{"saved":{:.3f})", plan.saved) + ladder(plan.lesson) + "}\n";
}

std::string report(const LessonPlan& plan) {
  const LessonAnalysis& analysis = plan.analysis;
  const auto seconds = [&](Ticks ticks) { return in_seconds(ticks, analysis); };
  std::string json;
  fmt::format_to(std::back_inserter(json),
                 R"({{"kind":"{}","seconds":{},"frames_seen":{},"frames_shown":{},"moving_share":{:.3f})",
                 name(kind_of(analysis)), seconds(analysis.end), analysis.seen, analysis.frames.size(),
                 analysis.moving_share);
  json += ",\"cuts\":" +
          list(analysis.frames, [&](const FrameNote& note) { return note.cut ? seconds(note.pts) : std::string(); });
  json += ",\"segments\":" + list(plan.frames, [&](const PlannedFrame& frame) {
            return frame.starts_segment ? seconds(frame.pts) : std::string();
          });
  json += ",\"sound\":" + list(plan.sound, [](const TrackSound& sound) {
            const std::string noise =
                sound.kind.noise_db > kNoLoudness ? fmt::format(R"(,"noise_db":{:.1f})", sound.kind.noise_db) : "";
            return fmt::format(R"({{"music_share":{:.3f},"side_share":{:.4f}{}}})", sound.kind.music_share,
                               sound.kind.side_share, noise);
          });
  if (!plan.encoded_because.empty()) json += fmt::format(R"(,"encoded_because":"{}")", plan.encoded_because);
  json += ladder(plan);
  // Of each frame that shows something: when, how much of the picture is new, whether it is in motion.
  json += ",\"frames\":" + list(analysis.frames, [&](const FrameNote& note) {
            return fmt::format("[{},{:.4f},{}]", seconds(note.pts), note.area, note.moving ? 1 : 0);
          });
  return json + "}\n";
}

}  // namespace chalkline::transcode
