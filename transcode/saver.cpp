// One rung after the other (svt_av1.hpp says why; of HEVC it bounds memory), each from a reading of its own: decoding
// is a small part of the work. The reader is the calling thread, the encoder has another; a bounded queue joins them,
// and who fails stops the other.
#include "transcode/saver.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <optional>
#include <string>
#include <thread>

#include <fmt/format.h>

#include "core/shown_name.hpp"
#include "transcode/kept_work.hpp"
#include "transcode/pictures/picture_line.hpp"
#include "transcode/pictures/video_encoder.hpp"
#include "transcode/plan/plan_archive.hpp"
#include "transcode/plan/plan_report.hpp"
#include "transcode/plan/saver_plan.hpp"
#include "transcode/reading/probe.hpp"
#include "transcode/reading/source_reader.hpp"
#include "transcode/told_progress.hpp"

namespace chalkline::transcode {

namespace {

using Clock = std::chrono::steady_clock;

constexpr double kPlanningShare = 0.1;  // of the progress shown
constexpr const char* kKeptPlan = "plan";

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
    if (rendition.format.codec != Codec::kH264)
      return Error(Errc::kInvalidArgument,
                   fmt::format("the version has its {} renditions already", shown_name(rendition.format.codec)));
    if (found.renditions++ > 0) continue;
    found.timescale = rendition.format.timescale;
    for (const SegmentEntry& segment : rendition.segments) found.starts.push_back(segment.start);
    found.end = rendition.segments.back().start + rendition.segments.back().duration;
  }
  return found;
}

// The work is another one for another version.
std::string purpose_of(const VersionIndex& version, const Pictures& pictures) {
  std::string text = fmt::format("saver {} {} {}", version.source.sha256, pictures.renditions, pictures.end);
  for (const Ticks start : pictures.starts) text += fmt::format(" {}", start);
  return text;
}

Result<void> check_same(const SourceFacts& facts, const VersionIndex& version, const Pictures& pictures) {
  const SourceEntry& made_of = version.source;
  if (facts.video && facts.entry.bytes == made_of.bytes && facts.entry.width == made_of.width &&
      facts.entry.height == made_of.height && facts.video->timescale == pictures.timescale)
    return {};
  return Error(Errc::kInvalidArgument, "the version was made of another recording, " + made_of.name,
               "give that recording, or make a new version of this one");
}

class RungPipeline final : public DecodedOutlet {
 public:
  // `progress`: of this rung, 0..1. What is passed must outlive the pipeline.
  RungPipeline(const SaverRequest& request, const SourceFacts& facts, const LessonPlan& plan, std::size_t rung,
               const Pictures& pictures, const KeptWork& kept, VersionSink& sink, std::function<void(double)> progress,
               std::stop_token stop)
      : request_(request),
        facts_(facts),
        plan_(plan),
        kept_(plan.kept[rung]),
        end_(pictures.end),
        progress_(std::move(progress)),
        stop_(std::move(stop)),
        encoder_(plan.analysis.timescale, plan.rungs[rung], plan.most[rung], request.options,
                 pictures.renditions + static_cast<int>(rung), sink, kept) {}

  Result<void> run() {
    Result<void> encoded;
    std::jthread worker([&] {
      try {
        encoded = encoder_.run();
      } catch (const std::exception& thrown) {  // thread entry: one of the four walls
        encoded = Error(Errc::kInternal, std::string("encoding failed: ") + thrown.what());
        encoder_.queue().abandon();
      }
      done_.store(true, std::memory_order_release);
    });
    const auto read =
        read_source(request_.input, facts_, {ReadWhat::kPictures, false, &plan_.map, plan_.wanted}, *this, stop_);
    Result<void> given = read ? line_.finish(end_) : Result<void>(read.error());
    if (given)
      encoder_.queue().finish();
    else
      encoder_.queue().abandon();
    // The encoder finishes what the reader left in its queue.
    while (!done_.load(std::memory_order_acquire)) {
      if (stop_.stop_requested()) encoder_.queue().abandon();
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      tick();
    }
    worker.join();
    // "Stopped" is an echo of the other's failure.
    if (!encoded && (given || encoded.error().code != Errc::kCancelled)) return encoded;
    return given;
  }

 private:
  Result<void> picture(DecodedPicture decoded) override { return line_.add(*decoded.frame, decoded.pts); }
  Result<void> sound(std::size_t, Sound) override { return {}; }

  Result<void> deliver(std::size_t number, Picture picture) {
    if (!kept_[number] || encoder_.queue().push(std::move(picture))) return {};
    return Error(Errc::kCancelled, "encoding was stopped");
  }

  void tick() override {
    const auto now = Clock::now();
    if (now < next_report_) return;
    next_report_ = now + std::chrono::milliseconds(250);
    progress_(static_cast<double>(encoder_.encoded_until()) / static_cast<double>(std::max<Ticks>(1, end_)));
  }

  const SaverRequest& request_;
  const SourceFacts& facts_;
  const LessonPlan& plan_;
  const std::vector<bool>& kept_;
  const Ticks end_;
  const std::function<void(double)> progress_;
  std::stop_token stop_;
  SegmentTimeline timeline_;  // nobody asks: there is no sound here
  PictureLine line_{plan_.frames, plan_.analysis.timescale, timeline_,
                    cares_for_pale(request_.options, kind_of(plan_.analysis)),
                    [this](std::size_t number, Picture picture) { return deliver(number, std::move(picture)); }};
  VideoEncoder encoder_;
  std::atomic<bool> done_{false};
  Clock::time_point next_report_{};
};

double pixels_of(const Rung& rung) { return static_cast<double>(rung.width) * rung.height; }

// All rungs, the largest first; the time that each takes goes by its pixels. SVT-AV1 1.4 does not stand an encoder of a
// higher preset after one of 5 or less in the same process: it loses its reference pictures and waits for ever, or
// crashes. Presets rise with the size (av1_preset_for), so this way they only fall.
Result<void> make_rungs(const SaverRequest& request, const SourceFacts& facts, const LessonPlan& plan,
                        const Pictures& pictures, const KeptWork& kept, VersionSink& sink,
                        const ProgressListener& progress, const std::stop_token& stop) {
  const auto started = Clock::now();
  double all = 0, before = 0;
  for (const Rung& rung : plan.rungs) all += pixels_of(rung);
  for (std::size_t i = plan.rungs.size(); i-- > 0;) {
    const auto tell = [&, own = pixels_of(plan.rungs[i])](double share) {
      if (!progress) return;
      const double encoded = (before + own * share) / all;
      const double wall = std::chrono::duration<double>(Clock::now() - started).count();
      const double media = static_cast<double>(pictures.end) / pictures.timescale * encoded;
      Progress now = while_encoding({encoded, media, wall}, kPlanningShare);
      for (std::size_t j = 0; j < plan.rungs.size(); ++j) {
        const Rung& rung = plan.rungs[j];
        const double done = j > i ? 1 : j == i ? share : 0;
        now.rungs.push_back({fmt::format("{} {}p", shown_name(rung.codec), rung.height), done});
      }
      progress(now);
    };
    RungPipeline pipeline(request, facts, plan, i, pictures, kept, sink, tell, stop);
    CHALK_TRY(pipeline.run());
    before += pixels_of(plan.rungs[i]);
  }
  return {};
}

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
    if (progress) progress(while_planning(share, kPlanningShare));
  };
  KeptWork kept;
  if (!request.keep.empty()) {
    CHALK_TRY_ASSIGN(const std::string identity,
                     work_identity(request.input, request.options, purpose_of(request.version, pictures)));
    kept = KeptWork::open(request.keep, identity);
  }
  std::optional<SaverPlan> found;
  if (const auto bytes = kept.load(kKeptPlan)) found = unpack_saver_plan(*bytes);
  if (!found) {
    CHALK_TRY_ASSIGN(found,
                     plan_saver(request.input, facts, pictures.starts, pictures.end, request.options, planning, stop));
    if (kept.keeps()) kept.save(kKeptPlan, pack(*found));
  }
  const SaverPlan& plan = *found;
  if (plan.lesson.rungs.empty()) return 0;
  CHALK_TRY(make_rungs(request, facts, plan.lesson, pictures, kept, sink, progress, stop));
  const std::string text = report(plan);
  const std::string file = fmt::format("analysis-{}.json", request.options.saver_codec);
  CHALK_TRY(sink.add_file(file, "application/json", std::as_bytes(std::span(text))));
  return static_cast<int>(plan.lesson.rungs.size());
}

}  // namespace chalkline::transcode
