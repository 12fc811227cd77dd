// Reader's outlet of the first pass. What a frame shows is decided against what is already on the screen, block by
// block.
#include "transcode/analyse/analyse.hpp"

#include <algorithm>
#include <chrono>
#include <optional>

#include "transcode/analyse/held_picture.hpp"
#include "transcode/beside/poster.hpp"
#include "transcode/plan/probe_sampler.hpp"
#include "transcode/plan/scene_sampler.hpp"
#include "transcode/reading/source_reader.hpp"
#include "transcode/sound/sound_meter.hpp"

namespace chalkline::transcode {

namespace {

using Clock = std::chrono::steady_clock;

constexpr double kLookingShare = 0.9;  // of the progress: the rest is what must be heard once more
constexpr double kSlideArea = 0.2;
constexpr double kSceneArea = 0.6;
constexpr double kCutDifference = 2.5;
constexpr double kSuddenDifference = 0.5;
constexpr double kAboveRecent = 4;
// A still is looked at more closely a second after a change of this much of it, and again while that goes on finding
// this much: recorders sharpen a slide after it appeared, and slow fades pass below the ordinary threshold.
constexpr double kWorthAnotherLook = 0.005;
constexpr double kStillSharpening = 0.02;
constexpr double kMovedByCamera = 0.5;                       // pictures within about a second, as in analysis.cpp
constexpr std::size_t kMostKeptBytes = 64ULL * 1024 * 1024;  // packed: over an hour of lecture slides in 720p

class Analyser final : public DecodedOutlet {
 public:
  // `keep`: whether what shows something is kept for the next pass.
  Analyser(const SourceFacts& facts, const EncodingOptions& options, bool keep, const StepProgress& progress)
      : scale_(facts.video->timescale),
        least_step_(options.max_frame_rate > 0 ? static_cast<Ticks>(scale_) / options.max_frame_rate : 0),
        expected_end_(MediaTime{facts.duration_us, 1'000'000}.in(scale_)),
        change_(options.pale_details ? kPaleChange : kChange),
        sampler_(expected_end_,
                 static_cast<std::size_t>(facts.video->width) * static_cast<std::size_t>(facts.video->height) * 3 / 2),
        scene_sampler_(
            expected_end_, scale_,
            static_cast<std::size_t>(facts.video->width) * static_cast<std::size_t>(facts.video->height) * 3 / 2),
        poster_(MediaTime{facts.duration_us, 1'000'000}),
        storyboard_(MediaTime{facts.duration_us, 1'000'000}),
        meters_(facts, options),
        pictures_(keep ? kMostKeptBytes : 0),
        progress_(progress) {
    found_.timescale = scale_;
  }

  Result<void> picture(DecodedPicture decoded) override {
    ++found_.seen;
    const Ticks pts = any_ ? decoded.pts : 0;  // the first picture stands from the lesson's start
    found_.end = std::max(found_.end, pts + decoded.nominal);
    // Above the highest frame rate whole frames are left out. An eighth of a step of slack forgives jittering clocks; a
    // frame that came early is paid for by the next.
    if (any_ && (pts <= last_seen_ || pts < due_ - least_step_ / 8)) return {};
    due_ = pts < due_ ? due_ + least_step_ : pts + least_step_;
    last_seen_ = pts;
    any_ = true;
    poster_.consider(*decoded.frame, {pts, scale_});
    CHALK_TRY(storyboard_.consider(*decoded.frame, {pts, scale_}));
    return decide(*decoded.frame, decoded.pts, pts);
  }

  // It takes no other picture's turn.
  void passed_over(Ticks pts, Ticks nominal) override {
    ++found_.seen;
    if (any_) found_.end = std::max(found_.end, pts + nominal);
  }

  Result<void> sound(std::size_t track, Sound sound) override { return meters_.add(track, std::move(sound)); }

  void tick() override {
    if (expected_end_ <= 0 || Clock::now() < next_report_) return;
    next_report_ = Clock::now() + std::chrono::milliseconds(250);
    progress_(std::min(1.0, static_cast<double>(last_seen_) / static_cast<double>(expected_end_)));
  }

  Result<AnalysisOutcome> conclude() {
    AnalysisOutcome outcome;
    mark_motion(found_);
    leave_out_noise(found_);
    outcome.pieces = sampler_.take(found_.end);
    outcome.scenes = scene_sampler_.take(found_.end);
    CHALK_TRY_ASSIGN(outcome.poster, poster_.encode());
    CHALK_TRY_ASSIGN(outcome.storyboard, storyboard_.conclude({found_.end, scale_}));
    CHALK_TRY_ASSIGN(outcome.sound, meters_.conclude());
    outcome.analysis = std::move(found_);
    outcome.pictures = std::move(pictures_);
    return outcome;
  }

 private:
  Result<void> decide(const AVFrame& frame, Ticks source_pts, Ticks pts) {
    // On slides most are what their encoder skipped whole: what was new in it has been taken.
    const bool repeats = last_ && is_same_picture(frame, *last_);
    last_ = av::share(frame);
    Change change;
    if (repeats)
      change.identical = last_is_held_;
    else
      change = held_.compare(frame, change_);
    last_is_held_ = change.identical;
    if (change.identical) return {};
    FrameNote note;
    note.source_pts = source_pts;
    note.pts = pts;
    note.shows = change.changed_blocks > 0;
    if (look_closer_at_ >= 0 && pts >= look_closer_at_) {
      look_closer_at_ = -1;
      change = held_.compare(frame, kSharpening);
      note.refreshed = note.shows = change.changed_blocks > 0;
    }
    note.area = static_cast<float>(change.area());
    note.difference = static_cast<float>(change.mean_difference);
    note.cut = note.shows && is_cut(note);
    moved_ = std::max(0.0, moved_ * (1 - seconds_since_last(pts))) + (note.cut ? 0 : change.area());
    const bool camera = moved_ >= kMovedByCamera;
    // In motion the plan may want pictures that show nothing, which are not kept: the next pass decodes them all.
    if (camera && !note.shows) pictures_.give_up();
    if (note.shows) {
      // A camera's pictures are taken whole: held parts of them would show as patches.
      last_is_held_ = note.cut || camera;
      CHALK_TRY(held_.take(frame, last_is_held_));
      if (change.area() >= (note.refreshed ? kStillSharpening : kWorthAnotherLook))
        look_closer_at_ = pts + static_cast<Ticks>(scale_);
      last_shown_ = pts;
      pictures_.add(frame, source_pts);
    }
    found_.frames.push_back(note);
    if (!note.shows && !camera) return {};
    const AVFrame& shown = camera ? frame : held_.frame();
    sampler_.consider(shown, pts, note.area);
    scene_sampler_.consider(shown, pts, note.area, note.cut, camera);
    return {};
  }

  [[nodiscard]] double seconds_since_last(Ticks pts) const {
    return found_.frames.empty() ? 1 : static_cast<double>(pts - found_.frames.back().pts) / scale_;
  }

  // Sets note.sudden. Another scene: most of the picture at once; another slide: much of it, after stillness. Either
  // way far more than what went on before.
  bool is_cut(FrameNote& note) {
    if (found_.frames.empty()) return true;
    const double seconds = seconds_since_last(note.pts);
    const bool after_stillness = note.pts - last_shown_ >= static_cast<Ticks>(scale_) / 2;
    recent_ *= std::max(0.0, 1 - seconds);  // forgotten within a second of stillness
    note.sudden = note.difference >= kSuddenDifference && note.difference > kAboveRecent * recent_;
    const bool cut =
        note.sudden && note.difference >= kCutDifference && note.area >= (after_stillness ? kSlideArea : kSceneArea);
    recent_ = cut ? 0 : 0.8 * recent_ + 0.2 * note.difference;
    return cut;
  }

  const Timescale scale_;
  const Ticks least_step_;
  const Ticks expected_end_;
  const ChangeThreshold& change_;
  LessonAnalysis found_;
  HeldPicture held_;
  av::FramePtr last_;  // picture that was decided on
  bool last_is_held_ = false;
  ProbeSampler sampler_;
  SceneSampler scene_sampler_;
  PosterPicker poster_;
  StoryboardMaker storyboard_;
  SoundMeters meters_;
  KeptPictures pictures_;
  const StepProgress& progress_;
  Clock::time_point next_report_{};
  Ticks due_ = 0;  // when the next frame may come
  Ticks last_seen_ = 0;
  Ticks last_shown_ = 0;
  double recent_ = 0;          // difference of the frames just before
  double moved_ = 0;           // pictures' worth of blocks, fading within a second
  Ticks look_closer_at_ = -1;  // when a still is to be compared more closely; below 0: not
  bool any_ = false;
};

}  // namespace

Result<AnalysisOutcome> analyse(const std::filesystem::path& path, const SourceFacts& facts, ReadWhat what,
                                const EncodingOptions& options, const StepProgress& progress, std::stop_token stop) {
  const bool hears = what != ReadWhat::kPictures;
  const StepProgress looking = step_of(progress, 0, hears ? kLookingShare : 1);
  Analyser analyser(facts, options, hears, looking);
  const Reading reading{.what = what, .pass_over_trifles = true};
  CHALK_TRY_ASSIGN(ReadOutcome read, read_source(path, facts, reading, analyser, stop));
  CHALK_TRY_ASSIGN(AnalysisOutcome outcome, analyser.conclude());
  // The next reading would find the damage again and tell of it.
  if (!read.whole || !read.warnings.empty()) outcome.pictures.give_up();
  if (hears)
    CHALK_TRY(measure_again(path, facts, options, step_of(progress, kLookingShare, 1), std::move(stop), outcome.sound));
  outcome.map = std::move(read.map);
  return outcome;
}

}  // namespace chalkline::transcode
