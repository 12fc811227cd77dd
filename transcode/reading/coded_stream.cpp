// Demultiplexing, and libavcodec's bitstream filters.
#include "transcode/reading/coded_stream.hpp"

extern "C" {
#include <libavutil/mathematics.h>
#include <libavutil/pixdesc.h>
}

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "transcode/av/decoder.hpp"
#include "transcode/av/error.hpp"
#include "transcode/av/input.hpp"
#include "transcode/av/timestamps.hpp"
#include "transcode/reading/picture.hpp"

namespace chalkline::transcode {

namespace {

constexpr AVRational kMicroseconds{1, 1'000'000};
constexpr const char* kDoing = "reading the recording's own stream";
constexpr int kMostSlices = 64;        // of a picture
constexpr std::size_t kToldEach = 32;  // pictures, between two reports of progress

// ITU-T H.264 table 7-1.
enum Unit { kSlice = 1, kIdrSlice = 5, kSei = 6, kSequenceSet = 7, kPictureSet = 8, kDelimiter = 9, kFiller = 12 };

std::span<const std::byte> bytes_of(const std::uint8_t* data, int size) {
  return {reinterpret_cast<const std::byte*>(data), static_cast<std::size_t>(std::max(0, size))};
}

struct CodedUnits {
  bool idr = false;
  bool reference = false;          // others may be predicted from it (nal_ref_idc, 7.4.1)
  std::uint32_t frame_number = 0;  // frame_num
  std::string fault;
};

CodedUnits wrong(const char* fault) {
  CodedUnits units;
  units.fault = fault;
  return units;
}

// One picture in a packet: its slices, the first of which begins with its first macroblock as no other does, beside
// what says nothing, or nothing new.
CodedUnits look_at_units(std::span<const std::byte> packet, const AvcConfiguration& sets,
                         const H264Sequence& sequence) {
  CodedUnits found;
  int slices = 0, idr_slices = 0;
  const auto size = static_cast<std::size_t>(sets.length_size);
  while (!packet.empty()) {
    std::size_t length = 0;
    for (std::size_t i = 0; i < std::min(size, packet.size()); ++i)
      length = length << 8U | std::to_integer<std::size_t>(packet[i]);
    if (packet.size() < size || length > packet.size() - size) return wrong("is damaged");
    const auto unit = packet.subspan(size, length);
    packet = packet.subspan(size + length);
    if (unit.empty()) continue;
    const int type = std::to_integer<int>(unit[0]) & 0x1F;
    if (type == kSequenceSet || type == kPictureSet) {
      if (!std::ranges::equal(unit, type == kSequenceSet ? sets.sequence : sets.picture))
        return wrong("changes its parameter sets");
    } else if (type == kSlice || type == kIdrSlice) {
      const auto slice = read_h264_slice(unit, sequence);
      if (!slice) return wrong("is damaged");
      if ((slice->first_macroblock == 0) != (slices == 0)) return wrong("has packets that are not one picture each");
      if (slices == 0) found.frame_number = slice->frame_number;
      found.reference = (std::to_integer<int>(unit[0]) & 0x60) != 0;
      ++slices;
      if (type == kIdrSlice) ++idr_slices;
    } else if (type != kSei && (type < kDelimiter || type > kFiller)) {
      return wrong("holds more than the pictures that every decoder knows");
    }
  }
  if (slices == 0 || slices > kMostSlices) return wrong("has packets that are not one picture each");
  if (idr_slices != 0 && idr_slices != slices) return wrong("is damaged");
  found.idr = idr_slices > 0;
  return found;
}

// As the pictures of the other rungs say it (picture.hpp), so that a player need not guess for this one alone. Empty:
// the colours are others.
std::string colour_filter(const AVCodecParameters& parameters) {
  if (parameters.color_range == AVCOL_RANGE_JPEG) return "";
  if (parameters.color_space == AVCOL_SPC_BT2020_NCL) return "";
  const AVColorSpace matrix = effective_matrix(parameters.color_space, parameters.height);
  const bool bt709 = matrix == AVCOL_SPC_BT709;
  const int primaries = bt709 ? AVCOL_PRI_BT709 : AVCOL_PRI_SMPTE170M;
  const int transfer = bt709 ? AVCOL_TRC_BT709 : AVCOL_TRC_SMPTE170M;
  return fmt::format(
      "h264_metadata=video_full_range_flag=0:colour_primaries={}:transfer_characteristics={}:matrix_coefficients={}",
      primaries, transfer, static_cast<int>(bt709 ? AVCOL_SPC_BT709 : AVCOL_SPC_SMPTE170M));
}

class CodedReader {
 public:
  explicit CodedReader(const SourceFacts& facts) : facts_(facts) {}

  // What of it no rung may have; empty: nothing, and it may be read.
  Result<std::string> open(const std::filesystem::path& path, const std::stop_token& stop) {
    CHALK_TRY_ASSIGN(av::Input opened, av::Input::open(path, av::kMediaContainers, stop));
    input_.emplace(std::move(opened));
    stop_ = stop;
    const AVFormatContext& context = input_->context();
    const auto wanted = static_cast<unsigned>(facts_.video->stream);
    if (wanted >= context.nb_streams) return Error(Errc::kUnusableInput, "the file changed while it was being read");
    for (unsigned i = 0; i < context.nb_streams; ++i)
      context.streams[i]->discard = i == wanted ? AVDISCARD_DEFAULT : AVDISCARD_ALL;
    stream_ = context.streams[wanted];
    repair_.emplace(context);
    const AVCodecParameters& parameters = *stream_->codecpar;
    const auto sets = read_avc_configuration(bytes_of(parameters.extradata, parameters.extradata_size));
    if (parameters.codec_id != AV_CODEC_ID_H264 || !sets)
      return std::string("is not kept with one set of parameters, as in MP4");
    const auto sequence = read_h264_sequence(sets->sequence);
    if (!sequence) return std::string("is damaged");
    sets_ = *sets;
    sequence_ = *sequence;
    const std::string colours = colour_filter(parameters);
    if (colours.empty()) return std::string("has colours that are not those of video");
    AVBSFContext* filter = nullptr;
    int made = av_bsf_list_parse_str(("filter_units=pass_types=1|5," + colours).c_str(), &filter);
    filter_.reset(filter);
    if (made >= 0) made = avcodec_parameters_copy(filter->par_in, &parameters);
    if (made >= 0) filter->time_base_in = stream_->time_base;
    if (made >= 0) made = av_bsf_init(filter);
    if (made < 0) return "cannot be taken apart: " + av::message(made);
    return std::string();
  }

  [[nodiscard]] const AVCodecParameters& parameters() const { return *filter_->par_out; }
  [[nodiscard]] const H264Sequence& sequence() const { return sequence_; }

  struct Next {
    av::PacketPtr packet;  // its pts is the lesson's; null: the end
    CodedUnits units;      // with a fault there is no packet
    int ended = 0;
  };
  Result<Next> next() {
    Next found;
    auto packet = av::make_packet();
    for (;;) {
      if (stop_.stop_requested()) return Error(Errc::kCancelled, "transcoding was stopped");
      found.ended = input_->read(*packet);
      if (found.ended == AVERROR_EXIT) return Error(Errc::kCancelled, "transcoding was stopped");
      if (found.ended < 0) {
        if (found.ended != AVERROR_EOF) found.units.fault = "cannot be read to its end";
        return found;
      }
      repair_->apply(*packet);
      if (packet->stream_index == facts_.video->stream) break;
      av_packet_unref(packet.get());
    }
    found.units = look_at(*packet);
    if (found.units.fault.empty() && misses_reference(found.units))
      found.units.fault = "lacks pictures that others are predicted from";
    if (!found.units.fault.empty()) return found;
    const Ticks pts = any_ ? lesson_ticks(packet->pts) : 0;
    any_ = true;
    int status = av_bsf_send_packet(filter_.get(), packet.get());
    if (status >= 0) status = av_bsf_receive_packet(filter_.get(), packet.get());
    if (status < 0) {
      found.units.fault = "cannot be taken apart: " + av::message(status);
      return found;
    }
    packet->pts = pts;
    packet->dts = AV_NOPTS_VALUE;
    packet->flags = found.units.idr ? AV_PKT_FLAG_KEY : 0;
    found.packet = std::move(packet);
    return found;
  }

 private:
  [[nodiscard]] CodedUnits look_at(const AVPacket& packet) const {
    if (packet.pts == AV_NOPTS_VALUE) return wrong("has pictures without a time");
    if ((packet.flags & AV_PKT_FLAG_DISCARD) != 0) return wrong("is cut by its container within a group of pictures");
    if ((packet.flags & AV_PKT_FLAG_CORRUPT) != 0) return wrong("is damaged");
    if (av_packet_get_side_data(&packet, AV_PKT_DATA_NEW_EXTRADATA, nullptr) != nullptr)
      return wrong("changes its parameter sets");
    return look_at_units(bytes_of(packet.data, packet.size), sets_, sequence_);
  }

  // Each picture's number is one more than that of the last reference before it (7.4.3, frame_num; without gaps), an
  // IDR's is 0. libavcodec decodes without those that are missing, and says so in its log alone.
  bool misses_reference(const CodedUnits& units) {
    const std::uint32_t most = (1U << static_cast<unsigned>(sequence_.frame_number_bits)) - 1;
    const bool missing = units.frame_number != (units.idr ? 0 : (last_reference_ + 1) & most);
    if (units.reference) last_reference_ = units.frame_number;
    return missing;
  }

  // As the reader of its pictures has it (source_reader.cpp).
  [[nodiscard]] Ticks lesson_ticks(std::int64_t stamp) const {
    const AVRational scale{1, static_cast<int>(facts_.video->timescale)};
    return av_rescale_q(stamp, stream_->time_base, scale) - av_rescale_q(facts_.origin_us, kMicroseconds, scale);
  }

  const SourceFacts& facts_;
  std::optional<av::Input> input_;
  std::stop_token stop_;
  const AVStream* stream_ = nullptr;
  std::optional<av::TimestampRepair> repair_;
  H264Sequence sequence_;
  std::uint32_t last_reference_ = 0;  // frame_num of the last picture that others may be predicted from
  AvcConfiguration sets_;             // views into the stream's extradata
  av::BsfPtr filter_;
  bool any_ = false;
};

// How far in the lesson's time the packets have come that were read.
class Advance {
 public:
  Advance(const SourceFacts& facts, const StepProgress& progress)
      : end_(static_cast<double>(facts.duration_us) / 1e6 * facts.video->timescale), progress_(progress) {}

  void read(const AVPacket& packet) {
    latest_ = std::max(latest_, packet.pts);
    if (++pictures_ % kToldEach != 0 || end_ <= 0) return;
    progress_(std::min(1.0, static_cast<double>(latest_) / end_));
  }

 private:
  const double end_;  // ticks
  const StepProgress& progress_;
  Ticks latest_ = 0;
  std::size_t pictures_ = 0;
};

// Told of every picture that came out.
std::string fault_of(const AVFrame& frame, const H264Sequence& sequence, Ticks expected) {
  if (frame.decode_error_flags != 0 || (frame.flags & AV_FRAME_FLAG_CORRUPT) != 0) return "is damaged";
  if (frame.width != sequence.width || frame.height != sequence.height || frame.format != AV_PIX_FMT_YUV420P)
    return "changes its pictures' size or kind";
  if (frame.interlaced_frame != 0) return "is interlaced";
  if (frame.pts != expected) return "shows its pictures at other times than its packets say";
  return "";
}

}  // namespace

Result<CodedStream> scan_coded_stream(const std::filesystem::path& path, const SourceFacts& facts,
                                      std::uint64_t most_bytes, const StepProgress& progress,
                                      const std::stop_token& stop) {
  CodedStream found;
  CodedReader reader(facts);
  CHALK_TRY_ASSIGN(found.fault, reader.open(path, stop));
  if (!found.fault.empty()) return found;
  found.sequence = reader.sequence();
  std::uint64_t bytes = 0;
  Advance advance(facts, progress);
  for (;;) {
    CHALK_TRY_ASSIGN(const auto next, reader.next());
    found.fault = next.units.fault;
    if (!next.packet) return found;
    found.samples.push_back({next.packet->pts, next.packet->size, next.units.idr});
    bytes += static_cast<std::uint64_t>(next.packet->size);
    advance.read(*next.packet);
    found.more = bytes > most_bytes;
    if (found.more) return found;
  }
}

Result<std::string> decoding_fault(const std::filesystem::path& path, const SourceFacts& facts,
                                   const CodedStream& stream, const StepProgress& progress,
                                   const std::stop_token& stop) {
  CodedReader reader(facts);
  CHALK_TRY_ASSIGN(std::string fault, reader.open(path, stop));
  if (!fault.empty()) return fault;
  const AVRational scale{1, static_cast<int>(facts.video->timescale)};
  CHALK_TRY_ASSIGN(const av::CodecPtr decoder, av::open_decoder(reader.parameters(), scale, 0, true));
  std::vector<Ticks> times;
  for (const CodedSample& sample : stream.samples) times.push_back(sample.pts);
  std::ranges::sort(times);
  const auto frame = av::make_frame();
  std::size_t came_out = 0;
  int broken = 0;
  const auto look = [&](AVFrame& decoded) -> Result<void> {
    if (fault.empty())
      fault =
          came_out < times.size() ? fault_of(decoded, stream.sequence, times[came_out]) : "changed while it was read";
    ++came_out;
    if (came_out % kToldEach == 0) progress(static_cast<double>(came_out) / static_cast<double>(times.size()));
    return {};
  };
  while (fault.empty() && broken == 0) {
    CHALK_TRY_ASSIGN(auto next, reader.next());
    fault = next.units.fault;
    if (!fault.empty()) break;
    CHALK_TRY(av::decode(*decoder, next.packet.get(), *frame, broken, look));
    if (!next.packet) break;
  }
  if (fault.empty() && (broken > 0 || came_out != times.size())) fault = "is damaged";
  return fault;
}

Result<void> read_coded_stream(const std::filesystem::path& path, const SourceFacts& facts,
                               const std::function<Result<void>(const AVCodecParameters&)>& begin,
                               const std::function<Result<void>(av::PacketPtr)>& take, const StepProgress& progress,
                               const std::stop_token& stop) {
  CodedReader reader(facts);
  Advance advance(facts, progress);
  CHALK_TRY_ASSIGN(std::string fault, reader.open(path, stop));
  if (fault.empty()) CHALK_TRY(begin(reader.parameters()));
  while (fault.empty()) {
    CHALK_TRY_ASSIGN(auto next, reader.next());
    fault = next.units.fault;
    if (!next.packet) break;
    advance.read(*next.packet);
    CHALK_TRY(take(std::move(next.packet)));
  }
  if (!fault.empty())
    return Error(Errc::kUnusableInput, std::string(kDoing) + ": it changed while it was being read, and now " + fault);
  return {};
}

}  // namespace chalkline::transcode
