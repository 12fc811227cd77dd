// The settings are options of libx264, as that site's ffmpeg command gives them.
#include "transcode/plan/ordinary_ladder.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "transcode/av/dict.hpp"
#include "transcode/av/picture_encoder.hpp"
#include "transcode/pictures/x264.hpp"

namespace chalkline::transcode {

namespace {

struct Step {
  int height;           // of the shorter side
  double bits_a_pixel;  // the ceiling's
};
constexpr Step kSteps[] = {{240, 0.17}, {360, 0.15}, {480, 0.12}, {720, 0.11}, {1080, 0.1}};
constexpr double kSmallestBitsAPixel = 0.19;  // below all steps
constexpr double kCrf = 23;
constexpr double kGopSeconds = 2;
constexpr double kMostFramesPerSecond = 60;
constexpr double kSkippedPicture = 25;  // bytes, where no still was probed

int even(double value) { return std::max(2, static_cast<int>(std::lround(value / 2)) * 2); }

double ceiling_of(const ProbePoint& point, double frames_per_second) {
  const int side = std::min(point.width, point.height);
  double bits = kSmallestBitsAPixel;
  for (const Step& step : kSteps)
    if (step.height <= side) bits = step.bits_a_pixel;
  return bits * point.width * point.height * frames_per_second;
}

}  // namespace

bool has_ordinary_ladder(const VideoFacts& video) {
  constexpr std::int64_t kMostPixels = 3840LL * 2160;
  return static_cast<std::int64_t>(video.coded_width) * video.coded_height <= kMostPixels;
}

std::vector<ProbePoint> ordinary_candidates(const VideoFacts& video) {
  const int own = std::min(video.width, video.height);
  std::vector<ProbePoint> found;
  const auto add = [&](int side) {
    const double ratio = static_cast<double>(side) / own;
    found.push_back({side == own ? video.width : even(video.width * ratio),
                     side == own ? video.height : even(video.height * ratio), 0, kCrf, 0, 0});
  };
  for (const Step& step : kSteps)
    if (step.height <= own) add(step.height);
  if (found.empty()) add(own);
  return found;
}

Result<av::CodecPtr> open_ordinary_x264(const ProbePoint& point, double frames_per_second, Timescale timescale,
                                        const AVFrame& like) {
  const av::PictureFormat format{point.width, point.height, AV_PIX_FMT_YUV420P, timescale, {30, 1}};
  CHALK_TRY_ASSIGN(av::CodecPtr codec, av::picture_encoder("libx264", format, like));
  codec->thread_count = 1;
  codec->flags |= AV_CODEC_FLAG_BITEXACT;
  codec->max_b_frames = 16;
  codec->rc_max_rate = std::llround(ceiling_of(point, frames_per_second));
  codec->rc_buffer_size = static_cast<int>(std::min<std::int64_t>(codec->rc_max_rate * 2, 1'000'000'000));
  av::Dict options{{"preset", "veryfast"},
                   {"crf", fmt::format("{:.0f}", point.crf)},
                   {"b_strategy", "1"},
                   {"forced-idr", "1"},
                   {"x264-params", "keyint=infinite" + x264_repeatable()}};
  CHALK_TRY(av::open_encoder(*codec, options));
  return codec;
}

double ordinary_rate(const LessonAnalysis& analysis) {
  const double seconds = std::max(0.001, static_cast<double>(analysis.end) / analysis.timescale);
  return std::clamp(static_cast<double>(analysis.seen) / seconds, 1.0, kMostFramesPerSecond);
}

double ordinary_kbps(const ProbedBytes& probed, const LessonAnalysis& analysis) {
  const double seconds = std::max(0.001, static_cast<double>(analysis.end) / analysis.timescale);
  const double idrs = std::max(1.0, std::ceil(seconds / kGopSeconds));
  const double all = std::max<double>(static_cast<double>(analysis.seen), ordinary_rate(analysis) * seconds);
  const auto shown = static_cast<double>(analysis.frames.size());
  const double predicted = std::max(0.0, shown - idrs * shown / all);
  const double repeated = std::max(0.0, all - idrs - predicted);
  const double bytes = idrs * probed.idrs.mean(0) + predicted * probed.predicted.mean(0) +
                       repeated * probed.repeats.mean(kSkippedPicture);
  return bytes * 8 / 1000 / seconds;
}

}  // namespace chalkline::transcode
