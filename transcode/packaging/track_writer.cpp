// The mov muxer, held to our boundaries.
#include "transcode/packaging/track_writer.hpp"

#include <cstring>
#include <string>

#include "transcode/av/dict.hpp"
#include "transcode/av/error.hpp"
#include "transcode/packaging/boxes.hpp"
#include "transcode/packaging/fragment.hpp"

namespace chalkline::transcode {

namespace {
constexpr int kBufferBytes = 32 * 1024;
}  // namespace

MemoryOutput::MemoryOutput() {
  auto* buffer = static_cast<unsigned char*>(av_malloc(kBufferBytes));
  io_ = avio_alloc_context(buffer, kBufferBytes, 1, this, nullptr, &MemoryOutput::write, nullptr);
}

MemoryOutput::~MemoryOutput() {
  if (io_ != nullptr) av_freep(&io_->buffer);  // libav may have replaced the buffer we gave it
  avio_context_free(&io_);
}

int MemoryOutput::write(void* opaque, std::uint8_t* data, int size) noexcept {
  auto& self = *static_cast<MemoryOutput*>(opaque);
  try {
    const auto* from = reinterpret_cast<const std::byte*>(data);
    self.bytes_.insert(self.bytes_.end(), from, from + size);
    return size;
  } catch (...) {  // a C callback must not throw
    return AVERROR(ENOMEM);
  }
}

std::vector<std::byte> MemoryOutput::take() {
  avio_flush(io_);
  return std::exchange(bytes_, {});
}

Result<std::unique_ptr<TrackWriter>> TrackWriter::open(const AVCodecParameters& codec, RenditionFormat format,
                                                       VersionSink& sink) {
  const std::string doing = "packaging " + format.id;
  std::unique_ptr<TrackWriter> writer(new TrackWriter);
  AVFormatContext* raw = nullptr;
  int status = avformat_alloc_output_context2(&raw, nullptr, "mp4", nullptr);
  if (status < 0) return av::error(status, doing);
  writer->context_.reset(raw);
  raw->pb = writer->output_.io();
  raw->flags |= AVFMT_FLAG_CUSTOM_IO | AVFMT_FLAG_BITEXACT;
  raw->avoid_negative_ts = AVFMT_AVOID_NEG_TS_DISABLED;
  AVStream* stream = avformat_new_stream(raw, nullptr);
  if (stream == nullptr) return av::error(AVERROR(ENOMEM), doing);
  status = avcodec_parameters_copy(stream->codecpar, &codec);
  if (status < 0) return av::error(status, doing);
  stream->time_base = {1, static_cast<int>(format.timescale)};
  av::Dict options{{"movflags", "+frag_custom+empty_moov+default_base_moof+cmaf+skip_trailer"},
                   {"video_track_timescale", std::to_string(format.kind == MediaKind::kVideo ? format.timescale : 0)},
                   {"use_editlist", "0"},
                   {"write_tmcd", "0"}};
  status = avformat_write_header(raw, &options);
  if (status < 0) return av::error(status, doing);
  CHALK_TRY(options.all_used("the mp4 muxer"));
  if (stream->time_base.num != 1 || stream->time_base.den != static_cast<int>(format.timescale))
    return Error(Errc::kInternal, doing + ": the muxer changed the timescale");
  av_write_frame(raw, nullptr);

  CHALK_TRY_ASSIGN(writer->sink_, sink.add_rendition(format));
  writer->format_ = std::move(format);
  CHALK_TRY(writer->sink_->write_init(compact_init(writer->output_.take())));
  return writer;
}

Result<void> TrackWriter::write(AVPacket& packet, Ticks decode_time, Ticks duration) {
  if (samples_ == 0) segment_start_ = decode_time;
  packet.stream_index = 0;
  packet.dts = decode_time;
  if (format_.kind != MediaKind::kVideo) packet.pts = decode_time;
  packet.duration = duration;
  const int status = av_write_frame(context_.get(), &packet);
  if (status < 0) return av::error(status, "packaging " + format_.id);
  ++samples_;
  next_start_ = decode_time + duration;
  return {};
}

Result<void> TrackWriter::end_segment() {
  if (samples_ == 0) return {};
  const int status = av_write_frame(context_.get(), nullptr);
  if (status < 0) return av::error(status, "ending a segment of " + format_.id);
  const std::vector<std::byte> bytes = compact_segment(output_.take());
  Segment segment;
  segment.number = ++number_;
  segment.start = segment_start_;
  segment.duration = next_start_ - segment_start_;
  if (format_.kind == MediaKind::kVideo) segment.iframe_bytes = bytes_to_first_sample_end(bytes);
  samples_ = 0;
  return sink_->write_segment(segment, bytes);
}

Result<void> TrackWriter::finish(Ratio frame_rate) {
  CHALK_TRY(end_segment());
  format_.frame_rate = frame_rate;
  // A clock that is far off the container's own claim: then the mean is all that is known.
  if (format_.max_frame_rate.value() < frame_rate.value()) format_.max_frame_rate = frame_rate;
  return sink_->finish(format_);
}

}  // namespace chalkline::transcode
