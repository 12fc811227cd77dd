// One reader (the calling thread) and one thread a rung, joined by bounded queues; whoever fails first stops the
// others.
#include "transcode/saver.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <mutex>
#include <thread>

#include <fmt/format.h>

#include "transcode/picture_line.hpp"
#include "transcode/plan_report.hpp"
#include "transcode/probe.hpp"
#include "transcode/saver_plan.hpp"
#include "transcode/source_reader.hpp"
#include "transcode/video_encoder.hpp"

namespace chalkline::transcode {

namespace {

using Clock = std::chrono::steady_clock;

constexpr double kPlanningShare = 0.1;  // of the progress shown

// The pictures of a version, as its H.264 renditions have them.
struct Pictures {
  int renditions = 0;
  Timescale timescale = 1;
  std::vector<Ticks> starts;  // of segments
  Ticks end = 0;
};

Result<Pictures> pictures_of(const VersionIndex& version) {
  Pictures found;
  for (const RenditionEntry& rendition : version.renditions) {
    if (rendition.format.kind != MediaKind::kVideo) continue;
    if (rendition.format.codec == Codec::kAv1)
      return Error(Errc::kInvalidArgument, "the version has its AV1 renditions already");
    if (found.renditions++ > 0) continue;
    found.timescale = rendition.format.timescale;
    for (const SegmentEntry& segment : rendition.segments) found.starts.push_back(segment.start);
    found.end = rendition.segments.back().start + rendition.segments.back().duration;
  }
  return found;
}

Result<void> check_same(const SourceFacts& facts, const VersionIndex& version, const Pictures& pictures) {
  const SourceEntry& made_of = version.source;
  if (facts.video && facts.entry.bytes == made_of.bytes && facts.entry.width == made_of.width &&
      facts.entry.height == made_of.height && facts.video->timescale == pictures.timescale)
    return {};
  return Error(Errc::kInvalidArgument, "the version was made of another recording, " + made_of.name,
               "give that recording, or make a new version of this one");
}

class SaverPipeline final : public DecodedOutlet {
 public:
  SaverPipeline(const SaverRequest& request, const SourceFacts& facts, const LessonPlan& plan, const Pictures& pictures,
                VersionSink& sink, const ProgressListener& progress, std::stop_token stop)
      : request_(request), facts_(facts), plan_(plan), end_(pictures.end), progress_(progress), stop_(std::move(stop)) {
    for (std::size_t i = 0; i < plan.rungs.size(); ++i)
      video_.push_back(std::make_unique<VideoEncoder>(plan.analysis.timescale, plan.rungs[i], plan.most[i],
                                                      request.options, pictures.renditions + static_cast<int>(i),
                                                      sink));
  }

  Result<void> run() {
    running_ = static_cast<int>(video_.size());
    for (const auto& rung : video_) start(*rung);
    auto outcome = read_source(request_.input, facts_, ReadWhat::kPictures, *this, stop_);
    Result<void> ended;
    if (outcome) ended = line_.finish(end_);
    if (outcome && ended) {
      for (const auto& rung : video_) rung->queue().finish();
      drain();
    } else {
      abandon_all();
    }
    threads_.clear();  // joins
    const std::lock_guard lock(failure_mutex_);
    // A rung's own failure is the cause; the reader then only saw its queue go away, and the other way round.
    if (failure_ && (outcome || failure_->code != Errc::kCancelled)) return *failure_;
    if (!outcome) return outcome.error();
    return ended;
  }

 private:
  void start(VideoEncoder& rung) {
    threads_.emplace_back([this, &rung] {
      Result<void> outcome;
      try {
        outcome = rung.run();
      } catch (const std::exception& thrown) {  // thread entry: one of the four walls
        outcome = Error(Errc::kInternal, std::string("encoding failed: ") + thrown.what());
        rung.queue().abandon();
      }
      if (!outcome) fail(outcome.error());
      running_.fetch_sub(1, std::memory_order_release);
    });
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
  }

  Result<void> picture(DecodedPicture decoded) override { return line_.add(*decoded.frame, decoded.pts); }
  Result<void> sound(std::size_t, Sound) override { return {}; }

  Result<void> deliver(std::size_t number, Picture picture) {
    for (std::size_t i = 0; i < video_.size(); ++i) {
      if (!plan_.kept[i][number]) continue;
      Picture copy{av::share(*picture.frame), picture.pts, picture.duration, picture.starts_segment};
      if (!video_[i]->queue().push(std::move(copy))) return Error(Errc::kCancelled, "encoding was stopped");
    }
    return {};
  }

  void tick() override {
    const auto now = Clock::now();
    if (now < next_report_ || !progress_ || end_ <= 0) return;
    next_report_ = now + std::chrono::milliseconds(250);
    Ticks slowest = end_;
    for (const auto& rung : video_) slowest = std::min(slowest, rung->encoded_until());
    const double encoded = static_cast<double>(slowest) / static_cast<double>(end_);
    const double wall = std::chrono::duration<double>(now - started_).count();
    Progress told;
    told.stage = Progress::Stage::kEncoding;
    told.fraction = kPlanningShare + (1 - kPlanningShare) * encoded;
    told.speed = wall > 0.5 ? static_cast<double>(slowest) / plan_.analysis.timescale / wall : 0;
    told.seconds_left = encoded > 0.01 ? wall * (1 - encoded) / encoded : -1;
    progress_(told);
  }

  // The encoders finish what the reader left in their queues.
  void drain() {
    while (running_.load(std::memory_order_acquire) > 0) {
      if (stop_.stop_requested()) abandon_all();
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      tick();
    }
  }

  const SaverRequest& request_;
  const SourceFacts& facts_;
  const LessonPlan& plan_;
  const Ticks end_;
  const ProgressListener& progress_;
  std::stop_token stop_;
  SegmentTimeline timeline_;  // nobody asks: there is no sound here
  PictureLine line_{plan_.frames, plan_.analysis.timescale, timeline_,
                    [this](std::size_t number, Picture picture) { return deliver(number, std::move(picture)); }};
  std::vector<std::unique_ptr<VideoEncoder>> video_;
  Clock::time_point started_ = Clock::now();
  Clock::time_point next_report_{};
  std::mutex failure_mutex_;
  std::optional<Error> failure_;
  std::atomic<int> running_{0};
  std::vector<std::jthread> threads_;  // last: joined before anything they use goes away
};

}  // namespace

Result<int> add_saver_ladder(const SaverRequest& request, VersionSink& sink, const ProgressListener& progress,
                             std::stop_token stop) {
  ::setenv("SVT_LOG", "1", 0);  // errors alone; before the first thread
  CHALK_TRY_ASSIGN(const Pictures pictures, pictures_of(request.version));
  if (pictures.renditions == 0 || request.options.fixed_ladder) return 0;
  const auto opened = [&] {
    if (progress) progress({Progress::Stage::kProbing, 0, 0, -1});
  };
  CHALK_TRY_ASSIGN(const SourceFacts facts, probe(request.input, stop, opened));
  CHALK_TRY(check_same(facts, request.version, pictures));

  const auto planning = [&](double share) {
    if (progress) progress({Progress::Stage::kAnalysing, share * kPlanningShare, 0, -1});
  };
  CHALK_TRY_ASSIGN(const SaverPlan plan,
                   plan_saver(request.input, facts, pictures.starts, pictures.end, request.options, planning, stop));
  if (plan.lesson.rungs.empty()) return 0;
  SaverPipeline pipeline(request, facts, plan.lesson, pictures, sink, progress, stop);
  CHALK_TRY(pipeline.run());
  const std::string text = report(plan);
  CHALK_TRY(sink.add_file("analysis-av1.json", "application/json", std::as_bytes(std::span(text))));
  return static_cast<int>(plan.lesson.rungs.size());
}

}  // namespace chalkline::transcode
