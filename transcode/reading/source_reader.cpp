// Demux and decode, in file order.
#include "transcode/reading/source_reader.hpp"

extern "C" {
#include <libavutil/mathematics.h>
}

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <thread>

#include <fmt/format.h>

#include "transcode/av/decoder.hpp"
#include "transcode/av/error.hpp"
#include "transcode/av/input.hpp"
#include "transcode/av/timestamps.hpp"
#include "transcode/beside/text.hpp"
#include "transcode/reading/picture.hpp"
#include "transcode/reading/read_ahead.hpp"
#include "transcode/sound/sound_clock.hpp"

namespace chalkline::transcode {

namespace {

constexpr AVRational kMicroseconds{1, 1'000'000};
constexpr std::int64_t kDecoderTailUs = 100'000;

// Half of the cores: whoever takes the pictures needs the others, and what threads of a decoder tell each other costs.
// With two cores, two threads decode no sooner than one and take a third more processor time (480 to 1080 lines).
int decoding_threads() { return std::max(1, static_cast<int>(std::thread::hardware_concurrency() / 2)); }

class Reader {
 public:
  Reader(const SourceFacts& facts, const Reading& reading, DecodedOutlet& outlet)
      : facts_(facts), reading_(reading), outlet_(outlet) {}

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
    CHALK_TRY(read_side_sounds(stop));
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
    if (facts_.video && !reading_.pictures_kept) {
      CHALK_TRY_ASSIGN(video_decoder_, use(facts_.video->stream, decoding_threads()));
      const AVRational base = context.streams[facts_.video->stream]->time_base;
      normaliser_.emplace(*facts_.video, base);
      prepare_choice();
    }
    if (reading_.what == ReadWhat::kPictures) return {};
    for (const AudioFacts& audio : facts_.audio) {
      if (!audio.file.empty()) {
        audio_.push_back({-1, nullptr, {}});  // read_side_sounds
        continue;
      }
      CHALK_TRY_ASSIGN(auto decoder, use(audio.stream, 1));
      audio_.push_back({audio.stream, std::move(decoder), {}});
    }
    if (reading_.what == ReadWhat::kPicturesAndSound) return {};
    for (const TextFacts& text : facts_.text) {
      CHALK_TRY_ASSIGN(auto decoder, use(text.stream, 1));
      text_.push_back({text.stream, std::move(decoder), {}});
    }
    return {};
  }

  void prepare_choice() {
    const AVCodecContext& codec = *video_decoder_;
    if (codec.codec_id != AV_CODEC_ID_H264 || facts_.video->interlaced) return;
    length_size_ = h264_length_size(bytes_of(codec.extradata, codec.extradata_size));
    const int macroblocks = ((codec.width + 15) / 16) * ((codec.height + 15) / 16);
    if (reading_.map != nullptr)
      chooser_.emplace(*reading_.map, reading_.wanted);
    else
      mapper_.emplace(reading_.pass_over_trifles, macroblocks, facts_.video->timescale);
  }

  static std::span<const std::byte> bytes_of(const std::uint8_t* data, int size) {
    return {reinterpret_cast<const std::byte*>(data), static_cast<std::size_t>(std::max(0, size))};
  }

  bool is_needed(const AVPacket& packet) {
    if (!mapper_ && !chooser_) return true;
    CodedPicture coded;
    coded.h264 = describe_h264(bytes_of(packet.data, packet.size), length_size_);
    coded.bytes = packet.size;
    coded.hidden = (packet.flags & AV_PKT_FLAG_DISCARD) != 0;
    const bool is_whole = (packet.flags & AV_PKT_FLAG_CORRUPT) == 0;
    const bool new_sets = av_packet_get_side_data(&packet, AV_PKT_DATA_NEW_EXTRADATA, nullptr) != nullptr;
    if (packet.pts == AV_NOPTS_VALUE || !is_whole || new_sets)
      coded.h264.known = false;
    else
      coded.pts = lesson_ticks(packet.pts);
    if (chooser_) return chooser_->needs(coded);
    if (mapper_->needs(coded)) return true;
    const Ticks nominal = packet.duration > 0 ? in_video_ticks(packet.duration) : nominal_ticks();
    passed_over_.emplace(coded.pts, std::max<Ticks>(1, nominal));
    return false;
  }

  // From the stream's clock to the lesson's, as the normaliser and place() do it.
  [[nodiscard]] Ticks in_video_ticks(std::int64_t stamp) const {
    return av_rescale_q(stamp, context_->streams[facts_.video->stream]->time_base,
                        {1, static_cast<int>(facts_.video->timescale)});
  }
  [[nodiscard]] Ticks lesson_ticks(std::int64_t stamp) const { return in_video_ticks(stamp) - origin_ticks(); }
  [[nodiscard]] Ticks origin_ticks() const {
    return av_rescale_q(facts_.origin_us, kMicroseconds, {1, static_cast<int>(facts_.video->timescale)});
  }

  void tell_passed_over(Ticks before) {
    for (auto it = passed_over_.begin(); it != passed_over_.end() && it->first < before; it = passed_over_.erase(it))
      outlet_.passed_over(it->first, it->second);
  }

  Result<void> take_packet(AVPacket& packet) {
    if (video_decoder_ && packet.stream_index == facts_.video->stream)
      return is_needed(packet) ? decode_video(&packet) : Result<void>();
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
      // The normaliser has put pts into the lesson's timescale already.
      const Ticks pts = picture->pts - origin_ticks();
      const Ticks nominal = std::max<Ticks>(1, picture->pkt_duration > 0 ? picture->pkt_duration : nominal_ticks());
      any_picture_ = true;
      if (mapper_) mapper_->came_out(pts);
      tell_passed_over(pts);
      return outlet_.picture({std::move(picture), pts, nominal});
    };
    CHALK_TRY(av::decode(*video_decoder_, packet, *frame_, broken_pictures_, [&](AVFrame& decoded) -> Result<void> {
      if (decoded.width <= 0 || decoded.height <= 0) return {};
      std::int64_t pts = decoded.best_effort_timestamp;
      if (pts == AV_NOPTS_VALUE) pts = last_video_pts_ == AV_NOPTS_VALUE ? 0 : last_video_pts_ + guess_duration(base);
      last_video_pts_ = pts;
      decoded.pts = pts;
      // Filters carry the duration along without minding that they change the time base.
      decoded.pkt_duration = in_video_ticks(decoded.pkt_duration);
      if (mapper_ && decoded.interlaced_frame != 0) mapper_->give_up();
      return normaliser_->feed(&decoded, place);
    }));
    if (packet == nullptr) CHALK_TRY(normaliser_->feed(nullptr, place));
    return {};
  }

  [[nodiscard]] std::int64_t guess_duration(AVRational base) const {
    const Ratio rate = facts_.video->frame_rate.known() ? facts_.video->frame_rate : Ratio{25, 1};
    return std::max<std::int64_t>(1, av_rescale_q(1, {static_cast<int>(rate.den), static_cast<int>(rate.num)}, base));
  }

  [[nodiscard]] Ticks nominal_ticks() const {
    const VideoFacts& video = *facts_.video;
    return video.frame_rate.known() ? video.timescale * video.frame_rate.den / video.frame_rate.num
                                    : video.timescale / 25;
  }

  // Tracks that are files of their own come when the recording has been read: each encoder has a queue of its own.
  Result<void> read_side_sounds(const std::stop_token& stop) {
    for (std::size_t track = 0; track < audio_.size(); ++track) {
      const AudioFacts& facts = facts_.audio[track];
      if (facts.file.empty()) continue;
      CHALK_TRY_ASSIGN(av::Input input, av::Input::open(facts.file, av::kMediaContainers, stop));
      const AVFormatContext& context = input.context();
      if (facts.stream >= static_cast<int>(context.nb_streams))
        return Error(Errc::kUnusableInput, "the file changed while it was being read");
      for (unsigned i = 0; i < context.nb_streams; ++i)
        context.streams[i]->discard = static_cast<int>(i) == facts.stream ? AVDISCARD_DEFAULT : AVDISCARD_ALL;
      CHALK_TRY_ASSIGN(audio_[track].decoder, av::open_decoder(*context.streams[facts.stream], 1));
      audio_[track].stream = facts.stream;
      context_ = &context;
      av::TimestampRepair repair(context);
      auto packet = av::make_packet();
      int ended = 0;
      while ((ended = input.read(*packet)) >= 0) {
        repair.apply(*packet);
        auto taken = packet->stream_index == facts.stream ? decode_audio(track, packet.get()) : Result<void>();
        av_packet_unref(packet.get());
        if (!taken) return taken.error();
        outlet_.tick();
      }
      if (stop.stop_requested()) return Error(Errc::kCancelled, "transcoding was stopped");
      CHALK_TRY(decode_audio(track, nullptr));
      audio_[track].decoder.reset();
      context_ = nullptr;  // goes with its input
      if (ended != AVERROR_EOF)
        cut_off_.push_back(facts.file.filename().string() + " could not be read to its end: " + av::message(ended));
    }
    return {};
  }

  Result<void> decode_audio(std::size_t track, const AVPacket* packet) {
    AudioInput& input = audio_[track];
    const AudioFacts& facts = facts_.audio[track];
    const std::int64_t origin_us = facts.file.empty() ? facts_.origin_us : facts.file_origin_us;
    const AVRational base = context_->streams[input.stream]->time_base;
    return av::decode(*input.decoder, packet, *frame_, broken_, [&](AVFrame& decoded) -> Result<void> {
      if (decoded.sample_rate <= 0 || decoded.nb_samples <= 0) return {};
      std::optional<std::int64_t> stamp;
      if (decoded.best_effort_timestamp != AV_NOPTS_VALUE)
        stamp = av_rescale_q(decoded.best_effort_timestamp, base, kMicroseconds) - origin_us;
      const std::int64_t at_us =
          input.clock.place(stamp, av_rescale(decoded.nb_samples, 1'000'000, decoded.sample_rate));
      sound_end_us_ = std::max(sound_end_us_, input.clock.end());
      ++sounds_;
      return outlet_.sound(track, {av::share(decoded), at_us});
    });
  }

  Result<void> drain_decoders() {
    if (video_decoder_) CHALK_TRY(decode_video(nullptr));
    tell_passed_over(std::numeric_limits<Ticks>::max());
    for (std::size_t i = 0; i < audio_.size(); ++i)
      if (audio_[i].decoder) CHALK_TRY(decode_audio(i, nullptr));
    return {};
  }

  Result<ReadOutcome> conclude(const std::string& name, int ended) {
    if (!any_picture_ && !reading_.pictures_kept && (facts_.video || sounds_ == 0))
      return Error(Errc::kUnusableInput, name + " could be opened but nothing in it could be decoded",
                   "the recording is damaged; record or export it again");
    ReadOutcome outcome;
    outcome.pictures = any_picture_;
    outcome.sounds = sounds_ > 0;
    // What a drained decoder gives beyond the last packet's end is its own tail, not the recording's.
    const bool own_tail = sound_end_us_ > facts_.duration_us && sound_end_us_ - facts_.duration_us < kDecoderTailUs;
    outcome.sound_end = {std::max<std::int64_t>(0, own_tail ? facts_.duration_us : sound_end_us_), 1'000'000};
    for (TextInput& text : text_) outcome.text.push_back(std::move(text.cues));
    outcome.whole = ended == AVERROR_EOF;
    outcome.ended = ended;
    if (mapper_ && broken_pictures_ == 0) outcome.map = mapper_->conclude();
    outcome.warnings = std::move(cut_off_);
    broken_ += broken_pictures_;
    if (broken_ > 0)
      outcome.warnings.push_back(
          fmt::format("{} damaged packet(s) could not be decoded and were passed over", broken_));
    return outcome;
  }

  const SourceFacts& facts_;
  const Reading& reading_;
  DecodedOutlet& outlet_;
  const AVFormatContext* context_ = nullptr;
  av::CodecPtr video_decoder_;
  std::optional<PictureNormaliser> normaliser_;
  std::vector<AudioInput> audio_;
  std::vector<TextInput> text_;
  av::FramePtr frame_ = av::make_frame();
  std::int64_t last_video_pts_ = AV_NOPTS_VALUE;
  std::int64_t sound_end_us_ = 0;
  std::int64_t sounds_ = 0;
  int broken_ = 0, broken_pictures_ = 0;
  std::vector<std::string> cut_off_;       // what is said of sounds that are files of their own
  std::optional<PictureMapper> mapper_;    // of a first reading
  std::optional<PictureChooser> chooser_;  // of one that follows
  int length_size_ = 0;                    // as h264_packet.hpp has it
  std::map<Ticks, Ticks> passed_over_;     // when, and for how long; not told yet
  bool any_picture_ = false;
};

}  // namespace

Result<ReadOutcome> read_source(const std::filesystem::path& path, const SourceFacts& facts, const Reading& reading,
                                DecodedOutlet& outlet, std::stop_token stop) {
  return read_ahead(outlet, [&](DecodedOutlet& into) {
    Reader reader(facts, reading, into);
    return reader.run(path, stop);
  });
}

std::string describe_stop(const ReadOutcome& outcome, MediaTime at) {
  return fmt::format("reading stopped at {}: {}; what came before was published", format_clock(at),
                     av::message(outcome.ended));
}

}  // namespace chalkline::transcode
