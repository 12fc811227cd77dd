// The pipeline put together: the lesson is planned (lesson_plan.hpp), then one reader (the calling thread), one thread
// per rung and one per audio track are joined by bounded queues. Whoever fails first stops the others.
#include "transcode/transcode.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <limits>
#include <map>
#include <mutex>
#include <set>
#include <span>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "transcode/beside/chapters.hpp"
#include "transcode/beside/text.hpp"
#include "transcode/beside/text_format.hpp"
#include "transcode/kept_work.hpp"
#include "transcode/packaging/repackaged_track.hpp"
#include "transcode/pictures/picture_line.hpp"
#include "transcode/pictures/video_encoder.hpp"
#include "transcode/plan/kept_plan.hpp"
#include "transcode/plan/lesson_plan.hpp"
#include "transcode/plan/plan_report.hpp"
#include "transcode/plan/segmenter.hpp"
#include "transcode/reading/probe.hpp"
#include "transcode/reading/source_reader.hpp"
#include "transcode/sound/audio_track.hpp"
#include "transcode/sound/description.hpp"
#include "transcode/sound/sound_meter.hpp"
#include "transcode/told_progress.hpp"

namespace chalkline::transcode {

namespace {

using Clock = std::chrono::steady_clock;

constexpr double kHoldLastPictureSeconds = 0.3;
constexpr double kPlanningShare = 0.15;  // of the progress shown

class Pipeline final : public DecodedOutlet {
 public:
  // `plan`: of the pictures; null where there are none; the pictures that it holds are used up. `sound`: of each audio
  // track.
  Pipeline(const Request& request, const SourceFacts& facts, LessonPlan* plan, const std::vector<TrackSound>& sound,
           const KeptWork& kept, VersionSink& sink, const ProgressListener& progress, std::stop_token stop)
      : request_(request),
        facts_(facts),
        plan_(plan),
        sound_(sound),
        kept_(kept),
        sink_(sink),
        progress_(progress),
        stop_(std::move(stop)) {}

  Result<ReadOutcome> run() {
    make_encoders();
    start_threads();
    Reading reading;
    if (plan_ != nullptr) {
      reading.map = &plan_->map;
      reading.wanted = plan_->wanted;
      reading.pictures_kept = plan_->pictures && plan_->pictures->hold(plan_->wanted);
      if (!reading.pictures_kept) plan_->pictures.reset();
    }
    auto outcome = read_source(request_.input, facts_, reading, *this, stop_);
    if (outcome) {
      auto ended = give_kept_pictures(std::numeric_limits<Ticks>::max());
      if (ended) ended = end_pictures(outcome->sound_end);
      if (!ended) fail(ended.error());
      timeline_.finish(end_);
      for (const auto& track : audio_) track->set_end(end_);
      for (const auto& rung : video_) rung->queue().finish();
      for (const auto& track : audio_) track->queue().finish();
      if (ended && repackages()) start([this] { return write_own_stream(); });
      drain();
    } else {
      abandon_all();
    }
    threads_.clear();  // joins
    const std::lock_guard lock(failure_mutex_);
    // A thread's own failure is the cause; the reader then only saw its queue go away, and the other way round.
    if (failure_ && (outcome || failure_->code != Errc::kCancelled)) return *failure_;
    return outcome;
  }

  [[nodiscard]] const SegmentTimeline& timeline() const { return timeline_; }
  [[nodiscard]] const std::string& language() const { return language_; }
  [[nodiscard]] MediaTime end() const { return end_; }

 private:
  void make_encoders() {
    if (plan_ != nullptr) {
      const std::size_t encoded = plan_->rungs.size() - (repackages() ? 1 : 0);
      for (std::size_t i = 0; i < encoded; ++i)
        video_.push_back(std::make_unique<VideoEncoder>(plan_->analysis.timescale, plan_->rungs[i], plan_->most[i],
                                                        request_.options, static_cast<int>(i), sink_, kept_));
      late_.resize(plan_->rungs.size());
      line_.emplace(plan_->frames, plan_->analysis.timescale, timeline_,
                    cares_for_pale(request_.options, kind_of(plan_->analysis)),
                    [this](std::size_t number, Picture picture) { return deliver(number, std::move(picture)); });
    } else {
      segmenter_.emplace(request_.options, kSampleRate, MediaTime{facts_.duration_us, 1'000'000}.in(kSampleRate));
    }
    std::set<std::string> names;
    const auto marked = std::find_if(facts_.audio.begin(), facts_.audio.end(),
                                     [](const AudioFacts& a) { return a.is_default && !a.describes_video; });
    const auto chosen = marked != facts_.audio.end() ? marked : facts_.audio.begin();
    for (auto it = facts_.audio.begin(); it != facts_.audio.end(); ++it) {
      AudioTrackPlan plan;
      plan.facts = *it;
      plan.language = it->language == "und" && !request_.language.empty() ? request_.language : it->language;
      plan.is_default = it == chosen;
      plan.sound = sound_[static_cast<std::size_t>(it - facts_.audio.begin())];
      plan.name = plan.language;
      for (int n = 2; !names.insert(plan.name).second; ++n) plan.name = fmt::format("{}-{}", plan.language, n);
      plan.label = it->label;
      // Audio description, as players and televisions mark it.
      if (!it->file.empty())
        plan.label = (plan.language == "und" ? "Audio" : language_label(plan.language)) + std::string(" (AD)");
      if (plan.label.empty()) plan.label = plan.language == "und" ? "Audio" : language_label(plan.language);
      if (plan.is_default) language_ = plan.language;
      audio_.push_back(std::make_unique<AudioTrack>(std::move(plan), request_.options, timeline_, sink_));
    }
  }

  // The last rung is the source's own stream.
  [[nodiscard]] bool repackages() const {
    return plan_ != nullptr && !plan_->rungs.empty() && plan_->rungs.back().repackaged;
  }

  // When its end is known.
  Result<void> write_own_stream() {
    std::vector<Ticks> starts;
    for (const MediaTime& start : timeline_.boundaries()) starts.push_back(start.ticks);
    const std::string id = fmt::format("video/{}", plan_->rungs.size() - 1);
    const int quality = static_cast<int>(std::lround(plan_->rungs.back().expected_quality * 10));
    const StepProgress written = [this](double share) { written_ = share; };
    return repackage(request_.input, facts_, {id, plan_->most.back(), quality, starts, pictures_end_}, sink_, written,
                     stop_);
  }

  // A failure ends everybody's queue.
  template <class Work>
  void start(Work work) {
    running_.fetch_add(1, std::memory_order_relaxed);
    threads_.emplace_back([this, work = std::move(work)] {
      Result<void> outcome;
      try {
        outcome = work();
      } catch (const std::exception& thrown) {  // thread entry: one of the four walls
        outcome = Error(Errc::kInternal, std::string("encoding failed: ") + thrown.what());
      }
      if (!outcome) fail(outcome.error());
      running_.fetch_sub(1, std::memory_order_release);
    });
  }

  void start_threads() {
    for (const auto& rung : video_) start([&rung = *rung] { return rung.run(); });
    for (const auto& track : audio_) start([&track = *track] { return track.run(); });
  }

  void fail(Error error) {
    {
      const std::lock_guard lock(failure_mutex_);
      // "Stopped" is an echo of the failure that caused it.
      if (!failure_ || (failure_->code == Errc::kCancelled && error.code != Errc::kCancelled))
        failure_ = std::move(error);
    }
    abandon_all();
  }

  void abandon_all() {
    for (const auto& rung : video_) rung->queue().abandon();
    for (const auto& track : audio_) track->queue().abandon();
  }

  // Those that the analysis has kept and that come no later than this, in place of the reader's: sound and pictures
  // keep step as in the file, so that neither piles up.
  Result<void> give_kept_pictures(Ticks until) {
    if (plan_ == nullptr || !plan_->pictures) return {};
    for (;;) {
      const auto next = plan_->pictures->next();
      if (!next || *next > until) return {};
      if (stop_.stop_requested()) return Error(Errc::kCancelled, "transcoding was stopped");
      CHALK_TRY_ASSIGN(const auto kept, plan_->pictures->take());
      CHALK_TRY(line_->add(*kept.frame, kept.source_pts));
      tick();
    }
  }

  Result<void> picture(DecodedPicture decoded) override { return line_->add(*decoded.frame, decoded.pts); }

  // To every rung that shows this one.
  Result<void> deliver(std::size_t number, Picture picture) {
    reached_us_ = std::max(reached_us_, rescale(picture.pts, facts_.video->timescale, 1'000'000));
    std::map<std::pair<int, int>, std::shared_ptr<SharedScale>> sizes;
    for (std::size_t i = 0; i < video_.size(); ++i) {
      // What a rung leaves out appears in the next picture that it shows.
      Regions& late = late_[i];
      if (picture.pale && (!late.empty() || !plan_->kept[i][number]))
        late.insert(late.end(), picture.pale->begin(), picture.pale->end());
      if (!plan_->kept[i][number]) continue;
      auto pale = late.empty() ? picture.pale : std::make_shared<const Regions>(std::exchange(late, {}));
      auto& scaled = sizes[{plan_->rungs[i].width, plan_->rungs[i].height}];
      if (!scaled) scaled = std::make_shared<SharedScale>();
      Picture copy{av::share(*picture.frame), picture.pts, picture.duration, picture.starts_segment, picture.camera,
                   std::move(pale),           scaled};
      if (!video_[i]->queue().push(std::move(copy))) return Error(Errc::kCancelled, "encoding was stopped");
    }
    return {};
  }

  // The last picture is held under sound that goes on; for less than a blink it is not worth an odd frame duration.
  Result<void> end_pictures(MediaTime sound_end) {
    const Timescale scale = facts_.video ? facts_.video->timescale : static_cast<Timescale>(kSampleRate);
    end_ = {sound_end.in(scale), scale};
    if (!line_) return {};
    const MediaTime picture_end{plan_->analysis.end, scale};
    const bool hold = end_.seconds() - picture_end.seconds() > kHoldLastPictureSeconds;
    pictures_end_ = (hold ? end_ : picture_end).ticks;
    CHALK_TRY(line_->finish(pictures_end_));
    end_ = std::max(picture_end, end_);
    return {};
  }

  Result<void> sound(std::size_t track, Sound sound) override {
    if (segmenter_ && track == 0) mark_audio_boundary(sound.at_us);
    if (facts_.video) CHALK_TRY(give_kept_pictures(rescale(sound.at_us, 1'000'000, facts_.video->timescale)));
    if (!facts_.video) reached_us_ = std::max(reached_us_, sound.at_us);
    if (!audio_[track]->queue().push(std::move(sound))) return Error(Errc::kCancelled, "encoding was stopped");
    return {};
  }

  // Without video the first audio track's clock makes the boundaries.
  void mark_audio_boundary(std::int64_t at_us) {
    const Ticks at = rescale(std::max<std::int64_t>(0, at_us), 1'000'000, kSampleRate);
    const Ticks pts = any_boundary_ ? at : 0;
    const MediaTime time{pts, kSampleRate};
    if (segmenter_->starts_segment(pts))
      timeline_.add_boundary(time);
    else
      timeline_.decide_until(time);
    any_boundary_ = true;
  }

  void tick() override {
    if (Clock::now() < next_report_) return;
    report();
  }

  void report() {
    next_report_ = Clock::now() + std::chrono::milliseconds(250);
    if (!progress_ || facts_.duration_us <= 0) return;
    std::vector<RungProgress> rungs;
    double done_us = static_cast<double>(reached_us_);
    if (!video_.empty()) {
      Ticks slowest = video_.front()->encoded_until();
      for (const auto& rung : video_) slowest = std::min(slowest, rung->encoded_until());
      for (std::size_t i = 0; plan_ != nullptr && i < video_.size(); ++i)
        rungs.push_back({std::to_string(plan_->rungs[i].height) + "p", share_of(video_[i]->encoded_until())});
      done_us = static_cast<double>(slowest) * 1e6 / facts_.video->timescale;
    }
    const double wall = std::chrono::duration<double>(Clock::now() - started_).count();
    double share = std::min(1.0, done_us / static_cast<double>(facts_.duration_us));
    if (repackages()) share = share_beside_own_stream(share, written_);
    Progress now = while_encoding({share, done_us / 1e6, wall}, kPlanningShare);
    now.rungs = std::move(rungs);
    progress_(now);
  }

  // Of the lesson, of what ends at this moment of the pictures' clock.
  [[nodiscard]] double share_of(Ticks until) const {
    const double us = static_cast<double>(until) * 1e6 / facts_.video->timescale;
    return std::clamp(us / static_cast<double>(facts_.duration_us), 0.0, 1.0);
  }

  // Waits for the encoders to finish what is left in their queues and lookaheads.
  void drain() {
    while (running_.load(std::memory_order_acquire) != 0) {
      if (stop_.stop_requested()) abandon_all();
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      tick();
    }
  }

  const Request& request_;
  const SourceFacts& facts_;
  LessonPlan* plan_;
  const std::vector<TrackSound>& sound_;
  const KeptWork& kept_;
  VersionSink& sink_;
  const ProgressListener& progress_;
  std::stop_token stop_;
  SegmentTimeline timeline_;
  std::optional<PictureLine> line_;
  std::vector<Regions> late_;           // of each rung
  std::optional<Segmenter> segmenter_;  // for lessons without video
  bool any_boundary_ = false;
  MediaTime end_;
  Ticks pictures_end_ = 0;
  std::vector<std::unique_ptr<VideoEncoder>> video_;
  std::vector<std::unique_ptr<AudioTrack>> audio_;
  std::string language_ = "und";
  std::int64_t reached_us_ = 0;     // by the reader
  std::atomic<double> written_{0};  // 0..1 of the source's own stream, where it is a rung
  Clock::time_point started_ = Clock::now();
  Clock::time_point next_report_{};
  std::mutex failure_mutex_;
  std::optional<Error> failure_;
  std::atomic<int> running_{0};
  std::vector<std::jthread> threads_;  // last: joined before anything they use goes away
};

Result<KeptWork> keep_work(const Request& request) {
  if (request.keep.empty()) return KeptWork();
  CHALK_TRY_ASSIGN(const std::string sides, identity_of_descriptions(request.sides));
  CHALK_TRY_ASSIGN(const std::string identity, work_identity(request.input, request.options, "lesson" + sides));
  return KeptWork::open(request.keep, identity);
}

}  // namespace

Result<LessonFacts> transcode(const Request& request, VersionSink& sink, const ProgressListener& progress,
                              std::stop_token stop) {
  // Side files first: a wrong one is told at once and not after an hour of encoding.
  std::vector<std::vector<Cue>> side_cues;
  for (const SideFile& side : request.sides) {
    if (side.kind != SideKind::kCaptions) continue;
    CHALK_TRY_ASSIGN(auto cues, read_side_text(side));
    side_cues.push_back(std::move(cues));
  }
  // The first progress is told when the file is open: whoever watches this process ends it when that takes too long.
  const auto opened = [&] {
    if (progress) progress({Progress::Stage::kProbing, 0, 0, -1});
  };
  CHALK_TRY_ASSIGN(SourceFacts facts, probe(request.input, stop, opened));
  CHALK_TRY(add_descriptions(request.sides, facts, stop));

  std::optional<LessonPlan> plan;
  std::vector<TrackSound> sound;
  KeptWork kept;
  const StepProgress planning = [&](double share) {
    if (progress) progress(while_planning(share, kPlanningShare));
  };
  if (facts.video) {
    CHALK_TRY_ASSIGN(kept, keep_work(request));
    CHALK_TRY_ASSIGN(plan, kept_or_new_plan(kept, request.input, facts, request.options, planning, stop));
    sound = plan->sound;
  } else {
    CHALK_TRY_ASSIGN(sound, measure_sound(request.input, facts, request.options, planning, stop));
  }
  Pipeline pipeline(request, facts, plan ? &*plan : nullptr, sound, kept, sink, progress, stop);
  CHALK_TRY_ASSIGN(ReadOutcome read, pipeline.run());

  LessonFacts lesson;
  lesson.duration = pipeline.end();
  lesson.boundaries = pipeline.timeline().boundaries();
  lesson.source = facts.entry;
  lesson.title = facts.title;
  lesson.language = pipeline.language();
  lesson.chapters =
      plan && facts.chapters.empty() ? chapters_at_slides(plan->analysis, lesson.duration) : facts.chapters;
  lesson.warnings = facts.warnings;
  if (!read.whole) lesson.warnings.push_back(describe_stop(read, pipeline.end()));
  lesson.warnings.insert(lesson.warnings.end(), read.warnings.begin(), read.warnings.end());

  TextNames names;
  auto next_cues = side_cues.begin();
  for (const SideFile& side : request.sides) {
    if (side.kind != SideKind::kCaptions) continue;
    CHALK_TRY(sink.add_text(names.make(side.language.empty() ? "und" : side.language, "", false, false),
                            std::move(*next_cues++)));
  }
  for (std::size_t i = 0; i < facts.text.size(); ++i) {
    const TextFacts& text = facts.text[i];
    if (read.text[i].empty()) continue;
    CHALK_TRY(sink.add_text(names.make(text.language, text.label, text.is_default, text.for_hearing_impaired),
                            std::move(read.text[i])));
  }
  if (plan) {
    const std::string text = report(*plan);
    CHALK_TRY(sink.add_file("analysis.json", "application/json", std::as_bytes(std::span(text))));
  }
  if (plan && !plan->poster.empty()) {
    lesson.poster = "image/poster.jpg";
    CHALK_TRY(sink.add_file(lesson.poster, "image/jpeg", plan->poster));
  }
  if (plan) CHALK_TRY(add_storyboard(plan->storyboard, sink));
  return lesson;
}

}  // namespace chalkline::transcode
