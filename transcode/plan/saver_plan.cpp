// The lesson is analysed once more: what a version keeps of its analysis finds no source frame again.
#include "transcode/plan/saver_plan.hpp"

#include "transcode/plan/probe_encodes.hpp"

namespace chalkline::transcode {

namespace {
constexpr double kAnalysisShare = 0.5;  // of the planning's progress
// What the ladder must save by the probes, which understate AV1: theirs is a fast preset, and our measure of quality
// likes it less than VMAF does. On a talking head they said 10 % where VMAF, at preset 6, found a quarter.
constexpr double kWorthwhile = 0;
}  // namespace

Result<SaverPlan> plan_saver(const std::filesystem::path& path, const SourceFacts& facts, std::span<const Ticks> starts,
                             Ticks end, const EncodingOptions& options, const std::function<void(double)>& progress,
                             const std::stop_token& stop) {
  const VideoFacts& video = *facts.video;
  const auto analysing = [&](double share) { progress(share * kAnalysisShare); };
  CHALK_TRY_ASSIGN(AnalysisOutcome found, analyse(path, facts, ReadWhat::kPictures, options, analysing, stop));

  SaverPlan plan;
  LessonPlan& lesson = plan.lesson;
  lesson.analysis = std::move(found.analysis);
  lesson.map = std::move(found.map);
  lesson.frames = plan_frames(lesson.analysis, end, video.timescale);
  impose_segments(lesson.frames, starts);
  wait_for_segment(lesson.frames, video.timescale);
  lesson.wanted = shown_pictures(lesson.frames);
  const auto probed = [&](Codec codec) {
    const auto candidates = probe_candidates(video, lesson.analysis, options, codec);
    return probe_encodes(candidates, {}, found.pieces, lesson.frames, lesson.analysis, threads_of(options), stop);
  };
  CHALK_TRY_ASSIGN(const ProbeResult usual, probed(Codec::kH264));
  CHALK_TRY_ASSIGN(ProbeResult saver, probed(Codec::kAv1));
  progress(1);
  plan.saved = saving(usual.points, saver.points);
  lesson.probed = std::move(saver.points);
  if (plan.saved < kWorthwhile) return plan;
  lesson.rungs = plan_ladder(lesson.analysis, lesson.probed, options, threads_of(options));
  for (Rung& rung : lesson.rungs) {
    rung.threads = threads_of(options);  // they are made one after the other
    lesson.kept.push_back(thin_frames(lesson.frames, rung.interval, video.timescale));
    lesson.most.push_back(highest_rate(lesson.frames, lesson.kept.back(), video));
  }
  return plan;
}

}  // namespace chalkline::transcode
