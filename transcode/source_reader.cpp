// Demux and decode, in file order, on one thread.
#include "transcode/source_reader.hpp"

extern "C" {
#include <libavutil/mathematics.h>
}

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "transcode/av/decoder.hpp"
#include "transcode/av/error.hpp"
#include "transcode/av/input.hpp"
#include "transcode/av/timestamps.hpp"
#include "transcode/picture.hpp"
#include "transcode/segmenter.hpp"
#include "transcode/sound_clock.hpp"
#include "transcode/text.hpp"

namespace chalkline::transcode {

namespace {

constexpr AVRational kMicroseconds{1, 1'000'000};
constexpr double kHoldLastPictureSeconds = 0.3;
constexpr std::int64_t kDecoderTailUs = 100'000;

// Pictures on the way to the outlet: each waits for the next one, which tells how long it stands.
class PictureLine {
 public:
  PictureLine(const VideoFacts& facts, const EncodingOptions& options, MediaTime expected_end,
              SegmentTimeline& timeline, DecodedOutlet& outlet)
      : facts_(facts),
        segmenter_(options, facts.timescale, expected_end.in(facts.timescale)),
        timeline_(timeline),
        outlet_(outlet),
        least_step_(options.max_frame_rate > 0 ? static_cast<Ticks>(facts.timescale) / options.max_frame_rate : 0),
        poster_(expected_end) {}

  Result<void> add(av::FramePtr frame, Ticks pts) {
    const Ticks nominal = facts_.frame_rate.known() ? facts_.timescale * facts_.frame_rate.den / facts_.frame_rate.num
                                                    : facts_.timescale / 25;
    nominal_ = frame->pkt_duration > 0 ? std::max<Ticks>(1, frame->pkt_duration) : std::max<Ticks>(1, nominal);
    if (waiting_) {
      // Above the highest frame rate whole frames are left out. An eighth of a step of slack forgives jittering clocks;
      // a frame that came early is paid for by the next.
      if (pts <= waiting_pts_ || pts < due_ - least_step_ / 8) {
        last_end_ = std::max(last_end_, pts + nominal_);
        return {};
      }
      CHALK_TRY(deliver_waiting_until(pts));
    } else {
      pts = 0;  // the first picture stands from the lesson's start
    }
    due_ = pts < due_ ? due_ + least_step_ : pts + least_step_;
    poster_.consider(*frame, {pts, facts_.timescale});
    waiting_ = std::move(frame);
    waiting_pts_ = pts;
    last_end_ = std::max(last_end_, pts + nominal_);
    return {};
  }

  [[nodiscard]] bool empty() const { return !waiting_; }
  [[nodiscard]] MediaTime end() const { return {last_end_, facts_.timescale}; }
  [[nodiscard]] const PosterPicker& poster() const { return poster_; }

  // The last picture stands until the lesson's end.
  Result<void> finish(Ticks end) {
    return waiting_ ? deliver_waiting_until(std::max(end, waiting_pts_ + 1)) : Result<void>();
  }

 private:
  Result<void> deliver_waiting_until(Ticks until) {
    // A still picture that outlasts a segment is shown again, so that no segment grows without end.
    for (;;) {
      const bool starts = segmenter_.starts_segment(waiting_pts_);
      const MediaTime at{waiting_pts_, facts_.timescale};
      if (starts)
        timeline_.add_boundary(at);
      else
        timeline_.decide_until(at);
      const Ticks stop_at = segmenter_.must_end_by();
      const Ticks piece_end = until > stop_at && stop_at > waiting_pts_ ? stop_at : until;
      CHALK_TRY(outlet_.picture({av::share(*waiting_), waiting_pts_, piece_end - waiting_pts_, starts}));
      if (piece_end == until) return {};
      waiting_pts_ = piece_end;
    }
  }

  const VideoFacts& facts_;
  Segmenter segmenter_;
  SegmentTimeline& timeline_;
  DecodedOutlet& outlet_;
  const Ticks least_step_;
  PosterPicker poster_;
  av::FramePtr waiting_;
  Ticks waiting_pts_ = 0;
  Ticks due_ = 0;  // when the next frame may come
  Ticks nominal_ = 1;
  Ticks last_end_ = 0;
};

class Reader {
 public:
  Reader(const SourceFacts& facts, const EncodingOptions& options, SegmentTimeline& timeline, DecodedOutlet& outlet)
      : facts_(facts), options_(options), timeline_(timeline), outlet_(outlet) {}

  Result<ReadOutcome> run(const std::filesystem::path& path, const std::stop_token& stop) {
    CHALK_TRY_ASSIGN(av::Input input, av::Input::open(path, av::kMediaContainers, stop));
    CHALK_TRY(open_decoders(input.context()));
    av::TimestampRepair repair(input.context());
    auto packet = av::make_packet();
    int ended = 0;
    while (true) {
      if (stop.stop_requested()) return Error(Errc::kCancelled, "transcoding was stopped");
      ended = input.read(*packet);
      if (ended < 0) break;
      repair.apply(*packet);
      auto taken = take_packet(*packet);
      av_packet_unref(packet.get());
      if (!taken) return taken.error();
      outlet_.tick();
    }
    if (stop.stop_requested()) return Error(Errc::kCancelled, "transcoding was stopped");
    CHALK_TRY(drain_decoders());
    return conclude(path.string(), ended);
  }

 private:
  struct AudioInput {
    int stream;
    av::CodecPtr decoder;
    SoundClock clock;
  };
  struct TextInput {
    int stream;
    av::CodecPtr decoder;
    std::vector<Cue> cues;
  };

  Result<void> open_decoders(const AVFormatContext& context) {
    context_ = &context;
    for (unsigned i = 0; i < context.nb_streams; ++i) context.streams[i]->discard = AVDISCARD_ALL;
    const auto use = [&](int stream, int threads) -> Result<av::CodecPtr> {
      if (stream < 0 || stream >= static_cast<int>(context.nb_streams))
        return Error(Errc::kUnusableInput, "the file changed while it was being read");
      context.streams[stream]->discard = AVDISCARD_DEFAULT;
      return av::open_decoder(*context.streams[stream], threads);
    };
    if (facts_.video) {
      CHALK_TRY_ASSIGN(video_decoder_, use(facts_.video->stream, 0));
      const AVRational base = context.streams[facts_.video->stream]->time_base;
      normaliser_.emplace(*facts_.video, base);
      line_.emplace(*facts_.video, options_, MediaTime{facts_.duration_us, 1'000'000}, timeline_, outlet_);
    } else {
      segmenter_.emplace(options_, kSampleRate, MediaTime{facts_.duration_us, 1'000'000}.in(kSampleRate));
    }
    for (const AudioFacts& audio : facts_.audio) {
      CHALK_TRY_ASSIGN(auto decoder, use(audio.stream, 1));
      audio_.push_back({audio.stream, std::move(decoder), {}});
    }
    for (const TextFacts& text : facts_.text) {
      CHALK_TRY_ASSIGN(auto decoder, use(text.stream, 1));
      text_.push_back({text.stream, std::move(decoder), {}});
    }
    return {};
  }

  Result<void> take_packet(AVPacket& packet) {
    if (facts_.video && packet.stream_index == facts_.video->stream) return decode_video(&packet);
    for (std::size_t i = 0; i < audio_.size(); ++i)
      if (packet.stream_index == audio_[i].stream) return decode_audio(i, &packet);
    for (TextInput& text : text_)
      if (packet.stream_index == text.stream)
        append_cues(*text.decoder, packet, context_->streams[text.stream]->time_base, facts_.origin_us, text.cues);
    return {};
  }

  Result<void> decode_video(const AVPacket* packet) {
    const AVRational base = context_->streams[facts_.video->stream]->time_base;
    const auto place = [&](av::FramePtr picture) -> Result<void> {
      // The origin in the picture's ticks; the normaliser has put pts into the lesson's timescale already.
      const Ticks origin =
          av_rescale_q(facts_.origin_us, kMicroseconds, {1, static_cast<int>(facts_.video->timescale)});
      const Ticks pts = picture->pts - origin;
      return line_->add(std::move(picture), pts);
    };
    CHALK_TRY(av::decode(*video_decoder_, packet, *frame_, broken_, [&](AVFrame& decoded) -> Result<void> {
      if (decoded.width <= 0 || decoded.height <= 0) return {};
      std::int64_t pts = decoded.best_effort_timestamp;
      if (pts == AV_NOPTS_VALUE) pts = last_video_pts_ == AV_NOPTS_VALUE ? 0 : last_video_pts_ + guess_duration(base);
      last_video_pts_ = pts;
      decoded.pts = pts;
      // Filters carry the duration along without minding that they change the time base.
      decoded.pkt_duration = av_rescale_q(decoded.pkt_duration, base, {1, static_cast<int>(facts_.video->timescale)});
      ++pictures_;
      return normaliser_->feed(&decoded, place);
    }));
    if (packet == nullptr) CHALK_TRY(normaliser_->feed(nullptr, place));
    return {};
  }

  [[nodiscard]] std::int64_t guess_duration(AVRational base) const {
    const Ratio rate = facts_.video->frame_rate.known() ? facts_.video->frame_rate : Ratio{25, 1};
    return std::max<std::int64_t>(1, av_rescale_q(1, {static_cast<int>(rate.den), static_cast<int>(rate.num)}, base));
  }

  Result<void> decode_audio(std::size_t track, const AVPacket* packet) {
    AudioInput& input = audio_[track];
    const AVRational base = context_->streams[input.stream]->time_base;
    return av::decode(*input.decoder, packet, *frame_, broken_, [&](AVFrame& decoded) -> Result<void> {
      if (decoded.sample_rate <= 0 || decoded.nb_samples <= 0) return {};
      std::optional<std::int64_t> stamp;
      if (decoded.best_effort_timestamp != AV_NOPTS_VALUE)
        stamp = av_rescale_q(decoded.best_effort_timestamp, base, kMicroseconds) - facts_.origin_us;
      const std::int64_t at_us =
          input.clock.place(stamp, av_rescale(decoded.nb_samples, 1'000'000, decoded.sample_rate));
      sound_end_us_ = std::max(sound_end_us_, input.clock.end());
      ++sounds_;
      if (segmenter_ && track == 0) mark_audio_boundary(at_us);
      return outlet_.sound(track, {av::share(decoded), at_us});
    });
  }

  // Without video the first audio track's clock makes the boundaries.
  void mark_audio_boundary(std::int64_t at_us) {
    const Ticks at = std::max<Ticks>(0, av_rescale(at_us, kSampleRate, 1'000'000));
    const Ticks pts = any_boundary_ ? at : 0;
    const MediaTime time{pts, kSampleRate};
    if (segmenter_->starts_segment(pts))
      timeline_.add_boundary(time);
    else
      timeline_.decide_until(time);
    any_boundary_ = true;
  }

  Result<void> drain_decoders() {
    if (facts_.video) CHALK_TRY(decode_video(nullptr));
    for (std::size_t i = 0; i < audio_.size(); ++i) CHALK_TRY(decode_audio(i, nullptr));
    return {};
  }

  Result<ReadOutcome> conclude(const std::string& name, int ended) {
    const bool no_pictures = !line_ || line_->empty();
    if (no_pictures && (facts_.video || sounds_ == 0))
      return Error(Errc::kUnusableInput, name + " could be opened but nothing in it could be decoded",
                   "the recording is damaged; record or export it again");
    ReadOutcome outcome;
    const Timescale scale = facts_.video ? facts_.video->timescale : static_cast<Timescale>(kSampleRate);
    // What a drained decoder gives beyond the last packet's end is its own tail, not the recording's.
    const bool own_tail = sound_end_us_ > facts_.duration_us && sound_end_us_ - facts_.duration_us < kDecoderTailUs;
    const MediaTime sound_end{std::max<std::int64_t>(0, own_tail ? facts_.duration_us : sound_end_us_), 1'000'000};
    outcome.end = {sound_end.in(scale), scale};
    if (line_) {
      // The last picture is held under sound that goes on; for less than a blink it is not worth an odd frame duration.
      const MediaTime picture_end = line_->end();
      const bool hold = outcome.end.seconds() - picture_end.seconds() > kHoldLastPictureSeconds;
      CHALK_TRY(line_->finish((hold ? outcome.end : picture_end).ticks));
      outcome.end = std::max(picture_end, outcome.end);
      CHALK_TRY_ASSIGN(outcome.poster, line_->poster().encode());
    }
    timeline_.finish(outcome.end);
    for (TextInput& text : text_) outcome.text.push_back(std::move(text.cues));
    if (ended != AVERROR_EOF)
      outcome.warnings.push_back(fmt::format("reading stopped at {}: {}; what came before was published",
                                             format_clock(outcome.end), av::message(ended)));
    if (broken_ > 0)
      outcome.warnings.push_back(
          fmt::format("{} damaged packet(s) could not be decoded and were passed over", broken_));
    return outcome;
  }

  const SourceFacts& facts_;
  const EncodingOptions& options_;
  SegmentTimeline& timeline_;
  DecodedOutlet& outlet_;
  const AVFormatContext* context_ = nullptr;
  av::CodecPtr video_decoder_;
  std::optional<PictureNormaliser> normaliser_;
  std::optional<PictureLine> line_;
  std::optional<Segmenter> segmenter_;  // for lessons without video
  std::vector<AudioInput> audio_;
  std::vector<TextInput> text_;
  av::FramePtr frame_ = av::make_frame();
  std::int64_t last_video_pts_ = AV_NOPTS_VALUE;
  std::int64_t sound_end_us_ = 0;
  std::int64_t pictures_ = 0;
  std::int64_t sounds_ = 0;
  int broken_ = 0;
  bool any_boundary_ = false;
};

}  // namespace

Result<ReadOutcome> read_source(const std::filesystem::path& path, const SourceFacts& facts,
                                const EncodingOptions& options, SegmentTimeline& timeline, DecodedOutlet& outlet,
                                std::stop_token stop) {
  Reader reader(facts, options, timeline, outlet);
  return reader.run(path, stop);
}

}  // namespace chalkline::transcode
