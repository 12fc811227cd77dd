// The custom AVIOContext over one descriptor (or memory) is the sandbox: libav is never given a path or a URL.
#include "transcode/av/input.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "transcode/av/dict.hpp"
#include "transcode/av/error.hpp"

namespace chalkline::transcode::av {

namespace {
constexpr int kBufferBytes = 64 * 1024;
constexpr int kMaxStreams = 64;

// CPU time of the calling thread.
std::chrono::nanoseconds thread_cpu() noexcept {
  timespec used{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec);
}
}  // namespace

struct Input::Source {
  UniqueFd fd;
  std::string memory;
  std::int64_t size = 0;
  std::int64_t position = 0;
  AVIOContext* io = nullptr;
  std::stop_token stop;
  std::chrono::nanoseconds spend_until = std::chrono::nanoseconds::max();  // of thread_cpu()

  ~Source() {
    if (io != nullptr) av_freep(&io->buffer);  // libav may have replaced the buffer we gave it
    avio_context_free(&io);
  }

  static int read(void* opaque, std::uint8_t* out, int want) noexcept {
    auto& self = *static_cast<Source*>(opaque);
    if (self.position >= self.size) return AVERROR_EOF;
    // Demuxers look at interrupted() now and then, but all of them read.
    if (self.interrupted(opaque) != 0) return AVERROR_EXIT;
    ssize_t got = 0;
    if (self.fd) {
      do got = ::pread(self.fd.get(), out, static_cast<std::size_t>(want), self.position);
      while (got < 0 && errno == EINTR);
      if (got < 0) return AVERROR(errno);
      if (got == 0) return AVERROR_EOF;
    } else {
      got = static_cast<ssize_t>(std::min<std::int64_t>(want, self.size - self.position));
      std::memcpy(out, self.memory.data() + self.position, static_cast<std::size_t>(got));
    }
    self.position += got;
    return static_cast<int>(got);
  }

  static std::int64_t seek(void* opaque, std::int64_t offset, int whence) noexcept {
    auto& self = *static_cast<Source*>(opaque);
    switch (whence & ~AVSEEK_FORCE) {
      case AVSEEK_SIZE: return self.size;
      case SEEK_SET: break;
      case SEEK_CUR: offset += self.position; break;
      case SEEK_END: offset += self.size; break;
      default: return AVERROR(EINVAL);
    }
    if (offset < 0) return AVERROR(EINVAL);
    return self.position = offset;
  }

  static int interrupted(void* opaque) noexcept {
    const auto& self = *static_cast<Source*>(opaque);
    return self.stop.stop_requested() || thread_cpu() > self.spend_until ? 1 : 0;
  }
};

// References to other files (mov dref, matroska links, playlists) end here.
static int refuse_other_files(AVFormatContext*, AVIOContext**, const char*, int, AVDictionary**) noexcept {
  return AVERROR(EACCES);
}

Input::Input(std::unique_ptr<Source> source) : source_(std::move(source)) {}
Input::Input(Input&&) noexcept = default;
Input::~Input() { context_.reset(); }

std::uint64_t Input::bytes() const { return static_cast<std::uint64_t>(source_->size); }

int Input::read(AVPacket& packet) {
  source_->spend_until = thread_cpu() + kPacketCpu;
  const int status = av_read_frame(context_.get(), &packet);
  return status == AVERROR_EXIT && !source_->stop.stop_requested() ? AVERROR_INVALIDDATA : status;
}

Result<Input> Input::open(const std::filesystem::path& path, const char* containers, std::stop_token stop) {
  CHALK_TRY_ASSIGN(UniqueFd fd, open_for_reading(path));
  struct stat info {};
  if (::fstat(fd.get(), &info) != 0) return error_from_errno(errno, "cannot stat " + path.string());
  if (info.st_size == 0)
    return Error(Errc::kUnusableInput, path.string() + " is empty (0 bytes)", "copy or upload the recording again");
  auto source = std::make_unique<Source>();
  source->fd = std::move(fd);
  source->size = info.st_size;
  source->stop = std::move(stop);
  return open_source(std::move(source), path.string(), containers);
}

Result<Input> Input::open_memory(std::string bytes, const std::string& name, const char* containers) {
  auto source = std::make_unique<Source>();
  source->memory = std::move(bytes);
  source->size = static_cast<std::int64_t>(source->memory.size());
  return open_source(std::move(source), name, containers);
}

static Error unusable(const std::string& name, int averror, bool timed_out) {
  if (averror == AVERROR_EXIT && !timed_out) return Error(Errc::kCancelled, "reading " + name + " was stopped");
  if (averror == AVERROR_EXIT)
    return Error(Errc::kUnusableInput, name + " keeps its reader busy without ever giving a picture or a sound",
                 "export the recording again as MP4");
  return Error(Errc::kUnusableInput, name + " is not a recording that can be read (" + message(averror) + ")",
               "give a finished mp4, mov, mkv, webm, avi, mpg, ts, wmv, flv, 3gp or audio file; if it plays elsewhere, "
               "export it again as MP4");
}

Result<Input> Input::open_source(std::unique_ptr<Source> source, const std::string& name, const char* containers) {
  quiet_logs();
  Input input(std::move(source));
  Source& from = *input.source_;
  from.spend_until = thread_cpu() + kOpeningCpu;
  auto* buffer = static_cast<unsigned char*>(av_malloc(kBufferBytes));
  from.io = avio_alloc_context(buffer, kBufferBytes, 0, &from, &Source::read, nullptr, &Source::seek);
  AVFormatContext* raw = avformat_alloc_context();
  if (buffer == nullptr || from.io == nullptr || raw == nullptr) return error(AVERROR(ENOMEM), "opening " + name);
  raw->pb = from.io;
  raw->flags |= AVFMT_FLAG_CUSTOM_IO;
  raw->io_open = refuse_other_files;
  raw->interrupt_callback = {&Source::interrupted, &from};
  Dict options{{"format_whitelist", containers},
               {"protocol_whitelist", "none"},
               {"probesize", "20000000"},
               {"analyzeduration", "20000000"},
               {"max_streams", std::to_string(kMaxStreams)}};
  const auto timed_out = [&] { return !from.stop.stop_requested(); };
  // The URL is empty: no file name ending can sway the choice of the demuxer.
  int status = avformat_open_input(&raw, "", nullptr, &options);  // frees raw when it fails
  if (status < 0) return unusable(name, status, timed_out());
  input.context_.reset(raw);
  CHALK_TRY(options.all_used("the demuxer"));

  std::vector<AVDictionary*> stream_options(raw->nb_streams, nullptr);
  for (AVDictionary*& each : stream_options) av_dict_set_int(&each, "max_pixels", kMaxPixels, 0);
  const unsigned had_streams = raw->nb_streams;
  status = avformat_find_stream_info(raw, had_streams > 0 ? stream_options.data() : nullptr);
  for (AVDictionary*& each : stream_options) av_dict_free(&each);
  if (status < 0) return unusable(name, status, timed_out());
  return input;
}

}  // namespace chalkline::transcode::av
