// Encode, decode, compare, reckon.
#include "transcode/probe_encodes.hpp"

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

#include "transcode/av/decoder.hpp"
#include "transcode/av/error.hpp"
#include "transcode/quality.hpp"
#include "transcode/scaler.hpp"
#include "transcode/x264.hpp"

namespace chalkline::transcode {

namespace {

// Faster than the rungs' own preset; the order of candidates is the same. What the whole lesson at its own preset takes
// of the bits that pieces foretell, measured: a camera's rungs look further ahead; a slide's spend more on what stands
// long.
constexpr const char* kPreset = "fast";
constexpr double kShareMoving = 0.72, kShareStill = 1.1;
constexpr Ticks kMostRepeats = 12;        // after one picture
constexpr std::size_t kComparisons = 30;  // pictures compared in all
constexpr double kLeastSeconds = 10;      // of a lesson: a shorter clip is its first picture, and its rate says nothing
constexpr double kMostSeconds = 3;        // a still counts for no more than this in the mean

// The pieces as one stream: what a rung would be given, with an IDR at each piece's start.
struct Shown {
  const AVFrame* frame;
  Ticks pts;  // in the stream of pieces
  Ticks duration;
  float area;
  bool first, repeat, kept;
};

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
  return shown;
}

// One candidate. Its own encoder, decoder and scalers; on one thread.
class ProbeEncode {
 public:
  ProbeEncode(const ProbePoint& point, std::span<const ProbePiece> pieces, const LessonAnalysis& analysis)
      : point_(point),
        pieces_(pieces.size()),
        analysis_(analysis),
        shown_(line_up(pieces, point.interval, analysis.timescale)),
        down_(point.width, point.height),
        up_(shown_.front().frame->width, shown_.front().frame->height) {}

  Result<void> run(const std::stop_token& stop) {
    X264Settings settings;
    settings.width = point_.width;
    settings.height = point_.height;
    settings.timescale = analysis_.timescale;
    settings.frame_rate = {30, 1};
    settings.crf = point_.crf;
    settings.preset = kPreset;
    settings.kind = kind_of(analysis_);
    CHALK_TRY_ASSIGN(encoder_, open_x264(settings, *shown_.front().frame));
    CHALK_TRY(open_decoder());
    compare_every_ = std::max<std::size_t>(1, shown_.size() / kComparisons);
    for (const Shown& shot : shown_) {
      if (stop.stop_requested()) return Error(Errc::kCancelled, "transcoding was stopped");
      if (!shot.kept) continue;
      CHALK_TRY_ASSIGN(const av::FramePtr frame, down_.scale(*shot.frame));
      frame->pts = shot.pts;
      frame->pict_type = shot.first ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
      CHALK_TRY(encode(frame.get()));
    }
    CHALK_TRY(encode(nullptr));
    CHALK_TRY(decode(nullptr));
    return compare_rest();
  }

  // Bytes of one IDR, of a wholly new picture and of a repeat.
  [[nodiscard]] ByteModel bytes() const {
    const double share = kind_of(analysis_) == ContentKind::kStill ? kShareStill : kShareMoving;
    double idr = 0, predicted = 0, repeated = 0, area = 0;
    int repeats = 0, pictures = 0;
    for (const Shown& shot : shown_) {
      const auto found = sizes_.find(shot.pts);
      if (found == sizes_.end()) continue;
      const double size = static_cast<double>(found->second) * share;
      if (shot.first) {
        idr += size;
      } else if (shot.repeat) {
        repeated += size;
        ++repeats;
      } else {
        predicted += size;
        area += shot.area;
        ++pictures;
      }
    }
    ByteModel model;
    model.idr = idr / static_cast<double>(pieces_);
    model.repeat = repeats > 0 ? repeated / repeats : 30;
    // What a picture takes beyond a repeat is shared out by area; an IDR's worth for all of it is the most there can
    // be.
    const double beyond = std::max(0.0, predicted - pictures * model.repeat);
    model.whole_picture = std::min(model.idr, area > 0 ? beyond / area : model.idr * 0.5);
    return model;
  }
  [[nodiscard]] double quality() const { return weight_ > 0 ? quality_ / weight_ : 0; }

 private:
  Result<void> open_decoder() {
    decoder_.reset(avcodec_alloc_context3(avcodec_find_decoder(AV_CODEC_ID_H264)));
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
      if (!on_screen_ || shot.repeat || next_ % compare_every_ != 0) continue;
      if (!large) {
        CHALK_TRY_ASSIGN(large, up_.scale(*on_screen_));
      }
      const double weight = std::min(kMostSeconds, static_cast<double>(shot.duration) / analysis_.timescale);
      quality_ += weight * picture_quality(*shot.frame, *large);
      weight_ += weight;
    }
    return {};
  }

  const ProbePoint& point_;
  const std::size_t pieces_;
  const LessonAnalysis& analysis_;
  const std::vector<Shown> shown_;
  Scaler down_, up_;
  av::CodecPtr encoder_, decoder_;
  std::map<Ticks, int> sizes_;
  av::FramePtr on_screen_;
  std::size_t next_ = 0, compare_every_ = 1;
  double quality_ = 0, weight_ = 0;
};

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

}  // namespace

Result<ProbeResult> probe_encodes(std::span<const ProbePoint> candidates, std::span<const ProbePiece> pieces,
                                  const std::vector<PlannedFrame>& frames, const LessonAnalysis& analysis, int threads,
                                  const std::stop_token& stop) {
  ProbeResult result;
  result.points.assign(candidates.begin(), candidates.end());
  result.bytes.resize(candidates.size());
  std::mutex failure_mutex;
  std::optional<Error> failure;
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t i = next++; i < candidates.size(); i = next++) {
      ProbeEncode encode(candidates[i], pieces, analysis);
      if (const auto done = encode.run(stop); !done) {
        const std::lock_guard lock(failure_mutex);
        failure = done.error();
        return;
      }
      result.bytes[i] = encode.bytes();
      result.points[i].quality = encode.quality();
      result.points[i].kbps = reckon_kbps(result.bytes[i], frames,
                                          thin_frames(frames, candidates[i].interval, analysis.timescale), analysis);
    }
  };
  {
    std::vector<std::jthread> pool;
    for (int i = 0; i < std::max(1, threads); ++i) pool.emplace_back(work);  // libav and x264 do not throw
  }
  if (failure) return *failure;
  return result;
}

}  // namespace chalkline::transcode
