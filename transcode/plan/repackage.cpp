// Rules, in the order in which they are told.
#include "transcode/plan/repackage.hpp"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

namespace chalkline::transcode {

namespace {

constexpr double kPictureBytes = 12;  // of boxes, as probe_encodes.cpp has them
constexpr double kOwnQuality = 100;
constexpr Ticks kLeastSeconds = 60;
// What rungs of a camera took beside what the probes foretold of them was 0.95 to 1.33, of the largest 0.95 to 1.15.
constexpr double kSurelyLess = 0.95, kAtMostLikely = 1.1;
constexpr double kBufferSeconds = 2;  // as x264.cpp has them
constexpr double kLeastBuffer = 300;  // kbit

// ITU-T H.264 A.2: the profiles that every player of HLS decodes.
constexpr int kBaseline = 66, kMain = 77, kHigh = 100;
constexpr int kConstrained = 0x40;  // constraint_set1_flag
// Table A-1: the highest level of our own rungs of the size (x264.cpp, references()).
int most_level(const H264Sequence& sequence) {
  const int macroblocks = ((sequence.width + 15) / 16) * ((sequence.height + 15) / 16);
  return macroblocks <= 1620 ? 31 : 40;
}

std::string unfit_sequence(const VideoFacts& video, const H264Sequence& sequence) {
  const bool constrained = sequence.profile == kBaseline && (sequence.constraints & kConstrained) != 0;
  if (!constrained && sequence.profile != kMain && sequence.profile != kHigh)
    return "is of a profile that not every player decodes";
  if (sequence.chroma != 1 || sequence.bits != 8) return "is not of 8 bits in 4:2:0";
  if (!sequence.frames_alone) return "is coded for interlaced pictures";
  if (sequence.gaps) return "leaves out pictures that others are predicted from";
  if (sequence.level > most_level(sequence)) return "is of a level that not every player decodes";
  if (sequence.width != video.width || sequence.height != video.height)
    return "has another size than its container says";
  return "";
}

std::vector<Ticks> times_of(const CodedStream& stream) {
  std::vector<Ticks> times;
  for (const CodedSample& sample : stream.samples) times.push_back(sample.pts);
  std::ranges::sort(times);
  return times;
}

std::string seconds(Ticks ticks, Timescale timescale) {
  return fmt::format("{:.1f}", static_cast<double>(ticks) / timescale);
}

std::string unfit_times(const VideoFacts& video, const CodedStream& stream, Ticks end, const EncodingOptions& options) {
  const auto scale = static_cast<Ticks>(video.timescale);
  const std::vector<Ticks> times = times_of(stream);
  if (times.front() != 0) return "does not begin with the picture that is shown first";
  const Ticks least = options.max_frame_rate > 0 ? scale / options.max_frame_rate : 0;
  const Ticks longest = scale + scale / 8;  // plan_frames() leaves no shorter splinter
  for (std::size_t i = 0; i < times.size(); ++i) {
    const Ticks stands = (i + 1 < times.size() ? times[i + 1] : std::max(end, times[i] + 1)) - times[i];
    if (stands <= 0) return "shows two pictures at one time";
    if (i + 1 < times.size() && stands < least - least / 8) return "shows more pictures a second than are configured";
    if (stands > longest)
      return fmt::format("lets a picture stand for {} s, on which players stall", seconds(stands, video.timescale));
  }
  return "";
}

// Of a closed group, nothing that follows the IDR in decoding is shown before it, and nothing before it is shown after.
std::string unfit_groups(const VideoFacts& video, const CodedStream& stream, Ticks end,
                         const EncodingOptions& options) {
  if (!stream.samples.front().idr) return "does not begin with an IDR picture";
  const Ticks most = rescale(options.segment_max_ms, 1000, video.timescale);
  Ticks idr = 0, latest = -1;
  for (const CodedSample& sample : stream.samples) {
    if (sample.idr) {
      if (sample.pts <= latest) return "has groups of pictures that are not closed";
      if (sample.pts - idr > most)
        return fmt::format("has no IDR picture for {} s", seconds(sample.pts - idr, video.timescale));
      idr = sample.pts;
    } else if (sample.pts <= idr) {
      return "has groups of pictures that are not closed";
    }
    latest = std::max(latest, sample.pts);
  }
  if (end - idr > most) return fmt::format("has no IDR picture for {} s", seconds(end - idr, video.timescale));
  return "";
}

// A leaky bucket in the order of decoding, each picture due when the one of its place is shown.
std::string unfit_peaks(const VideoFacts& video, const CodedStream& stream, Ticks end, const EncodingOptions& options) {
  const double ceiling = ceiling_of(point_of(video, stream, end).kbps, options);
  const double buffer = std::max(ceiling * kBufferSeconds, kLeastBuffer);
  const std::vector<Ticks> times = times_of(stream);
  double held = 0;  // kbit that are still to be sent
  for (std::size_t i = 0; i < times.size(); ++i) {
    if (i > 0) held = std::max(0.0, held - ceiling * static_cast<double>(times[i] - times[i - 1]) / video.timescale);
    held += stream.samples[i].bytes * 8 / 1000.0;
    if (held > buffer)
      return fmt::format("has peaks above {:.0f} kbit/s at {} s", ceiling, seconds(times[i], video.timescale));
  }
  return "";
}

}  // namespace

std::string unfit_lesson(ContentKind kind, MediaTime end) {
  if (end.ticks < kLeastSeconds * static_cast<Ticks>(end.timescale))
    return "is shorter than a minute, too little to be worth the look";
  if (kind == ContentKind::kStill) return "shows stills, of which rungs of our own take little time and fewer bits";
  return "";
}

std::string unfit_source(const VideoFacts& video, const EncodingOptions& options) {
  if (!options.repackage) return "is not looked at, by configuration";
  if (options.fixed_ladder) return "is not looked at, since the ladder is a fixed one";
  if (video.codec != "h264") return "is not H.264";
  if (!video.upright.empty()) return "is turned by its container";
  if (video.interlaced) return "is interlaced";
  if (video.hdr) return "has colours that are not those of video";
  if (video.width != video.coded_width || video.height != video.coded_height) return "has pixels that are not square";
  if (std::min(video.width, video.height) > options.ceiling_height) return "is larger than is configured";
  return "";
}

std::string unfit_stream(const VideoFacts& video, const CodedStream& stream, Ticks end,
                         const EncodingOptions& options) {
  if (!stream.fault.empty()) return stream.fault;
  if (stream.samples.empty()) return "holds no pictures";
  std::string reason = unfit_sequence(video, stream.sequence);
  for (const auto rule : {unfit_groups, unfit_times, unfit_peaks})
    if (reason.empty()) reason = rule(video, stream, end, options);
  return reason;
}

ProbePoint point_of(const VideoFacts& video, const CodedStream& stream, Ticks end) {
  double bytes = 0;
  for (const CodedSample& sample : stream.samples) bytes += sample.bytes + kPictureBytes;
  ProbePoint point;
  point.width = video.width;
  point.height = video.height;
  point.kbps = bytes * 8 / 1000 * video.timescale / static_cast<double>(std::max<Ticks>(1, end));
  point.quality = kOwnQuality;
  return point;
}

double most_of_own_stream(const Rung& best, const EncodingOptions& options) {
  const bool as_good = best.expected_quality >= options.quality_top - options.quality_step / 2.0;
  const double most = best.expected_kbps * (as_good ? kSurelyLess : kAtMostLikely);
  return std::min<double>(most, options.ceiling_kbps);
}

std::vector<Ticks> idrs_of(const CodedStream& stream) {
  std::vector<Ticks> found;
  for (const CodedSample& sample : stream.samples)
    if (sample.idr) found.push_back(sample.pts);
  return found;
}

Ticks closest_pictures(const CodedStream& stream) {
  const std::vector<Ticks> times = times_of(stream);
  Ticks closest = std::numeric_limits<Ticks>::max();
  for (std::size_t i = 1; i < times.size(); ++i) closest = std::min(closest, times[i] - times[i - 1]);
  return closest;
}

}  // namespace chalkline::transcode
