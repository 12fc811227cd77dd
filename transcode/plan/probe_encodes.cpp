// Tries all of them, the longest first, and reckons from pieces to the lesson.
#include "transcode/plan/probe_encodes.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "transcode/pictures/svt_av1.hpp"
#include "transcode/pictures/x264.hpp"
#include "transcode/pictures/x265.hpp"
#include "transcode/plan/ordinary_ladder.hpp"
#include "transcode/plan/probe_encode.hpp"
#include "transcode/plan/probe_line_up.hpp"

namespace chalkline::transcode {

namespace {

// Faster than the rungs' own preset; the order of candidates is the same. What the whole lesson at its own preset takes
// of the bits that pieces foretell, measured: a camera's rungs look further ahead; a slide's spend more on what stands
// long.
constexpr const char* kStillPreset = "veryfast";  // bits within 7 % of `fast` on slides, quality within 1
constexpr const char* kMovingPreset = "faster";   // within 3 % and 0.7 on faces; `veryfast` is 10 below at CRF 38
constexpr double kShareMoving = 0.72, kShareStill = 1.1;
// At fewer frames a second pieces of 45 frames hold too few to foretell as much, and our measure of quality minds a
// picture that is 30 to 70 ms old more than VMAF does: on talking heads 180 and 240 lines high, at CRF 31 and 38.
constexpr double kShareThinned = 0.85, kForgivenThinned = 0.08;
constexpr int kAv1Preset = 8;
constexpr double kShareAv1 = 0.85, kShareAv1Still = 1.1;
// x265 spends more on what much is predicted from, and sees less of that in pieces: on a talking head their encodes at
// CRF - 2 foretell the bits of the whole lesson at CRF within 1 %, at CRF itself a quarter too few. And our measure of
// quality likes HEVC in motion less than VMAF does, by 1 to 2 points at 80 to 90: by it alone nothing would be saved.
// Two talks ask for 0.08 to 0.12 where all frames are shown (docs/encoding.md).
constexpr double kHevcFiner = 2;
constexpr double kShareHevc = 1, kShareHevcStill = 1.1, kForgivenHevc = 0.10;
constexpr Ratio kProbedRate{30, 1};
// What is sent beside a rung's pictures (./chalk bench overhead): of a segment its boxes and the head of the answer; of
// a picture its size and when it is shown, and how long where that differs from picture to picture (fragment.hpp).
constexpr double kSegmentBytes = 450, kSteadyPictureBytes = 8, kPictureBytes = 12;
constexpr double kLeastSeconds = 10;  // of a lesson: a shorter clip is its first picture, and its rate says nothing

// Of one IDR, of a wholly new picture and of a repeat.
ByteModel model_of(const ProbedBytes& probed, double share) {
  ByteModel model;
  model.idr = probed.idrs.mean(0) * share;
  model.repeat = probed.repeats.pictures > 0 ? probed.repeats.mean(0) * share : 30;
  // What a picture takes beyond a repeat is shared out by area; an IDR's worth for all of it is the most there can be.
  const double beyond = std::max(0.0, probed.predicted.bytes * share - probed.predicted.pictures * model.repeat);
  model.whole_picture = std::min(model.idr, probed.area > 0 ? beyond / probed.area : model.idr * 0.5);
  return model;
}

// What a new picture takes on average that its area does not tell. A camera's picture that hardly changes is coded
// again all over: of a talk in turn with slides an IDR's worth by area was half of it.
double untold_by_area(const ProbedBytes& probed, const ByteModel& model, double share) {
  const auto& [bytes, pictures] = probed.predicted;
  if (pictures == 0) return 0;
  return std::max(0.0, (bytes * share - probed.area * model.whole_picture) / pictures - model.repeat);
}

// `untold`: bytes of each new picture, beside the model's.
double reckon_kbps(const ByteModel& model, double untold, const std::vector<PlannedFrame>& frames,
                   const std::vector<bool>& kept, const LessonAnalysis& analysis, Scenes scenes) {
  double bytes = 0, late = 0;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const PlannedFrame& frame = frames[i];
    if (scenes != Scenes::kAll && frame.camera != (scenes == Scenes::kCamera)) continue;
    late = std::min(1.0, late + frame.area);  // what was left out is new in the next one that is kept
    if (!kept[i]) continue;
    const double area = std::exchange(late, 0);
    bytes += (frame.starts_segment ? kSegmentBytes : 0) + (frame.moving ? kSteadyPictureBytes : kPictureBytes);
    bytes += frame.starts_segment ? model.idr
             : frame.repeat       ? model.repeat
                                  : model.repeat + untold + area * model.whole_picture;
  }
  const double seconds = std::max(kLeastSeconds, static_cast<double>(analysis.end) / analysis.timescale);
  return bytes * 8 / 1000 / seconds;
}

struct Probed {
  ProbedBytes bytes;
  double quality = 0;
};

// What is to be tried, and where what was found goes.
struct Task {
  const ProbePoint* point;
  std::vector<Shown> shown;
  const OpenEncoder* open;
  Probed* found;
  std::shared_ptr<ScaledPictures> scaled = nullptr;

  // In pixels that are encoded.
  [[nodiscard]] double work_of_picture() const { return static_cast<double>(point->width) * point->height; }
  [[nodiscard]] double work() const {
    return static_cast<double>(std::ranges::count_if(shown, &Shown::kept)) * work_of_picture();
  }
};

// Tells how much of all work is done, whichever thread has done it. Thread-safe.
class Advance {
 public:
  Advance(double all, const StepProgress& progress) : all_(std::max(1.0, all)), progress_(progress) {}

  void add(double work, bool ends_task) {
    const std::lock_guard lock(mutex_);
    done_ += work;
    const auto now = Clock::now();
    if (!ends_task && now < next_report_) return;
    next_report_ = now + std::chrono::milliseconds(250);
    progress_(std::min(1.0, done_ / all_));
  }

 private:
  using Clock = std::chrono::steady_clock;
  std::mutex mutex_;  // guards all of it
  const double all_;
  const StepProgress& progress_;
  double done_ = 0;
  Clock::time_point next_report_{};
};

// By `threads` at once, the longest first: then none works alone for long at the end.
Result<void> run_all(std::vector<Task> tasks, Timescale timescale, int threads, const StepProgress& progress,
                     const std::stop_token& stop) {
  std::ranges::stable_sort(tasks, std::ranges::greater(), &Task::work);
  std::map<std::pair<int, int>, std::shared_ptr<ScaledPictures>> sizes;
  for (Task& task : tasks) {
    if (task.point->codec == Codec::kAv1) continue;
    auto& scaled = sizes[{task.point->width, task.point->height}];
    if (!scaled) scaled = std::make_shared<ScaledPictures>(task.point->width, task.point->height);
    task.scaled = scaled;
  }
  sizes.clear();  // a size is given up with its last task

  double all = 0;
  for (const Task& task : tasks) all += task.work();
  Advance advance(all, progress);
  std::mutex failure_mutex;
  std::optional<Error> failure;
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t i = next++; i < tasks.size(); i = next++) {
      Task& task = tasks[i];
      ProbeEncode encode(*task.point, task.shown, timescale, *task.open, task.scaled.get());
      double rest = task.work();
      const auto coded = [&, each = task.work_of_picture()] {
        rest -= each;
        advance.add(each, false);
      };
      if (const auto done = encode.run(stop, coded); !done) {
        const std::lock_guard lock(failure_mutex);
        failure = done.error();
        return;
      }
      *task.found = {encode.bytes(), encode.quality()};
      task.scaled.reset();
      advance.add(rest, true);
    }
  };
  {
    std::vector<std::jthread> pool;
    for (int i = 0; i < std::max(1, threads); ++i) pool.emplace_back(work);  // libav and x264 do not throw
  }
  if (failure) return *failure;
  return {};
}

// Motion is what is forgiven: what cannot be read does not become readable by it.
double forgiven_quality(double measured) {
  return std::max(measured, std::min(measured + kForgivenThinned * (100 - measured), kReadableQuality - 0.1));
}

double told_quality(const ProbePoint& point, ContentKind kind, double measured) {
  const double told = point.interval > 0 ? forgiven_quality(measured) : measured;
  return point.codec == Codec::kHevc && kind == ContentKind::kMoving ? told + kForgivenHevc * (100 - told) : told;
}

double share_of(const ProbePoint& point, ContentKind kind) {
  const bool still = kind == ContentKind::kStill;
  const double thinned = point.interval > 0 ? kShareThinned : 1;
  if (point.codec == Codec::kHevc) return (still ? kShareHevcStill : kShareHevc) * thinned;
  if (point.codec == Codec::kAv1) return (still ? kShareAv1Still : kShareAv1) * thinned;
  return (still ? kShareStill : kShareMoving) * thinned;
}

}  // namespace

Result<ProbeResult> probe_encodes(std::span<const ProbePoint> candidates, std::span<const ProbePoint> ordinary,
                                  std::span<const ProbePiece> pieces, const std::vector<PlannedFrame>& frames,
                                  const LessonAnalysis& analysis, int threads, const StepProgress& progress,
                                  const std::stop_token& stop, Scenes scenes, bool beside) {
  const ContentKind kind = scenes == Scenes::kSlides   ? ContentKind::kStill
                           : scenes == Scenes::kCamera ? ContentKind::kMoving
                                                       : kind_of(analysis);
  const OpenEncoder open = [&](const ProbePoint& point, const AVFrame& like) {
    const av::PictureFormat format{point.width, point.height, pixel_format(point.codec), analysis.timescale,
                                   kProbedRate};
    if (point.codec == Codec::kAv1) return open_svt_av1({format, point.crf, kAv1Preset, threads}, like);
    const char* preset = kind == ContentKind::kStill ? kStillPreset : kMovingPreset;
    if (point.codec == Codec::kHevc)
      return open_x265({format, kind == ContentKind::kStill ? point.crf : point.crf - kHevcFiner, preset}, like);
    X264Settings settings;
    settings.format = format;
    settings.crf = point.crf;
    settings.preset = preset;
    settings.probing = true;
    settings.kind = kind;
    return open_x264(settings, like);
  };
  const double rate = ordinary_rate(analysis);
  const OpenEncoder open_ordinary = [&](const ProbePoint& point, const AVFrame& like) {
    return open_ordinary_x264(point, rate, analysis.timescale, like);
  };
  const auto step = std::max<Ticks>(1, std::llround(analysis.timescale / rate));

  std::vector<Probed> probed(candidates.size()), probed_ordinary(ordinary.size());
  std::vector<Task> tasks;
  for (std::size_t i = 0; i < candidates.size(); ++i)
    tasks.push_back({&candidates[i], line_up(pieces, candidates[i].interval, analysis.timescale), &open, &probed[i]});
  for (std::size_t i = 0; i < ordinary.size(); ++i)
    tasks.push_back({&ordinary[i], line_up_ordinary(pieces, step, kind), &open_ordinary, &probed_ordinary[i]});
  // Encoders of AV1 use all threads themselves, one after the other (svt_av1.hpp).
  const bool one_by_one = std::ranges::any_of(candidates, [](const auto& point) { return point.codec == Codec::kAv1; });
  CHALK_TRY(run_all(std::move(tasks), analysis.timescale, one_by_one ? 1 : threads, progress, stop));

  ProbeResult result;
  result.points.assign(candidates.begin(), candidates.end());
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const double share = share_of(candidates[i], kind);
    const ByteModel& model = result.bytes.emplace_back(model_of(probed[i].bytes, share));
    result.points[i].quality = told_quality(candidates[i], kind, probed[i].quality);
    const double untold = beside && scenes != Scenes::kAll ? untold_by_area(probed[i].bytes, model, share) : 0;
    result.points[i].kbps = reckon_kbps(
        model, untold, frames, thin_frames(frames, candidates[i].interval, analysis.timescale), analysis, scenes);
  }
  result.ordinary.assign(ordinary.begin(), ordinary.end());
  for (std::size_t i = 0; i < ordinary.size(); ++i) {
    result.ordinary[i].quality = probed_ordinary[i].quality;
    result.ordinary[i].kbps = ordinary_kbps(probed_ordinary[i].bytes, analysis);
  }
  return result;
}

}  // namespace chalkline::transcode
