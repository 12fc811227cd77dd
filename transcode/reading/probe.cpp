// Probing: headers first, then one pass over the packets for the true origin and end.
#include "transcode/reading/probe.hpp"

extern "C" {
#include <libavutil/display.h>
#include <libavutil/mathematics.h>
#include <libavutil/pixdesc.h>
}

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

#include <fmt/format.h>

#include "transcode/av/dict.hpp"
#include "transcode/av/error.hpp"
#include "transcode/av/input.hpp"
#include "transcode/av/timestamps.hpp"

namespace chalkline::transcode {

namespace {

constexpr AVRational kMicroseconds{1, 1'000'000};
constexpr std::size_t kMaxAudioTracks = 12;
constexpr std::size_t kMaxTextTracks = 32;
constexpr int kMinSide = 16;  // pixels; one macroblock
constexpr unsigned kMaxChapters = 1000;
constexpr std::size_t kMaxLabelBytes = 500;
constexpr std::int64_t kHourUs = 3'600'000'000LL;
constexpr std::int64_t kLongestUs = 24 * kHourUs;
constexpr std::int64_t kLongestHoleUs =
    kHourUs;  // nothing begins for so long: not even a slide under a lecture does that

constexpr std::int64_t kFarthestUs =
    100'000'000'000'000'000LL;  // some cameras count from 1970; none from before history

bool is_impossible(std::int64_t time_us) { return time_us < -kFarthestUs || time_us > kFarthestUs; }

// A file may show the same bytes again (edit lists do), and packed ones grow; but a film is not many times its file.
constexpr std::uint64_t packet_bytes_allowed(std::uint64_t file_bytes) { return 4'000'000 + 4 * file_bytes; }

bool is_text_subtitle(AVCodecID id) {
  const AVCodecDescriptor* descriptor = avcodec_descriptor_get(id);
  return descriptor != nullptr && (descriptor->props & AV_CODEC_PROP_TEXT_SUB) != 0;
}

bool can_decode(const AVStream& stream) { return avcodec_find_decoder(stream.codecpar->codec_id) != nullptr; }

// What a container says of itself, short enough for a table: titles have been found with a book in them.
std::string label_of(const AVDictionary* metadata, const char* key) {
  std::string label = av::metadata(metadata, key);
  if (label.size() <= kMaxLabelBytes) return label;
  std::size_t end = kMaxLabelBytes;
  while (end > 0 && (static_cast<unsigned char>(label[end]) & 0xC0U) == 0x80) --end;  // not inside a letter of UTF-8
  label.resize(end);
  return label + "...";
}

// The display matrix (ISO/IEC 14496-12 6.2.2) as quarter turns and mirrors: phones turn their pictures and front
// cameras mirror them. Odd angles are left as they are.
void read_orientation(const AVStream& stream, VideoFacts& facts) {
  const auto* matrix =
      reinterpret_cast<const std::int32_t*>(av_stream_get_side_data(&stream, AV_PKT_DATA_DISPLAYMATRIX, nullptr));
  if (matrix == nullptr) return;
  const double counter_clockwise = av_display_rotation_get(matrix);
  if (std::isnan(counter_clockwise)) return;
  const int quarter_turns = static_cast<int>(std::lround(-counter_clockwise / 90.0));
  switch (((quarter_turns % 4) + 4) % 4) {
    case 0: facts.upright = matrix[4] < 0 ? "vflip" : ""; break;
    case 1: facts.upright = matrix[3] > 0 ? "transpose=cclock_flip" : "transpose=clock"; break;
    case 2:
      if (matrix[0] < 0) facts.upright = "hflip";
      if (matrix[4] < 0) facts.upright += facts.upright.empty() ? "vflip" : ",vflip";
      break;
    default: facts.upright = matrix[3] < 0 ? "transpose=clock_flip" : "transpose=cclock"; break;
  }
  facts.on_its_side = facts.upright.starts_with("transpose");
}

// A timescale in which the stream's own time base is exact where that is possible and sane.
Timescale timescale_for(const AVStream& stream) {
  AVRational base = stream.time_base;
  av_reduce(&base.num, &base.den, base.num, base.den, 1'000'000'000);
  std::int64_t scale = base.den;
  if (scale < 1 || scale > 1'000'000) return 90'000;
  while (scale < 10'000) scale *= 10;  // room between two pictures for the decode times of those that come early
  return static_cast<Timescale>(scale);
}

VideoFacts video_facts(const AVFormatContext& context, int index) {
  AVStream& stream = *context.streams[index];
  const AVCodecParameters& parameters = *stream.codecpar;
  VideoFacts facts;
  facts.stream = index;
  facts.codec = avcodec_get_name(parameters.codec_id);
  facts.coded_width = parameters.width;
  facts.coded_height = parameters.height;
  read_orientation(stream, facts);
  facts.interlaced = parameters.field_order == AV_FIELD_TT || parameters.field_order == AV_FIELD_BB ||
                     parameters.field_order == AV_FIELD_TB || parameters.field_order == AV_FIELD_BT;
  facts.hdr = parameters.color_trc == AVCOL_TRC_SMPTE2084 || parameters.color_trc == AVCOL_TRC_ARIB_STD_B67;
  const AVRational rate = av_guess_frame_rate(const_cast<AVFormatContext*>(&context), &stream, nullptr);
  if (rate.num > 0 && rate.den > 0) facts.frame_rate = {rate.num, rate.den};
  facts.timescale = timescale_for(stream);

  // Square pixels: the longer way, as every player shows them. ISO/IEC 14496-12 'pasp', ITU-T H.264 E.2.1.
  const AVRational sar = av_guess_sample_aspect_ratio(const_cast<AVFormatContext*>(&context), &stream, nullptr);
  std::int64_t width = parameters.width;
  std::int64_t height = parameters.height;
  if (sar.num > 0 && sar.den > 0 && sar.num != sar.den && sar.num < 16 * sar.den && sar.den < 16 * sar.num) {
    if (sar.num > sar.den)
      width = av_rescale(width, sar.num, sar.den);
    else
      height = av_rescale(height, sar.den, sar.num);
  }
  if (facts.on_its_side) std::swap(width, height);
  facts.width = static_cast<int>(width & ~1);
  facts.height = static_cast<int>(height & ~1);
  return facts;
}

AudioFacts audio_facts(const AVStream& stream) {
  AudioFacts facts;
  facts.stream = stream.index;
  facts.codec = avcodec_get_name(stream.codecpar->codec_id);
  facts.channels = stream.codecpar->ch_layout.nb_channels;
  facts.sample_rate = stream.codecpar->sample_rate;
  facts.language = language_tag(av::metadata(stream.metadata, "language"));
  facts.label = label_of(stream.metadata, "title");
  facts.is_default = (stream.disposition & AV_DISPOSITION_DEFAULT) != 0;
  facts.describes_video = (stream.disposition & (AV_DISPOSITION_VISUAL_IMPAIRED | AV_DISPOSITION_DESCRIPTIONS)) != 0;
  return facts;
}

TextFacts text_facts(const AVStream& stream) {
  TextFacts facts;
  facts.stream = stream.index;
  facts.language = language_tag(av::metadata(stream.metadata, "language"));
  facts.label = label_of(stream.metadata, "title");
  facts.is_default = (stream.disposition & AV_DISPOSITION_DEFAULT) != 0;
  facts.for_hearing_impaired = (stream.disposition & AV_DISPOSITION_HEARING_IMPAIRED) != 0;
  return facts;
}

// Streams of the program that holds the video; all of them where the container knows no programs.
bool in_same_program(const AVFormatContext& context, int video, unsigned stream) {
  if (video < 0 || context.nb_programs < 2) return true;
  AVProgram* program = av_find_program_from_stream(const_cast<AVFormatContext*>(&context), nullptr, video);
  if (program == nullptr) return true;
  const auto* first = program->stream_index;
  return std::find(first, first + program->nb_stream_indexes, stream) != first + program->nb_stream_indexes;
}

void choose_streams(const AVFormatContext& context, SourceFacts& facts) {
  int video = -1;
  for (unsigned i = 0; i < context.nb_streams; ++i) {  // the largest real video; a cover picture is none
    const AVStream& stream = *context.streams[i];
    if (stream.codecpar->codec_type != AVMEDIA_TYPE_VIDEO) continue;
    if (!can_decode(stream)) {
      facts.warnings.push_back(
          fmt::format("the pictures of track {} are of a kind that cannot be decoded and were left out", i));
      continue;
    }
    if ((stream.disposition & (AV_DISPOSITION_ATTACHED_PIC | AV_DISPOSITION_TIMED_THUMBNAILS)) != 0) continue;
    if (stream.codecpar->width <= 0 || stream.codecpar->height <= 0) continue;
    const auto pixels = [&](int s) {
      return static_cast<std::int64_t>(context.streams[s]->codecpar->width) * context.streams[s]->codecpar->height;
    };
    if (video < 0 || pixels(static_cast<int>(i)) > pixels(video)) video = static_cast<int>(i);
  }
  if (video >= 0) facts.video = video_facts(context, video);
  for (unsigned i = 0; i < context.nb_streams; ++i) {
    const AVStream& stream = *context.streams[i];
    if (!in_same_program(context, video, i) || !can_decode(stream)) continue;
    const AVCodecParameters& parameters = *stream.codecpar;
    if (parameters.codec_type == AVMEDIA_TYPE_AUDIO && parameters.sample_rate > 0 &&
        parameters.ch_layout.nb_channels > 0) {
      if (facts.audio.size() < kMaxAudioTracks)
        facts.audio.push_back(audio_facts(stream));
      else
        facts.warnings.push_back(fmt::format("audio track {} was left out: a lesson holds {}", i, kMaxAudioTracks));
    } else if (parameters.codec_type == AVMEDIA_TYPE_SUBTITLE && is_text_subtitle(parameters.codec_id)) {
      if (facts.text.size() < kMaxTextTracks) facts.text.push_back(text_facts(stream));
    } else if (parameters.codec_type == AVMEDIA_TYPE_SUBTITLE) {
      facts.warnings.push_back("subtitles made of pictures (" + std::string(avcodec_get_name(parameters.codec_id)) +
                               ") cannot become text and were left out; add a .srt or .vtt file");
    }
  }
}

void read_chapters(const AVFormatContext& context, SourceFacts& facts) {
  if (context.nb_chapters > kMaxChapters)
    facts.warnings.push_back(fmt::format("{} chapters are more than a list can show; the first {} were kept",
                                         context.nb_chapters, kMaxChapters));
  for (unsigned i = 0; i < std::min(context.nb_chapters, kMaxChapters); ++i) {
    const AVChapter& chapter = *context.chapters[i];
    const auto ms = [&](std::int64_t t) {
      return std::max<std::int64_t>(0, av_rescale_q(t, chapter.time_base, {1, 1000}) - facts.origin_us / 1000);
    };
    std::string title = label_of(chapter.metadata, "title");
    if (title.empty()) title = fmt::format("{}", i + 1);
    if (ms(chapter.end) > ms(chapter.start))
      facts.chapters.push_back({ms(chapter.start), ms(chapter.end), std::move(title)});
  }
}

// Samples that the demuxer asks to be thrown away at a stream's start (encoder delay), as microseconds.
std::int64_t skipped_us(const AVPacket& packet, const AVStream& stream) {
  std::size_t bytes = 0;
  const std::uint8_t* data = av_packet_get_side_data(&packet, AV_PKT_DATA_SKIP_SAMPLES, &bytes);
  if (data == nullptr || bytes < 4 || stream.codecpar->sample_rate <= 0) return 0;
  std::uint32_t samples = 0;
  for (int byte = 3; byte >= 0; --byte) samples = samples << 8 | data[byte];
  return av_rescale(samples, 1'000'000, stream.codecpar->sample_rate);
}

// The length that the file's own headers give, 0 where they give none.
std::int64_t promised_us(const AVFormatContext& context, const std::vector<bool>& wanted) {
  std::int64_t longest = context.duration != AV_NOPTS_VALUE ? context.duration : 0;
  if (context.duration_estimation_method != AVFMT_DURATION_FROM_STREAM) return longest;
  for (unsigned i = 0; i < context.nb_streams; ++i) {
    const AVStream& stream = *context.streams[i];
    if (wanted[i] && stream.duration > 0)
      longest = std::max(longest, av_rescale_q(stream.duration, stream.time_base, kMicroseconds));
  }
  return longest;
}

Error hole(const std::string& name, std::int64_t from_us, std::int64_t until_us) {
  return Error(Errc::kUnusableInput,
               fmt::format("{} holds nothing between {} and {}", name, format_clock({from_us, 1'000'000}),
                           format_clock({until_us, 1'000'000})),
               "record or export it again, without the hole");
}

Result<void> scan_packets(av::Input& input, SourceFacts& facts, const std::string& name, const std::stop_token& stop) {
  const AVFormatContext& context = input.context();
  std::vector<bool> wanted(context.nb_streams, false);
  if (facts.video) wanted[static_cast<std::size_t>(facts.video->stream)] = true;
  for (const AudioFacts& audio : facts.audio) wanted[static_cast<std::size_t>(audio.stream)] = true;

  av::TimestampRepair repair(context);
  auto packet = av::make_packet();
  std::optional<std::int64_t> origin;
  std::int64_t end = 0;
  std::uint64_t packets = 0;
  std::int64_t pictures = 0;
  std::vector<bool> seen(context.nb_streams, false);
  std::optional<std::int64_t> latest;  // beginning of a packet
  std::uint64_t bytes = 0;
  for (;;) {
    if (stop.stop_requested()) return Error(Errc::kCancelled, "reading " + name + " was stopped");
    const int status = input.read(*packet);
    if (status == AVERROR_EXIT) return Error(Errc::kCancelled, "reading " + name + " was stopped");
    if (status < 0) break;  // the end, or as far as it can be read; the reader says which
    const auto index = static_cast<std::size_t>(packet->stream_index);
    repair.apply(*packet);
    bytes += static_cast<std::uint64_t>(packet->size);
    if (bytes > packet_bytes_allowed(input.bytes()))
      return Error(Errc::kUnusableInput, name + " shows the same bytes over and over, or packs far more than it holds",
                   "export the recording again as MP4");
    if (facts.video && packet->stream_index == facts.video->stream) ++pictures;
    if (index < wanted.size() && wanted[index] && (packet->flags & AV_PKT_FLAG_DISCARD) == 0) {
      const AVStream& stream = *context.streams[index];
      const std::int64_t stamp = packet->pts != AV_NOPTS_VALUE ? packet->pts : packet->dts;
      if (stamp != AV_NOPTS_VALUE) {
        ++packets;
        std::int64_t at = av_rescale_q(stamp, stream.time_base, kMicroseconds);
        const std::int64_t lasts = av_rescale_q(packet->duration, stream.time_base, kMicroseconds);
        if (is_impossible(at) || is_impossible(lasts))
          return Error(Errc::kUnusableInput, name + " names times that no clock shows", "record or export it again");
        end = std::max(end, at + lasts);
        if (!seen[index]) at += skipped_us(*packet, stream);
        seen[index] = true;
        if (!origin || at < *origin) origin = at;
        if (latest && at - *latest > kLongestHoleUs) return hole(name, *latest - *origin, at - *origin);
        latest = std::max(latest.value_or(at), at);
      }
    }
    av_packet_unref(packet.get());
  }
  if (packets == 0 || !origin)
    return Error(Errc::kUnusableInput, name + " names tracks but holds no picture and no sound",
                 "the recording was probably not finished; record or export it again");
  facts.origin_us = *origin;
  facts.duration_us = std::max<std::int64_t>(0, end - *origin);
  // Some containers count what they promise from zero, some from their first timestamp.
  const std::int64_t promised = promised_us(context, wanted);
  const std::int64_t kept = std::max(facts.duration_us, end);
  if (facts.duration_us > kLongestUs)
    return Error(Errc::kUnusableInput, fmt::format("{} claims to last {} hours", name, facts.duration_us / kHourUs),
                 "cut it into lessons first");
  if (end - *latest > kLongestHoleUs) return hole(name, *latest - *origin, facts.duration_us);
  if (promised - kept > 1'000'000 && promised < 2 * kLongestUs)
    facts.warnings.push_back(fmt::format("the recording says it lasts {} but ends after {}: its tail is missing",
                                         format_clock({promised, 1'000'000}),
                                         format_clock({facts.duration_us, 1'000'000})));
  else if (facts.video && context.streams[facts.video->stream]->nb_frames > pictures + pictures / 50 + 5)
    facts.warnings.push_back(
        fmt::format("the recording says it holds {} pictures but only {} are there: its tail is missing",
                    context.streams[facts.video->stream]->nb_frames, pictures));
  if (repair.jumps() > 0)
    facts.warnings.push_back(
        fmt::format("the recording's clock jumps {} time(s); the pieces were joined without a gap", repair.jumps()));
  return {};
}

Result<void> check_picture(const VideoFacts& video, const std::string& name) {
  const auto refused = [&](std::string_view why, std::string hint) {
    return Error(Errc::kUnusableInput,
                 fmt::format("{} has a picture of {}x{} pixels, {} for a lesson", name, video.coded_width,
                             video.coded_height, why),
                 std::move(hint));
  };
  if (std::min(video.width, video.height) < kMinSide)
    return refused("too small", fmt::format("give one of at least {}x{}", kMinSide, kMinSide));
  if (std::int64_t{video.coded_width} * video.coded_height > av::kMaxPixels ||
      std::max({video.coded_width, video.coded_height, video.width, video.height}) > av::kMaxSide)
    return refused("too large", "export it again at 3840x2160 or less");
  return {};
}

}  // namespace

Result<SourceFacts> probe(const std::filesystem::path& path, std::stop_token stop,
                          const std::function<void()>& opened) {
  CHALK_TRY_ASSIGN(av::Input input, av::Input::open(path, av::kMediaContainers, stop));
  if (opened) opened();
  const AVFormatContext& context = input.context();
  SourceFacts facts;
  facts.entry.name = path.filename().string();
  facts.entry.bytes = input.bytes();
  facts.entry.container = context.iformat->name;
  facts.title = label_of(context.metadata, "title");
  choose_streams(context, facts);
  if (!facts.video && facts.audio.empty())
    return Error(Errc::kUnusableInput, path.string() + " holds neither video nor audio that can be decoded",
                 "export it again as MP4 with H.264 and AAC, at 3840x2160 or less");
  if (facts.video) CHALK_TRY(check_picture(*facts.video, path.string()));
  CHALK_TRY(scan_packets(input, facts, path.string(), stop));
  read_chapters(context, facts);
  if (facts.video) {
    facts.entry.video_codec = facts.video->codec;
    facts.entry.width = facts.video->width;
    facts.entry.height = facts.video->height;
  }
  return facts;
}

}  // namespace chalkline::transcode
