// A source file opened for demuxing: by content, never by name; an allow-list of containers; nothing outside the one
// open file can be read, whatever the file asks for. Used by the probe and by the reader, each on its own thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "core/file.hpp"
#include "transcode/av/ptr.hpp"

namespace chalkline::transcode::av {

inline constexpr const char* kMediaContainers =
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpeg,mpegts,mpegtsraw,asf,flv,live_flv,ogg,wav,w64,mp3,aac,flac,caf,"
    "aiff,amr,mxf,dv,gxf";
inline constexpr const char* kTextContainers = "srt,webvtt";

inline constexpr std::chrono::seconds kOpeningCpu{2};
inline constexpr std::chrono::seconds kPacketCpu{1};

// What is decoded at most: 8K with room. A picture of 36 million pixels takes 54 MB, and a decoder holds a dozen.
inline constexpr std::int64_t kMaxPixels = 8192LL * 4352;
inline constexpr int kMaxSide = 16'384;

class Input {
 public:
  // Opens and reads the stream headers. kUnusableInput with a sentence for people when the content is not in
  // `containers`. Some files are made to keep a reader busy: the opening may use kOpeningCpu of this thread's CPU time,
  // each packet kPacketCpu; time on the wall would refuse good recordings on a busy machine.
  static Result<Input> open(const std::filesystem::path& path, const char* containers, std::stop_token stop);
  // The same over bytes in memory; `name` is for messages.
  static Result<Input> open_memory(std::string bytes, const std::string& name, const char* containers);

  Input(Input&&) noexcept;
  Input& operator=(Input&&) = delete;
  ~Input();

  [[nodiscard]] AVFormatContext& context() const { return *context_; }
  [[nodiscard]] std::uint64_t bytes() const;

  // The next packet. AVERROR_EOF at the end; AVERROR_EXIT when asked to stop; AVERROR_INVALIDDATA also
  // when the file holds nothing for too long; other codes as libav says.
  int read(AVPacket& packet);

 private:
  struct Source;
  explicit Input(std::unique_ptr<Source> source);
  static Result<Input> open_source(std::unique_ptr<Source> source, const std::string& name, const char* containers);
  std::unique_ptr<Source> source_;  // outlives context_, which reads from it
  InputPtr context_;
};

}  // namespace chalkline::transcode::av
