// Analysis, probe encodes, ladder, segments: in that order, since each needs the one before it.
#include "transcode/plan/lesson_plan.hpp"

#include <algorithm>
#include <span>
#include <thread>

#include "transcode/plan/ordinary_ladder.hpp"
#include "transcode/plan/probe_encodes.hpp"

namespace chalkline::transcode {

namespace {

constexpr double kAnalysisShare = 0.7;    // of the planning's progress
constexpr double kOtherInterval = 100;    // in steps of CRF: a point of another frame rate is second choice
constexpr double kHoldLastSeconds = 0.3;  // sound that outlasts the pictures by less does not hold the last one

// Of the rung that segments are measured by: the lowest one.
ByteModel model_of(const Rung& rung, const ProbeResult& probed) {
  ByteModel best;
  double nearest = -1;
  for (std::size_t i = 0; i < probed.points.size(); ++i) {
    const ProbePoint& point = probed.points[i];
    if (point.width != rung.width) continue;
    const double distance = std::abs(point.crf - rung.crf) + (point.interval == rung.interval ? 0 : kOtherInterval);
    if (nearest >= 0 && distance >= nearest) continue;
    nearest = distance;
    best = probed.bytes[i];
    // The same size at another quality: all bytes by the same factor.
    const double factor = point.kbps > 0 && rung.expected_kbps > 0 ? rung.expected_kbps / point.kbps : 1;
    best.idr *= factor;
    best.whole_picture *= factor;
    best.repeat *= factor;
  }
  return best;
}

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
                               const EncodingOptions& options, const std::function<void(double)>& progress,
                               const std::stop_token& stop) {
  const VideoFacts& video = *facts.video;
  const auto analysing = [&](double share) { progress(share * kAnalysisShare); };
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
  ByteModel model;
  if (!options.fixed_ladder) {
    auto rough = plan.frames;
    plan_segments(rough, end, video.timescale, options, model);
    const auto candidates = probe_candidates(video, plan.analysis, options);
    const std::size_t first = probed_first(candidates, plan.analysis);
    const auto probe = [&](std::span<const ProbePoint> some, std::span<const ProbePoint> ordinary) {
      return probe_encodes(some, ordinary, found.pieces, rough, plan.analysis, threads_of(options), stop);
    };
    std::vector<ProbePoint> ordinary;
    if (options.measure_ordinary && has_ordinary_ladder(video)) ordinary = ordinary_candidates(video);
    CHALK_TRY_ASSIGN(ProbeResult probed, probe({candidates.data(), first}, ordinary));
    const auto others = probed_later(std::span(candidates).subspan(first), probed.points, plan.analysis, options);
    if (!others.empty()) {
      CHALK_TRY_ASSIGN(const ProbeResult later, probe(others, {}));
      probed.points.insert(probed.points.end(), later.points.begin(), later.points.end());
      probed.bytes.insert(probed.bytes.end(), later.bytes.begin(), later.bytes.end());
    }
    plan.probed = probed.points;
    plan.ordinary = std::move(probed.ordinary);
    plan.rungs = plan_ladder(plan.analysis, probed.points, options, threads_of(options));
    model = model_of(plan.rungs.front(), probed);
  } else {
    plan.rungs = fixed_ladder(video, plan.analysis, options, threads_of(options));
  }
  plan_segments(plan.frames, end, video.timescale, options, model);
  wait_for_segment(plan.frames, video.timescale);
  for (const Rung& rung : plan.rungs) {
    plan.kept.push_back(thin_frames(plan.frames, rung.interval, video.timescale));
    plan.most.push_back(highest_rate(plan.frames, plan.kept.back(), video));
  }
  plan.wanted = shown_pictures(plan.frames);
  progress(1);
  return plan;
}

}  // namespace chalkline::transcode
