// The lesson is analysed once more: what a version keeps of its analysis finds no source frame again.
#include "transcode/plan/saver_plan.hpp"

#include "transcode/plan/scene_probes.hpp"

namespace chalkline::transcode {

namespace {
constexpr double kAnalysisShare = 0.5;  // of the planning's progress
constexpr double kUsualShare = 0.65;    // from there on encodes are tried in the saver's codec, until there in H.264
// What the ladder must save by the probes, which understate AV1: theirs is a fast preset, and our measure of quality
// likes it less than VMAF does. On a talking head they said 10 % where VMAF, at preset 6, found a quarter.
constexpr double kWorthwhile = 0;

// A segment has one quantiser in AV1 and HEVC. A version that was made before slides and a camera were told apart has
// segments that hold both.
bool each_holds_one_kind(const std::vector<PlannedFrame>& frames) {
  for (std::size_t i = 1; i < frames.size(); ++i)
    if (frames[i].camera != frames[i - 1].camera && !frames[i].starts_segment) return false;
  return true;
}
}  // namespace

Codec saver_codec(const EncodingOptions& options) { return codec_from_name(options.saver_codec).value_or(Codec::kAv1); }

Result<SaverPlan> plan_saver(const std::filesystem::path& path, const SourceFacts& facts, std::span<const Ticks> starts,
                             Ticks end, const EncodingOptions& options, const StepProgress& progress,
                             const std::stop_token& stop) {
  const VideoFacts& video = *facts.video;
  const StepProgress analysing = step_of(progress, 0, kAnalysisShare);
  CHALK_TRY_ASSIGN(AnalysisOutcome found, analyse(path, facts, ReadWhat::kPictures, options, analysing, stop));

  SaverPlan plan;
  LessonPlan& lesson = plan.lesson;
  lesson.analysis = std::move(found.analysis);
  lesson.map = std::move(found.map);
  lesson.frames = plan_frames(lesson.analysis, end, video.timescale);
  impose_segments(lesson.frames, starts);
  wait_for_segment(lesson.frames, video.timescale);
  lesson.wanted = shown_pictures(lesson.frames);
  const bool in_turn = take_turns(lesson.frames, found.scenes) && each_holds_one_kind(lesson.frames);
  const auto probed = [&](Codec codec, const StepProgress& step) -> Result<std::vector<ProbePoint>> {
    const int threads = threads_of(options);
    if (in_turn) {
      // H.264 and HEVC alike, or what is compared is not the codecs.
      CHALK_TRY_ASSIGN(SceneProbes scenes,
                       probe_scenes(video, found.scenes, lesson.frames, lesson.analysis, options, codec, threads, step,
                                    stop, saver_codec(options) == Codec::kHevc));
      return std::move(scenes.pairs);
    }
    const auto candidates = probe_candidates(video, lesson.analysis, options, codec);
    CHALK_TRY_ASSIGN(ProbeResult all,
                     probe_encodes(candidates, {}, found.pieces, lesson.frames, lesson.analysis, threads, step, stop));
    return std::move(all.points);
  };
  CHALK_TRY_ASSIGN(const std::vector<ProbePoint> usual,
                   probed(Codec::kH264, step_of(progress, kAnalysisShare, kUsualShare)));
  CHALK_TRY_ASSIGN(lesson.probed, probed(saver_codec(options), step_of(progress, kUsualShare, 1)));
  progress(1);
  plan.saved = saving(usual, lesson.probed);
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
