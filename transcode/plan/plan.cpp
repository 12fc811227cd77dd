// From probed points to rungs: the upper hull, then steps along it.
#include "transcode/plan/plan.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <tuple>
#include <utility>

#include "transcode/plan/hull.hpp"
#include "transcode/plan/tried_crfs.hpp"

namespace chalkline::transcode {

namespace {

int even(double value) { return std::max(2, static_cast<int>(std::lround(value / 2.0)) * 2); }

// The shorter sides that are tried, beside the source's own. A ratio of about 4:3 between them is a visible step.
constexpr int kSides[] = {180, 240, 360, 480, 720, 1080, 1440, 2160};
constexpr double kWorthAnotherSize = 1.2;
constexpr std::size_t kMostSizes = 4;
constexpr double kOneThread = 1.1;     // cores
constexpr std::size_t kMostRungs = 6;  // more help no player
constexpr double kMostOfAStep = 1.4, kLeastOfAStep = 0.8;
// Frames a second, tried for the small sizes. On talking heads at 180 lines half of thirty is better up to 45 kbit/s
// (the same VMAF for 22 % less), a third below 20.
constexpr int kHalfOfFrames = 15, kFewFrames = 10;
constexpr int kFewestFrames = 5;  // only where nothing else may fit the floor
// What fades or is drawn on a slide is shown every 200 ms on the cheapest rung: a fade's pictures between cost as much
// as its last one, 5 % of the rung's bytes on lecture slides.
constexpr int kFewOfAStill = 5;            // a second
constexpr double kPeakOverMean = 3.0;      // VBV ceiling of a rung above its mean, where it does not touch the floor
constexpr double kBusiestOverFloor = 1.5;  // 27 kbit/s beside 12 of sound where the floor is 18
constexpr int kLeastCeiling = 60;          // kbit/s
constexpr int kSavingSteps = 50;
// Below the source's own stream a rung must take so much less by the probes: of a camera, rungs turned out up to a
// third dearer than foretold.
constexpr double kBelowSource = 0.75;
// And its encoder is held to so much of what the stream takes, so that it takes less in the end whatever the lesson:
// with a buffer of two seconds (x264.cpp) a minute comes to 0.93.
constexpr double kHeldBelowSource = 0.9;

std::pair<int, int> size_for(const VideoFacts& video, int side) {
  const int own = std::min(video.width, video.height);
  if (side >= own) return {video.width, video.height};
  const double ratio = static_cast<double>(side) / own;
  return {std::min(video.width, even(video.width * ratio)), std::min(video.height, even(video.height * ratio))};
}

std::vector<int> sides_for(const VideoFacts& video, ContentKind kind, const EncodingOptions& options) {
  const int own = std::min(video.width, video.height);
  const int most = options.ceiling_height > 0 ? std::min(own, options.ceiling_height) : own;
  std::vector<int> sides{most};
  const std::size_t wanted = kind == ContentKind::kStill ? 2 : kMostSizes;
  for (std::size_t i = std::size(kSides); i-- > 0 && sides.size() < wanted;)
    if (kSides[i] * kWorthAnotherSize <= sides.back()) sides.push_back(kSides[i]);
  return sides;
}

// A camera's larger sizes are not tried at the coarsest quality. What they would come to there follows from the next
// smaller size that was: from one quality to the next, bits fall by the same factor at every size, and what is lost
// grows by the same.
std::vector<ProbePoint> with_coarsest(std::span<const ProbePoint> probed) {
  std::vector<ProbePoint> all(probed.begin(), probed.end());
  const auto at = [&](const ProbePoint& size, double crf) -> const ProbePoint* {
    const auto found = std::ranges::find_if(probed, [&](const ProbePoint& p) {
      return p.width == size.width && p.height == size.height && p.interval == 0 && p.codec == Codec::kH264 &&
             p.crf == crf;
    });
    return found == probed.end() ? nullptr : &*found;
  };
  const auto [fine, middle, coarse] = kMovingCrfs;
  for (const ProbePoint& large : probed) {
    const ProbePoint *first = at(large, fine), *second = at(large, middle);
    if (first != &large || second == nullptr || at(large, coarse) != nullptr) continue;
    const ProbePoint* like = nullptr;  // the largest that was tried at all three
    for (const ProbePoint& small : probed)
      if (&small == at(small, fine) && at(small, middle) != nullptr && at(small, coarse) != nullptr &&
          small.width < large.width && (like == nullptr || small.width > like->width))
        like = &small;
    if (like == nullptr) continue;
    const ProbePoint &like_second = *at(*like, middle), &like_third = *at(*like, coarse);
    if (like_second.kbps <= 0 || like->quality <= like_second.quality) continue;
    ProbePoint third = *second;
    third.crf = coarse;
    third.kbps *= like_third.kbps / like_second.kbps;
    third.quality -= (first->quality - second->quality) * (like_second.quality - like_third.quality) /
                     (like->quality - like_second.quality);
    all.push_back(third);
  }
  return all;
}

std::vector<ProbePoint> points_of(std::span<const ProbePoint> probed) { return in_between(with_coarsest(probed)); }

// Between two points of a hull, straight; `quality` lies within it.
double log_kbps_at(const std::vector<ProbePoint>& hull, double quality) {
  std::size_t i = 0;
  while (i + 2 < hull.size() && hull[i + 1].quality < quality) ++i;
  if (hull.size() == 1) return std::log(hull[0].kbps);
  const double share = (quality - hull[i].quality) / (hull[i + 1].quality - hull[i].quality);
  return std::log(hull[i].kbps) + share * std::log(hull[i + 1].kbps / hull[i].kbps);
}

double read_quality(const ProbePoint& point) { return point.slides_quality > 0 ? point.slides_quality : point.quality; }

// The lowest rung: the cheapest that can be read, where the floor holds that; else the best that the floor holds; else
// the cheapest.
std::size_t floor_of(const std::vector<ProbePoint>& hull, const EncodingOptions& options) {
  std::size_t lowest = 0;
  for (std::size_t i = 0; i < hull.size() && hull[i].kbps <= options.floor_kbps; ++i) {
    if (!fits_floor(hull[i], options)) continue;
    lowest = i;
    if (read_quality(hull[i]) >= kReadableQuality) break;
  }
  return lowest;
}

// Where nothing that the floor holds can be read, a link that can carry all of the floor is better served by a point
// that lies a little below the hull than by a much smaller one on it.
ProbePoint best_within(const std::vector<ProbePoint>& points, const ProbePoint& on_hull,
                       const EncodingOptions& options) {
  ProbePoint best = on_hull;
  if (read_quality(best) >= kReadableQuality) return best;
  for (const ProbePoint& point : points)
    if (point.kbps > 0 && fits_floor(point, options) && point.quality > best.quality) best = point;
  return best;
}

// The least gain of a rung over the one before: more than the usual step where otherwise there would be too many.
double step_from(double floor, double top, const EncodingOptions& options) {
  return std::max<double>(options.quality_step, (top - floor) / (kMostRungs - 1));
}

// Whether a ladder of what was probed ends only because nothing finer was. It does not where its last rung is as good
// as rungs are made, and is a step above the one before, so that it would be the next one with finer points too.
bool finer_pays(std::span<const ProbePoint> probed, const LessonAnalysis& analysis, const EncodingOptions& options) {
  const std::vector<Rung> rungs = plan_ladder(analysis, probed, options, 1);
  if (rungs.empty() || rungs.back().expected_quality < options.quality_top - options.quality_step / 2.0) return true;
  if (rungs.size() == 1) return false;
  const double step = step_from(rungs.front().expected_quality, options.quality_top, options);
  return rungs.back().expected_quality - rungs[rungs.size() - 2].expected_quality < step;
}

void share_threads(std::vector<Rung>& rungs, int cores) {
  // By share of the pixels: all cores busy, and no more threads (each costs some bits) than that needs. A rung that is
  // more than one core's share would keep all others waiting for its one thread.
  double pixels = 0;
  for (const Rung& rung : rungs)
    if (!rung.repackaged) pixels += static_cast<double>(rung.width) * rung.height;
  for (Rung& rung : rungs) {
    if (rung.repackaged) continue;
    const double share = static_cast<double>(rung.width) * rung.height / pixels;
    const int least = share * cores > kOneThread ? 2 : 1;
    rung.threads = std::clamp(static_cast<int>(std::lround(share * cores)), least, 16);
  }
}

Rung rung_of(const ProbePoint& point, const LessonAnalysis& analysis, int ceiling) {
  Rung rung;
  rung.width = point.width;
  rung.height = point.height;
  rung.crf = point.crf;
  rung.camera_crf = point.camera_crf;
  rung.slides_quality = point.slides_quality;
  rung.interval = point.interval;
  // Where slides take turns with a camera, both are coded as slides: on slides and a lecture room of 720 lines 4 %
  // fewer bits for the same VMAF than by a mixed lesson's settings, of the camera's scenes too.
  rung.kind = point.camera_crf > 0 ? ContentKind::kStill : kind_of(analysis);
  rung.codec = point.codec;
  rung.max_kbps = ceiling;
  rung.expected_kbps = point.kbps;
  rung.expected_quality = point.quality;
  return rung;
}

double busiest(const ProbePoint& point) { return std::max(point.kbps, point.busiest_kbps); }

// Between rungs nearly two steps apart, whichever of the points lies highest over the line from one to the other.
void fill_gaps(std::span<const ProbePoint> points, double step, const LessonAnalysis& analysis,
               const EncodingOptions& options, std::vector<Rung>& rungs) {
  for (std::size_t i = 1; i < rungs.size() && rungs.size() < kMostRungs;) {
    const Rung &below = rungs[i - 1], &above = rungs[i];
    const double gap = above.expected_quality - below.expected_quality;
    const ProbePoint* best = nullptr;
    double highest = 0;
    for (const ProbePoint& point : points) {
      const double gain = point.quality - below.expected_quality;
      if (gain < kLeastOfAStep * step || gap - gain < kLeastOfAStep * step) continue;
      if (point.kbps <= below.expected_kbps || point.kbps >= above.expected_kbps) continue;
      const double along =
          std::log(point.kbps / below.expected_kbps) / std::log(above.expected_kbps / below.expected_kbps);
      if (best != nullptr && gain - along * gap <= highest) continue;
      best = &point;
      highest = gain - along * gap;
    }
    if (best == nullptr)
      ++i;
    else
      rungs.insert(rungs.begin() + static_cast<std::ptrdiff_t>(i),
                   rung_of(*best, analysis, ceiling_of(busiest(*best), options)));
  }
}

}  // namespace

bool fits_floor(const ProbePoint& point, const EncodingOptions& options) {
  return point.kbps <= options.floor_kbps && point.busiest_kbps <= options.floor_kbps * kBusiestOverFloor;
}

std::vector<ProbePoint> probe_candidates(const VideoFacts& video, const LessonAnalysis& analysis,
                                         const EncodingOptions& options, Codec codec) {
  const ContentKind kind = kind_of(analysis);
  const bool still = kind == ContentKind::kStill;
  const std::vector<int> sides = sides_for(video, kind, options);
  const std::span<const double> crfs = crfs_of(codec, still);
  std::vector<ProbePoint> found;
  for (std::size_t i = 0; i < sides.size(); ++i) {
    const auto [width, height] = size_for(video, sides[i]);
    const auto add = [&, w = width, h = height](int rate, double crf) {
      const Ticks interval = rate > 0 ? static_cast<Ticks>(video.timescale) / rate : 0;
      found.push_back({w, h, interval, crf, 0, 0, codec});
    };
    const bool large = i + 2 < sides.size();
    // The rest follows (with_coarsest). Where a speaker stands beside slides it would not do: there a point between the
    // two coarsest may be the rung that is just readable.
    const bool without_coarsest = large && codec == Codec::kH264 && is_camera_alone(analysis);
    for (const double crf : without_coarsest ? crfs.first(crfs.size() - 1) : crfs) add(0, crf);
    // Where little can be spent, fewer frames may be the better half of it.
    if (still || large) continue;
    for (const double crf : crfs.subspan(1)) add(kHalfOfFrames, crf);
    if (i + 1 < sides.size()) continue;
    add(kFewFrames, crfs.back());
    for (const int rate : {kFewFrames, kFewestFrames}) add(rate, floor_crf_of(codec));
  }
  return found;
}

std::vector<ProbePoint> scene_candidates(const VideoFacts& video, const EncodingOptions& options, bool camera,
                                         Codec codec) {
  const std::span<const double> crfs = camera ? camera_crfs_of(codec) : crfs_of(codec, true);
  std::vector<ProbePoint> found;
  for (const int side : sides_for(video, ContentKind::kMixed, options)) {
    const auto [width, height] = size_for(video, side);
    const auto add = [&, w = width, h = height](int rate, double crf) {
      found.push_back({w, h, rate > 0 ? static_cast<Ticks>(video.timescale) / rate : 0, crf, 0, 0, codec});
    };
    for (const double crf : crfs) add(0, crf);
    if (!camera) continue;
    for (const double crf : crfs.subspan(1)) add(kHalfOfFrames, crf);
    for (const int rate : {kFewFrames, kFewestFrames}) add(rate, floor_crf_of(codec));
    if (codec == Codec::kH264) add(kFewestFrames, kCoarsestCrf);
  }
  return found;
}

std::size_t probed_first(std::span<const ProbePoint> candidates, const LessonAnalysis& analysis) {
  if (candidates.empty() || kind_of(analysis) != ContentKind::kStill) return candidates.size();
  std::size_t full = 0;
  while (full < candidates.size() && candidates[full].width == candidates[0].width) ++full;
  return std::max<std::size_t>(1, full - 1);
}

std::vector<ProbePoint> probed_later(std::span<const ProbePoint> others, std::span<const ProbePoint> probed,
                                     const LessonAnalysis& analysis, const EncodingOptions& options) {
  std::vector<ProbePoint> found;
  if (others.empty() || probed.empty()) return found;
  const bool smaller = std::ranges::none_of(probed, [&](const ProbePoint& point) {
    return point.kbps <= options.floor_kbps && point.quality >= kReadableQuality;
  });
  const bool finer = finer_pays(probed, analysis, options);
  std::ranges::copy_if(others, std::back_inserter(found),
                       [&](const ProbePoint& point) { return point.width == probed.front().width ? finer : smaller; });
  return found;
}

double saving(std::span<const ProbePoint> anchor, std::span<const ProbePoint> test) {
  const std::vector<ProbePoint> a = upper_hull(points_of(anchor)), b = upper_hull(points_of(test));
  if (a.empty() || b.empty()) return 0;
  const double low = std::max(a.front().quality, b.front().quality);
  const double high = std::min(a.back().quality, b.back().quality);
  if (high <= low) return 0;
  double sum = 0;
  for (int i = 0; i < kSavingSteps; ++i) {
    const double quality = low + (high - low) * (i + 0.5) / kSavingSteps;
    sum += log_kbps_at(b, quality) - log_kbps_at(a, quality);
  }
  return 1 - std::exp(sum / kSavingSteps);
}

std::vector<Rung> plan_ladder(const LessonAnalysis& analysis, std::span<const ProbePoint> probed,
                              const EncodingOptions& options, int cores) {
  std::vector<Rung> rungs;
  const std::vector<ProbePoint> points = points_of(probed);
  const std::vector<ProbePoint> hull = upper_hull(points);
  const std::size_t lowest = floor_of(hull, options);
  if (hull.empty()) return rungs;
  const bool fits = fits_floor(hull[lowest], options);
  const ProbePoint floor = fits ? best_within(points, hull[lowest], options) : hull[lowest];
  rungs.push_back(
      rung_of(floor, analysis, fits ? std::max(options.floor_kbps * 2, kLeastCeiling) : options.floor_kbps));
  if (rungs.front().kind == ContentKind::kStill && rungs.front().interval == 0 && rungs.front().camera_crf == 0)
    rungs.front().interval = static_cast<Ticks>(analysis.timescale) / kFewOfAStill;
  const double top = std::min<double>(options.quality_top, hull.back().quality);
  const double step = step_from(floor.quality, top, options);
  for (std::size_t i = lowest + 1; i < hull.size(); ++i) {
    const ProbePoint& point = hull[i];
    if (point.kbps > options.ceiling_kbps) break;
    if (point.kbps <= rungs.back().expected_kbps) continue;  // less in all than a floor that has to be even
    if (rungs.back().expected_quality >= options.quality_top - options.quality_step / 2.0) break;
    const double gain = point.quality - rungs.back().expected_quality;
    const bool is_end =
        i + 1 == hull.size() || hull[i + 1].kbps > options.ceiling_kbps || point.quality >= options.quality_top;
    // Where the hull has no point at the right distance, one too near is better than one too far.
    const bool gap_follows = !is_end && hull[i + 1].quality - rungs.back().expected_quality > step * kMostOfAStep;
    const bool has_room = is_end || rungs.size() + 1 < kMostRungs;
    // The top is worth a rung as soon as half of a step is seen, however far the others had to be spread.
    const double least = is_end ? options.quality_step / 2.0 : gap_follows ? step / 2 : step;
    if (has_room && gain >= least) rungs.push_back(rung_of(point, analysis, ceiling_of(busiest(point), options)));
  }
  // Pairs of scenes are many: close below the hull there are as good ones where it has none.
  if (floor.camera_crf > 0) fill_gaps(points, step, analysis, options, rungs);
  share_threads(rungs, cores);
  return rungs;
}

std::vector<Rung> with_own_stream(std::vector<Rung> rungs, const ProbePoint& own, int cores) {
  if (rungs.empty()) return rungs;
  Rung last;
  last.width = own.width;
  last.height = own.height;
  last.kind = rungs.front().kind;
  last.expected_kbps = own.kbps;
  last.expected_quality = own.quality;
  last.repackaged = true;
  const bool cheapest = rungs.front().expected_kbps >= own.kbps;
  std::erase_if(rungs, [&](const Rung& rung) { return rung.expected_kbps > own.kbps * kBelowSource; });
  if (rungs.empty() && !cheapest) return rungs;
  for (Rung& rung : rungs) rung.max_kbps = std::min(rung.max_kbps, static_cast<int>(own.kbps * kHeldBelowSource));
  rungs.push_back(last);
  share_threads(rungs, cores);
  return rungs;
}

int ceiling_of(double kbps, const EncodingOptions& options) {
  const double peak = std::max<double>(kLeastCeiling, kbps * kPeakOverMean);
  return static_cast<int>(std::min<double>(peak, options.ceiling_kbps * 2.0));
}

std::vector<Rung> fixed_ladder(const VideoFacts& video, const LessonAnalysis& analysis, const EncodingOptions& options,
                               int cores) {
  std::vector<RungOptions> steps = options.ladder;
  std::sort(steps.begin(), steps.end(), [](const auto& a, const auto& b) { return a.height < b.height; });
  const int source_side = std::min(video.width, video.height);

  std::vector<Rung> rungs;
  const auto add = [&](int side, const RungOptions& step) {
    Rung rung;
    std::tie(rung.width, rung.height) = size_for(video, side);
    rung.crf = step.crf;
    rung.max_kbps = step.max_kbps;
    rung.kind = kind_of(analysis);
    rungs.push_back(rung);
  };
  for (const RungOptions& step : steps)
    if (step.height <= source_side) add(step.height, step);
  // The source's own size where the steps leave a visible part of it unused (over 15 %).
  const int largest = rungs.empty() ? 0 : std::min(rungs.back().width, rungs.back().height);
  const auto next = std::find_if(steps.begin(), steps.end(), [&](const auto& s) { return s.height > source_side; });
  if (!steps.empty() && next != steps.end() && source_side * 100 > largest * 115) add(source_side, *next);
  share_threads(rungs, cores);
  return rungs;
}

}  // namespace chalkline::transcode
