// Analysis, probe encodes, ladder, segments: in that order, since each needs the one before it.
#include "transcode/plan/lesson_plan.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <span>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "transcode/packaging/picture_segment.hpp"
#include "transcode/plan/ordinary_ladder.hpp"
#include "transcode/plan/probe_encodes.hpp"
#include "transcode/plan/repackage.hpp"
#include "transcode/plan/scene_probes.hpp"
#include "transcode/reading/coded_stream.hpp"

namespace chalkline::transcode {

namespace {

constexpr double kAnalysisShare = 0.7;    // of the planning's progress
constexpr double kOwnStreamShare = 0.9;   // from there on the source's own stream is decoded, where it may be a rung
constexpr double kScanShare = 0.1;        // of that: it is first read as it is coded
constexpr double kScenesShare = 0.9;      // of the probes' progress: the rest is an ordinary ladder's
constexpr double kFirstShare = 0.7;       // ... : the rest is what is probed later
constexpr double kOtherInterval = 100;    // in steps of CRF: a point of another frame rate is second choice
constexpr double kCrfOfHalf = 6;          // about: what a CRF must rise for half the bytes
constexpr double kHoldLastSeconds = 0.3;  // sound that outlasts the pictures by less does not hold the last one

// Of the rung that segments are measured by, the lowest one: at `crf`, which is its own or its camera's.
ByteModel model_of(const Rung& rung, double crf, const ProbeResult& probed) {
  ByteModel best;
  double nearest = -1;
  for (std::size_t i = 0; i < probed.points.size(); ++i) {
    const ProbePoint& point = probed.points[i];
    if (point.width != rung.width) continue;
    const double distance = std::abs(point.crf - crf) + (point.interval == rung.interval ? 0 : kOtherInterval);
    if (nearest >= 0 && distance >= nearest) continue;
    nearest = distance;
    best = probed.bytes[i];
    // The same size at another quality: all bytes by the same factor.
    const bool whole = rung.camera_crf == 0 && point.kbps > 0 && rung.expected_kbps > 0;
    const double factor = whole ? rung.expected_kbps / point.kbps : std::exp2((point.crf - crf) / kCrfOfHalf);
    best.idr *= factor;
    best.whole_picture *= factor;
    best.repeat *= factor;
  }
  return best;
}

struct Probing {
  const VideoFacts& video;
  const AnalysisOutcome& found;
  const std::vector<PlannedFrame>& frames;  // with rough segments
  const EncodingOptions& options;
  const StepProgress& progress;
  const std::stop_token& stop;

  [[nodiscard]] Result<ProbeResult> operator()(std::span<const ProbePoint> candidates,
                                               std::span<const ProbePoint> ordinary, std::span<const ProbePiece> pieces,
                                               const LessonAnalysis& analysis, const StepProgress& step) const {
    return probe_encodes(candidates, ordinary, pieces, frames, analysis, threads_of(options), step, stop);
  }
};

// Slides and a camera, each by pieces of its own. The ordinary ladder makes no such difference.
Result<ByteModels> choose_for_scenes(const Probing& probe, std::span<const ProbePoint> ordinary, LessonPlan& plan) {
  const LessonAnalysis& analysis = plan.analysis;
  CHALK_TRY_ASSIGN(SceneProbes probed,
                   probe_scenes(probe.video, probe.found.scenes, probe.frames, analysis, probe.options, Codec::kH264,
                                threads_of(probe.options), step_of(probe.progress, 0, kScenesShare), probe.stop));
  if (!ordinary.empty()) {
    CHALK_TRY_ASSIGN(ProbeResult usual,
                     probe({}, ordinary, probe.found.pieces, analysis, step_of(probe.progress, kScenesShare, 1)));
    plan.ordinary = std::move(usual.ordinary);
  }
  plan.probed = std::move(probed.pairs);
  plan.rungs = plan_ladder(analysis, plan.probed, probe.options, threads_of(probe.options));
  const Rung& lowest = plan.rungs.front();
  return ByteModels{model_of(lowest, lowest.crf, probed.slides), model_of(lowest, lowest.camera_crf, probed.camera)};
}

// Sets what was probed, the ordinary ladder's figures and the rungs; what its segments are measured by comes back.
Result<ByteModels> choose_rungs(const Probing& probe, LessonPlan& plan) {
  std::vector<ProbePoint> ordinary;
  if (probe.options.measure_ordinary && has_ordinary_ladder(probe.video)) ordinary = ordinary_candidates(probe.video);
  if (take_turns(probe.frames, probe.found.scenes)) return choose_for_scenes(probe, ordinary, plan);

  const auto candidates = probe_candidates(probe.video, plan.analysis, probe.options);
  const std::size_t first = probed_first(candidates, plan.analysis);
  const auto& pieces = probe.found.pieces;
  CHALK_TRY_ASSIGN(ProbeResult probed, probe({candidates.data(), first}, ordinary, pieces, plan.analysis,
                                             step_of(probe.progress, 0, kFirstShare)));
  const auto others = probed_later(std::span(candidates).subspan(first), probed.points, plan.analysis, probe.options);
  if (!others.empty()) {
    CHALK_TRY_ASSIGN(const ProbeResult later,
                     probe(others, {}, pieces, plan.analysis, step_of(probe.progress, kFirstShare, 1)));
    probed.points.insert(probed.points.end(), later.points.begin(), later.points.end());
    probed.bytes.insert(probed.bytes.end(), later.bytes.begin(), later.bytes.end());
  }
  plan.probed = probed.points;
  plan.ordinary = std::move(probed.ordinary);
  plan.rungs = plan_ladder(plan.analysis, probed.points, probe.options, threads_of(probe.options));
  const ByteModel model = model_of(plan.rungs.front(), plan.rungs.front().crf, probed);
  return ByteModels{model, model};
}

// The source's own stream in the ladder and the segments of `plan`, which are made without it; the ladder's own stays
// where it does not fit or does not pay, for the reason that is returned.
class OwnStream {
 public:
  OwnStream(const std::filesystem::path& path, const SourceFacts& facts, const EncodingOptions& options, Ticks end,
            const ByteModels& model, const StepProgress& progress, std::stop_token stop)
      : path_(path),
        facts_(facts),
        options_(options),
        end_(end),
        model_(model),
        progress_(progress),
        stop_(std::move(stop)) {}

  Result<std::string> offer(LessonPlan& plan, double segments_cost) {
    const VideoFacts& video = *facts_.video;
    if (std::string reason = unfit_source(video, options_); !reason.empty()) return reason;
    if (std::string reason = unfit_lesson(kind_of(plan.analysis), {end_, video.timescale}); !reason.empty())
      return reason;
    if (plan.rungs.back().camera_crf > 0)
      return std::string("shows slides and a camera by turns, each better coded as suits it");
    // A stream that takes more is not read to its end.
    const double most_kbps = most_of_own_stream(plan.rungs.back(), options_);
    const double seconds = static_cast<double>(end_) / video.timescale;
    const auto most_bytes = static_cast<std::uint64_t>(most_kbps * 1000 / 8 * seconds);
    CHALK_TRY_ASSIGN(const CodedStream stream,
                     scan_coded_stream(path_, facts_, most_bytes, step_of(progress_, 0, kScanShare), stop_));
    if (stream.more) return fmt::format(kTooDear, most_kbps);
    if (std::string reason = unfit_stream(video, stream, end_, options_); !reason.empty()) return reason;
    const ProbePoint point = point_of(video, stream, end_);
    if (point.kbps > most_kbps) return fmt::format(kTooDear, most_kbps);
    auto rungs = with_own_stream(plan.rungs, point, threads_of(options_));
    if (rungs.empty())
      return fmt::format("takes {:.0f} kbit/s, hardly more than the lowest rung of our own would", point.kbps);

    auto frames = plan.frames;
    const double cost = plan_segments_at(frames, idrs_of(stream), end_, video.timescale, options_, model_);
    const double lowest = plan.rungs.front().expected_kbps * 1000 / 8 * seconds;
    if (cost > segments_cost + kBrokenRule) return std::string("has its IDR pictures too far apart for segments");
    if (cost > segments_cost + kDearerSegments * lowest)
      return std::string("has its IDR pictures where they would make the lowest rung dearer");
    if (!can_be_written(stream, frames)) return std::string("has times in which its pictures cannot be decoded");
    CHALK_TRY_ASSIGN(std::string fault,
                     decoding_fault(path_, facts_, stream, step_of(progress_, kScanShare, 1), stop_));
    if (!fault.empty()) return fault;

    plan.rungs = std::move(rungs);
    plan.frames = std::move(frames);
    closest_ = closest_pictures(stream);
    return std::string();
  }

  // Of the rung that is the stream.
  [[nodiscard]] Ratio highest_rate() const {
    const Ratio own = facts_.video->frame_rate;
    const Ratio found{static_cast<std::int64_t>(facts_.video->timescale), std::max<Ticks>(1, closest_)};
    const bool nearly = own.known() && own.value() <= found.value() && own.value() > found.value() * 0.9;
    return nearly ? own : found;
  }

 private:
  static constexpr const char* kTooDear = "takes more than {:.0f} kbit/s, for which a rung of our own is as good";
  static constexpr double kBrokenRule = 1e6;       // plan_segments()
  static constexpr double kDearerSegments = 0.03;  // of the lowest rung's bytes

  [[nodiscard]] bool can_be_written(const CodedStream& stream, const std::vector<PlannedFrame>& frames) const {
    std::vector<Ticks> segment;
    std::set<Ticks> starts;
    for (const PlannedFrame& frame : frames)
      if (frame.starts_segment) starts.insert(frame.pts);
    for (const CodedSample& sample : stream.samples) {
      if (starts.erase(sample.pts) != 0 && !segment.empty()) {
        if (!sample.idr || segment_times(segment, sample.pts, facts_.video->timescale).empty()) return false;
        segment.clear();
      }
      segment.push_back(sample.pts);
    }
    return starts.empty() && !segment_times(segment, end_, facts_.video->timescale).empty();
  }

  const std::filesystem::path& path_;
  const SourceFacts& facts_;
  const EncodingOptions& options_;
  const Ticks end_;
  const ByteModels& model_;
  const StepProgress& progress_;
  const std::stop_token stop_;
  Ticks closest_ = 0;
};

}  // namespace

// The closest two frames of a rung decide, unless the source's own rate is a better name for nearly the same.
Ratio highest_rate(const std::vector<PlannedFrame>& frames, const std::vector<bool>& kept, const VideoFacts& video) {
  Ticks closest = 0, last = -1;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    if (!kept[i]) continue;
    if (last >= 0 && (closest == 0 || frames[i].pts - last < closest))
      closest = std::max<Ticks>(1, frames[i].pts - last);
    last = frames[i].pts;
  }
  if (closest == 0) return {1, 1};
  const Ratio found{static_cast<std::int64_t>(video.timescale), closest};
  const Ratio& own = video.frame_rate;
  const bool nearly = own.known() && own.value() <= found.value() && own.value() > found.value() * 0.9;
  return nearly ? own : found;
}

std::vector<Ticks> shown_pictures(const std::vector<PlannedFrame>& frames) {
  std::vector<Ticks> shown;
  for (const PlannedFrame& frame : frames) shown.push_back(frame.source_pts);
  std::ranges::sort(shown);
  shown.erase(std::ranges::unique(shown).begin(), shown.end());
  return shown;
}

int threads_of(const EncodingOptions& options) {
  return options.threads > 0 ? options.threads : static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
}

Result<LessonPlan> plan_lesson(const std::filesystem::path& path, const SourceFacts& facts,
                               const EncodingOptions& options, const StepProgress& progress,
                               const std::stop_token& stop) {
  const VideoFacts& video = *facts.video;
  const StepProgress analysing = step_of(progress, 0, kAnalysisShare);
  CHALK_TRY_ASSIGN(AnalysisOutcome found, analyse(path, facts, ReadWhat::kPicturesAndSound, options, analysing, stop));

  LessonPlan plan;
  plan.analysis = std::move(found.analysis);
  plan.poster = std::move(found.poster);
  plan.storyboard = std::move(found.storyboard);
  plan.sound = std::move(found.sound);
  plan.map = std::move(found.map);
  plan.pictures = std::make_shared<KeptPictures>(std::move(found.pictures));
  const Ticks whole = MediaTime{facts.duration_us, 1'000'000}.in(video.timescale);
  const bool hold = MediaTime{whole - plan.analysis.end, video.timescale}.seconds() > kHoldLastSeconds;
  const Ticks end = hold ? whole : plan.analysis.end;
  plan.frames = plan_frames(plan.analysis, end, video.timescale);
  ByteModels models;
  const StepProgress probing = step_of(progress, kAnalysisShare, kOwnStreamShare);
  if (!options.fixed_ladder) {
    auto rough = plan.frames;
    plan_segments(rough, end, video.timescale, options, models);
    CHALK_TRY_ASSIGN(models, choose_rungs({video, found, rough, options, probing, stop}, plan));
  } else {
    plan.rungs = fixed_ladder(video, plan.analysis, options, threads_of(options));
  }
  const StepProgress decoding = step_of(progress, kOwnStreamShare, 1);
  OwnStream own(path, facts, options, end, models, decoding, stop);
  auto frames = plan.frames;
  const double cost = plan_segments(frames, end, video.timescale, options, models);
  CHALK_TRY_ASSIGN(plan.encoded_because, own.offer(plan, cost));
  if (!plan.encoded_because.empty()) plan.frames = std::move(frames);
  wait_for_segment(plan.frames, video.timescale);
  for (const Rung& rung : plan.rungs) {
    plan.kept.push_back(thin_frames(plan.frames, rung.interval, video.timescale));
    plan.most.push_back(rung.repackaged ? own.highest_rate() : highest_rate(plan.frames, plan.kept.back(), video));
  }
  plan.wanted = shown_pictures(plan.frames);
  progress(1);
  return plan;
}

}  // namespace chalkline::transcode
