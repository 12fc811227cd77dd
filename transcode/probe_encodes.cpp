// Encode, decode, compare, reckon.
#include "transcode/probe_encodes.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

#include "transcode/av/decoder.hpp"
#include "transcode/av/error.hpp"
#include "transcode/ordinary_ladder.hpp"
#include "transcode/quality.hpp"
#include "transcode/scaler.hpp"
#include "transcode/svt_av1.hpp"
#include "transcode/x264.hpp"

namespace chalkline::transcode {

namespace {

// Faster than the rungs' own preset; the order of candidates is the same. What the whole lesson at its own preset takes
// of the bits that pieces foretell, measured: a camera's rungs look further ahead; a slide's spend more on what stands
// long.
constexpr const char* kStillPreset = "veryfast";  // bits within 7 % of `fast` on slides, quality within 1
constexpr const char* kMovingPreset = "faster";   // within 3 % and 0.7 on faces; `veryfast` is 10 below at CRF 38
constexpr double kShareMoving = 0.72, kShareStill = 1.1;
constexpr int kAv1Preset = 8;
constexpr double kShareAv1 = 0.85, kShareAv1Still = 1.1;
constexpr Ratio kProbedRate{30, 1};
constexpr Ticks kMostRepeats = 12;        // after one picture
constexpr std::size_t kComparisons = 30;  // pictures compared in all
// Of the ordinary ladder, which decides nothing: fewer pictures of a piece, and fewer comparisons.
constexpr std::size_t kOrdinaryShots = 20, kOrdinaryComparisons = 6;
constexpr double kLeastSeconds = 10;  // of a lesson: a shorter clip is its first picture, and its rate says nothing
constexpr Ticks kFirstStill = 12, kOtherStills = 5;  // frames of a still that an ordinary encoder is shown
constexpr double kMostSeconds = 3;                   // a still counts for no more than this in the mean

// The pieces as one stream, with an IDR at each piece's start.
struct Shown {
  const AVFrame* frame;
  Ticks pts;  // in the stream of pieces
  Ticks duration;
  float area;
  bool first, repeat, kept;
  bool compared = false;
};

// As a rung would be given them: what is new, when it is, and a repeat each second.
std::vector<Shown> line_up(std::span<const ProbePiece> pieces, Ticks interval, Timescale timescale) {
  std::vector<Shown> shown;
  Ticks start = 0;
  for (const ProbePiece& piece : pieces) {
    const Ticks origin = piece.shots.front().pts;
    Ticks last = start;
    for (std::size_t i = 0; i < piece.shots.size(); ++i) {
      const auto& shot = piece.shots[i];
      const Ticks until = i + 1 < piece.shots.size() ? piece.shots[i + 1].pts : piece.end;
      const Ticks pts = start + shot.pts - origin;
      const Ticks stands = std::min<Ticks>(until - shot.pts, kMostRepeats * static_cast<Ticks>(timescale));
      const bool kept = i == 0 || pts - last >= interval - interval / 8 || until - shot.pts > interval;
      if (kept) last = pts;
      shown.push_back({shot.frame.get(), pts, stands, shot.area, i == 0, false, kept});
      for (Ticks at = timescale; at + timescale / 8 < stands; at += timescale)
        shown.push_back({shot.frame.get(), pts + at, 0, 0, false, true, true});
    }
    start += piece.end - origin + timescale;
  }
  const std::size_t every = std::max<std::size_t>(1, shown.size() / kComparisons);
  for (std::size_t i = 0; i < shown.size(); i += every) shown[i].compared = !shown[i].repeat;
  return shown;
}

// As an ordinary site's encoder is given them: every frame of the source, one `step` after the other. Of long stills
// only the beginning, which is enough to know what a repeat takes; of a piece `most` pictures. Quality is compared
// where it has settled.
std::vector<Shown> line_up_ordinary(std::span<const ProbePiece> pieces, Ticks step, std::size_t most) {
  std::vector<Shown> shown;
  std::vector<std::size_t> settled;
  Ticks pts = 0;
  for (const ProbePiece& piece : pieces)
    for (std::size_t i = 0; i < std::min(piece.shots.size(), most); ++i) {
      const auto& shot = piece.shots[i];
      const Ticks stands = (i + 1 < piece.shots.size() ? piece.shots[i + 1].pts : piece.end) - shot.pts;
      const Ticks frames = std::clamp<Ticks>((stands + step / 2) / step, 1, i == 0 ? kFirstStill : kOtherStills);
      for (Ticks n = 0; n < frames; ++n, pts += step)
        shown.push_back({shot.frame.get(), pts, n + 1 == frames ? stands : 0, n == 0 ? shot.area : 0, i == 0 && n == 0,
                         n > 0, true});
      settled.push_back(shown.size() - 1);
    }
  const std::size_t every = std::max<std::size_t>(1, settled.size() / kOrdinaryComparisons);
  for (std::size_t i = 0; i < settled.size(); i += every) shown[settled[i]].compared = true;
  return shown;
}

using Open = std::function<Result<av::CodecPtr>(const ProbePoint&, const AVFrame& like)>;

// One candidate. Its own encoder, decoder and scalers; on one thread.
class ProbeEncode {
 public:
  ProbeEncode(const ProbePoint& point, std::vector<Shown> shown, Timescale timescale, const Open& open)
      : point_(point),
        timescale_(timescale),
        open_(open),
        shown_(std::move(shown)),
        down_(point.width, point.height, pixel_format(point.codec)),
        up_(shown_.front().frame->width, shown_.front().frame->height) {}

  Result<void> run(const std::stop_token& stop) {
    CHALK_TRY_ASSIGN(encoder_, open_(point_, *shown_.front().frame));
    CHALK_TRY(open_decoder());
    for (const Shown& shot : shown_) {
      if (stop.stop_requested()) return Error(Errc::kCancelled, "transcoding was stopped");
      if (!shot.kept) continue;
      if (is_av1() && shot.first && shot.pts > 0) {  // a segment has an encoder of its own (svt_av1.hpp)
        CHALK_TRY(encode(nullptr));
        encoder_.reset();
        CHALK_TRY_ASSIGN(encoder_, open_(point_, *shot.frame));
      }
      CHALK_TRY_ASSIGN(const av::FramePtr frame, down_.scale(*shot.frame));
      frame->pts = shot.pts;
      frame->pict_type = shot.first ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
      CHALK_TRY(encode(frame.get()));
    }
    CHALK_TRY(encode(nullptr));
    CHALK_TRY(decode(nullptr));
    return compare_rest();
  }

  [[nodiscard]] ProbedBytes bytes() const {
    ProbedBytes sum;
    for (const Shown& shot : shown_) {
      const auto found = sizes_.find(shot.pts);
      if (found == sizes_.end()) continue;
      auto& [bytes, pictures] = shot.first ? sum.idrs : shot.repeat ? sum.repeats : sum.predicted;
      bytes += found->second;
      ++pictures;
      if (!shot.first && !shot.repeat) sum.area += shot.area;
    }
    return sum;
  }
  [[nodiscard]] double quality() const { return weight_ > 0 ? quality_ / weight_ : 0; }

 private:
  [[nodiscard]] bool is_av1() const { return point_.codec == Codec::kAv1; }

  Result<void> open_decoder() {
    const AVCodec* decoder =
        is_av1() ? avcodec_find_decoder_by_name("libdav1d") : avcodec_find_decoder(AV_CODEC_ID_H264);
    if (decoder == nullptr) return Error(Errc::kInternal, "libdav1d is missing", "install Debian's libavcodec59");
    decoder_.reset(avcodec_alloc_context3(decoder));
    if (!decoder_) return av::error(AVERROR(ENOMEM), "opening a decoder");
    av::CodecParametersPtr parameters(avcodec_parameters_alloc());
    int status = avcodec_parameters_from_context(parameters.get(), encoder_.get());
    if (status >= 0) status = avcodec_parameters_to_context(decoder_.get(), parameters.get());
    decoder_->thread_count = 1;
    if (status >= 0) status = avcodec_open2(decoder_.get(), nullptr, nullptr);
    return status < 0 ? Result<void>(av::error(status, "opening a decoder")) : Result<void>();
  }

  Result<void> encode(const AVFrame* frame) {
    int status = avcodec_send_frame(encoder_.get(), frame);
    if (status < 0) return av::error(status, "probing an encode");
    for (;;) {
      const auto packet = av::make_packet();
      status = avcodec_receive_packet(encoder_.get(), packet.get());
      if (status == AVERROR(EAGAIN) || status == AVERROR_EOF) return {};
      if (status < 0) return av::error(status, "probing an encode");
      sizes_[packet->pts] = packet->size;
      CHALK_TRY(decode(packet.get()));
    }
  }

  Result<void> decode(const AVPacket* packet) {
    int broken = 0;
    const auto frame = av::make_frame();
    return av::decode(*decoder_, packet, *frame, broken, [&](AVFrame& decoded) { return show(decoded); });
  }

  // Compares the picture that stood until now with all that was to be seen meanwhile.
  Result<void> show(const AVFrame& decoded) {
    CHALK_TRY(compare_until(decoded.pts));
    on_screen_ = av::share(decoded);
    return {};
  }
  Result<void> compare_rest() { return compare_until(shown_.back().pts + 1); }

  Result<void> compare_until(Ticks pts) {
    av::FramePtr large;
    for (; next_ < shown_.size() && shown_[next_].pts < pts; ++next_) {
      const Shown& shot = shown_[next_];
      if (!on_screen_ || !shot.compared) continue;
      if (!large) {
        CHALK_TRY_ASSIGN(large, up_.scale(*on_screen_));
      }
      const double weight = std::min(kMostSeconds, static_cast<double>(shot.duration) / timescale_);
      quality_ += weight * picture_quality(*shot.frame, *large);
      weight_ += weight;
    }
    return {};
  }

  const ProbePoint& point_;
  const Timescale timescale_;
  const Open& open_;
  const std::vector<Shown> shown_;
  Scaler down_, up_;
  av::CodecPtr encoder_, decoder_;
  std::map<Ticks, int> sizes_;
  av::FramePtr on_screen_;
  std::size_t next_ = 0;
  double quality_ = 0, weight_ = 0;
};

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

double reckon_kbps(const ByteModel& model, const std::vector<PlannedFrame>& frames, const std::vector<bool>& kept,
                   const LessonAnalysis& analysis) {
  double bytes = 0;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    if (!kept[i]) continue;
    const PlannedFrame& frame = frames[i];
    bytes += frame.starts_segment ? model.idr
             : frame.repeat       ? model.repeat
                                  : model.repeat + frame.area * model.whole_picture;
  }
  const double seconds = std::max(kLeastSeconds, static_cast<double>(analysis.end) / analysis.timescale);
  return bytes * 8 / 1000 / seconds;
}

struct Probed {
  ProbedBytes bytes;
  double quality = 0;
};
using LineUp = std::function<std::vector<Shown>(const ProbePoint&)>;

// All candidates, by `threads` at once; each in its candidate's place.
Result<std::vector<Probed>> probe_all(std::span<const ProbePoint> candidates, const LineUp& shown, Timescale timescale,
                                      const Open& open, int threads, const std::stop_token& stop) {
  std::vector<Probed> found(candidates.size());
  std::mutex failure_mutex;
  std::optional<Error> failure;
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t i = next++; i < candidates.size(); i = next++) {
      ProbeEncode encode(candidates[i], shown(candidates[i]), timescale, open);
      if (const auto done = encode.run(stop); !done) {
        const std::lock_guard lock(failure_mutex);
        failure = done.error();
        return;
      }
      found[i] = {encode.bytes(), encode.quality()};
    }
  };
  {
    std::vector<std::jthread> pool;
    for (int i = 0; i < std::max(1, threads); ++i) pool.emplace_back(work);  // libav and x264 do not throw
  }
  if (failure) return *failure;
  return found;
}

}  // namespace

Result<ProbeResult> probe_encodes(std::span<const ProbePoint> candidates, std::span<const ProbePiece> pieces,
                                  const std::vector<PlannedFrame>& frames, const LessonAnalysis& analysis, int threads,
                                  const std::stop_token& stop) {
  const ContentKind kind = kind_of(analysis);
  const Open open = [&](const ProbePoint& point, const AVFrame& like) {
    const av::PictureFormat format{point.width, point.height, pixel_format(point.codec), analysis.timescale,
                                   kProbedRate};
    if (point.codec == Codec::kAv1) return open_svt_av1({format, point.crf, kAv1Preset, threads}, like);
    X264Settings settings;
    settings.format = format;
    settings.crf = point.crf;
    settings.preset = kind == ContentKind::kStill ? kStillPreset : kMovingPreset;
    settings.probing = true;
    settings.kind = kind;
    return open_x264(settings, like);
  };
  const LineUp shown = [&](const ProbePoint& point) { return line_up(pieces, point.interval, analysis.timescale); };
  // Encoders of AV1 use all threads themselves, one after the other (svt_av1.hpp).
  const bool one_by_one = std::any_of(candidates.begin(), candidates.end(),
                                      [](const ProbePoint& point) { return point.codec == Codec::kAv1; });
  const auto share = [&](Codec codec) {
    const bool still = kind == ContentKind::kStill;
    if (codec == Codec::kAv1) return still ? kShareAv1Still : kShareAv1;
    return still ? kShareStill : kShareMoving;
  };
  CHALK_TRY_ASSIGN(const std::vector<Probed> probed,
                   probe_all(candidates, shown, analysis.timescale, open, one_by_one ? 1 : threads, stop));
  ProbeResult result;
  result.points.assign(candidates.begin(), candidates.end());
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    result.bytes.push_back(model_of(probed[i].bytes, share(candidates[i].codec)));
    result.points[i].quality = probed[i].quality;
    result.points[i].kbps =
        reckon_kbps(result.bytes[i], frames, thin_frames(frames, candidates[i].interval, analysis.timescale), analysis);
  }
  return result;
}

Result<std::vector<ProbePoint>> probe_ordinary_ladder(const VideoFacts& video, std::span<const ProbePiece> pieces,
                                                      const LessonAnalysis& analysis, int threads,
                                                      const std::stop_token& stop) {
  std::vector<ProbePoint> points = ordinary_candidates(video);
  const double rate = ordinary_rate(analysis);
  const auto step = std::max<Ticks>(1, std::llround(analysis.timescale / rate));
  const Open open = [&](const ProbePoint& point, const AVFrame& like) {
    return open_ordinary_x264(point, rate, analysis.timescale, like);
  };
  const std::size_t most = kind_of(analysis) == ContentKind::kStill ? kOrdinaryShots : SIZE_MAX;
  const LineUp shown = [&](const ProbePoint&) { return line_up_ordinary(pieces, step, most); };
  CHALK_TRY_ASSIGN(const std::vector<Probed> probed, probe_all(points, shown, analysis.timescale, open, threads, stop));
  for (std::size_t i = 0; i < points.size(); ++i) {
    points[i].quality = probed[i].quality;
    points[i].kbps = ordinary_kbps(probed[i].bytes, analysis);
  }
  return points;
}

}  // namespace chalkline::transcode
