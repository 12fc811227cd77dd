// libavformat reads each track as one stream of its files, and its mov muxer writes them interleaved by decode time.
#include "transcode/packaging/single_file.hpp"

#include <cerrno>
#include <optional>
#include <system_error>

#include <unistd.h>

#include "core/file.hpp"
#include "transcode/av/dict.hpp"
#include "transcode/av/error.hpp"
#include "transcode/av/ptr.hpp"

namespace chalkline::transcode {

namespace fs = std::filesystem;

namespace {

constexpr int kBufferBytes = 64 * 1024;

// Files one after the other, as libav reads.
class Parts {
 public:
  explicit Parts(const TrackFiles& files) : files_(files) {
    auto* buffer = static_cast<unsigned char*>(av_malloc(kBufferBytes));
    io_ = avio_alloc_context(buffer, kBufferBytes, 0, this, &Parts::read, nullptr, nullptr);
  }
  ~Parts() {
    if (io_ != nullptr) av_freep(&io_->buffer);  // libav may have replaced the buffer we gave it
    avio_context_free(&io_);
  }
  Parts(const Parts&) = delete;
  Parts& operator=(const Parts&) = delete;
  [[nodiscard]] AVIOContext* io() const { return io_; }
  [[nodiscard]] const std::optional<Error>& fault() const { return fault_; }

 private:
  static int read(void* opaque, std::uint8_t* data, int size) noexcept {
    auto& self = *static_cast<Parts*>(opaque);
    try {
      return self.read_some(data, static_cast<std::size_t>(size));
    } catch (...) {  // a C callback must not throw
      return AVERROR(ENOMEM);
    }
  }

  int read_some(std::uint8_t* data, std::size_t size) {
    for (;;) {
      if (!file_) {
        if (next_ == files_.size()) return AVERROR_EOF;
        auto opened = open_for_reading(files_[next_]);
        if (!opened) {
          fault_ = opened.error();
          return AVERROR(EIO);
        }
        file_ = std::move(*opened);
        ++next_;
      }
      const ssize_t got = ::read(file_.get(), data, size);
      if (got > 0) return static_cast<int>(got);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) {
        fault_ = error_from_errno(errno, "cannot read " + files_[next_ - 1].string());
        return AVERROR(EIO);
      }
      file_.reset();
    }
  }

  const TrackFiles& files_;
  std::size_t next_ = 0;
  UniqueFd file_;
  std::optional<Error> fault_;
  AVIOContext* io_ = nullptr;
};

// One track on its way: the packet that comes next, or none at its end.
class Track {
 public:
  explicit Track(const TrackFiles& files) : parts_(files), named_(files.front().string()) {}

  Result<void> open() {
    AVFormatContext* raw = avformat_alloc_context();
    if (raw == nullptr) return av::error(AVERROR(ENOMEM), "reading " + named_);
    raw->pb = parts_.io();
    raw->flags |= AVFMT_FLAG_CUSTOM_IO;
    const int status = avformat_open_input(&raw, nullptr, av_find_input_format("mp4"), nullptr);
    if (status < 0) return failed(status);
    input_.reset(raw);
    if (input_->nb_streams != 1) return Error(Errc::kCorrupt, named_ + " has not one track");
    return next();
  }

  Result<void> next() {
    av_packet_unref(packet_.get());
    const int status = av_read_frame(input_.get(), packet_.get());
    ended_ = status == AVERROR_EOF;
    return status < 0 && !ended_ ? Result<void>(failed(status)) : Result<void>();
  }

  [[nodiscard]] bool ended() const { return ended_; }
  [[nodiscard]] AVPacket& packet() const { return *packet_; }
  [[nodiscard]] const AVStream& stream() const { return *input_->streams[0]; }

  AVStream* to = nullptr;

 private:
  [[nodiscard]] Error failed(int status) const {
    return parts_.fault() ? *parts_.fault() : av::error(status, "reading " + named_, Errc::kCorrupt);
  }

  Parts parts_;  // outlives input_, which reads from it
  std::string named_;
  av::InputPtr input_;
  av::PacketPtr packet_ = av::make_packet();
  bool ended_ = false;
};

struct CloseFile {
  void operator()(AVIOContext* io) const noexcept { avio_closep(&io); }
};

Result<void> copy_all(std::vector<std::unique_ptr<Track>>& tracks, AVFormatContext& output, const std::string& doing) {
  for (;;) {
    Track* first = nullptr;
    for (const auto& track : tracks)
      if (!track->ended() && (first == nullptr || av_compare_ts(track->packet().dts, track->stream().time_base,
                                                                first->packet().dts, first->stream().time_base) < 0))
        first = track.get();
    if (first == nullptr) return {};
    AVPacket& packet = first->packet();
    av_packet_rescale_ts(&packet, first->stream().time_base, first->to->time_base);
    packet.stream_index = first->to->index;
    packet.pos = -1;
    // It is given away, and empty afterwards.
    if (const int status = av_interleaved_write_frame(&output, &packet); status < 0) return av::error(status, doing);
    CHALK_TRY(first->next());
  }
}

Result<void> write_file(std::vector<std::unique_ptr<Track>>& tracks, const fs::path& beside) {
  const std::string doing = "writing " + beside.string();
  AVFormatContext* raw = nullptr;
  int status = avformat_alloc_output_context2(&raw, nullptr, "mp4", beside.c_str());
  if (status < 0) return av::error(status, doing);
  const av::OutputPtr output(raw);
  raw->flags |= AVFMT_FLAG_BITEXACT;
  for (const auto& track : tracks) {
    AVStream* stream = avformat_new_stream(raw, nullptr);
    if (stream == nullptr) return av::error(AVERROR(ENOMEM), doing);
    status = avcodec_parameters_copy(stream->codecpar, track->stream().codecpar);
    if (status < 0) return av::error(status, doing);
    stream->codecpar->codec_tag = 0;
    stream->time_base = track->stream().time_base;
    track->to = stream;
  }
  status = avio_open(&raw->pb, beside.c_str(), AVIO_FLAG_WRITE);
  if (status < 0) return av::error(status, doing);
  std::unique_ptr<AVIOContext, CloseFile> file(raw->pb);
  av::Dict options{{"movflags", "+faststart"}};
  status = avformat_write_header(raw, &options);
  if (status < 0) return av::error(status, doing);
  CHALK_TRY(options.all_used("the mp4 muxer"));
  CHALK_TRY(copy_all(tracks, *raw, doing));
  status = av_write_trailer(raw);
  if (status < 0) return av::error(status, doing);
  AVIOContext* io = file.release();
  status = avio_closep(&io);
  raw->pb = nullptr;
  return status < 0 ? Result<void>(av::error(status, doing)) : Result<void>();
}

}  // namespace

Result<void> write_single_file(const TrackFiles& picture, const TrackFiles& sound, const fs::path& to) {
  av::quiet_logs();
  std::vector<std::unique_ptr<Track>> tracks;
  for (const TrackFiles* files : {&picture, &sound}) {
    if (files->empty()) continue;
    tracks.push_back(std::make_unique<Track>(*files));
    CHALK_TRY(tracks.back()->open());
  }
  if (tracks.empty()) return Error(Errc::kInvalidArgument, "there is nothing to write into " + to.string());
  const fs::path beside = to.parent_path() / ("." + to.filename().string() + ".part");
  std::error_code failed;
  if (auto written = write_file(tracks, beside); !written) {
    fs::remove(beside, failed);
    return written;
  }
  CHALK_TRY(fsync_path(beside));  // what has its name is whole, whenever a disk is pulled out
  fs::rename(beside, to, failed);
  if (failed) return error_from_errno(failed.value(), "cannot rename " + beside.string());
  return {};
}

}  // namespace chalkline::transcode
