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

class Input {
 public:
  // Opens and reads the stream headers. kUnusableInput with a sentence for people when the content is not in
  // `containers`. `deadline` bounds the opening alone: some files are made to keep a reader busy.
  static Result<Input> open(const std::filesystem::path& path, const char* containers, std::stop_token stop,
                            std::chrono::seconds deadline);
  // The same over bytes in memory; `name` is for messages.
  static Result<Input> open_memory(std::string bytes, const std::string& name, const char* containers);

  Input(Input&&) noexcept;
  Input& operator=(Input&&) = delete;
  ~Input();

  [[nodiscard]] AVFormatContext& context() const { return *context_; }
  [[nodiscard]] std::uint64_t bytes() const;

  // The next packet. AVERROR_EOF at the end; other codes as libav says.
  int read(AVPacket& packet);

 private:
  struct Source;
  explicit Input(std::unique_ptr<Source> source);
  static Result<Input> open_source(std::unique_ptr<Source> source, const std::string& name, const char* containers);
  std::unique_ptr<Source> source_;  // outlives context_, which reads from it
  InputPtr context_;
};

}  // namespace chalkline::transcode::av
