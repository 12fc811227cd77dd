// Recordings for tests: an MP4 file of pictures that a test makes, coded by a rung's own encoder.
#pragma once

#include <filesystem>
#include <fstream>
#include <functional>
#include <thread>

#include "transcode/pictures/video_encoder.hpp"

namespace chalkline::tests {

// A file that grows by what a rung's encoder makes.
class OneFile final : public transcode::VersionSink {
 public:
  explicit OneFile(const std::filesystem::path& path) : file_(path, std::ios::binary) {}
  Result<std::unique_ptr<transcode::RenditionSink>> add_rendition(const RenditionFormat&) override {
    return std::unique_ptr<transcode::RenditionSink>(std::make_unique<Rendition>(file_));
  }
  Result<void> add_text(const RenditionFormat&, std::vector<Cue>) override { return {}; }
  Result<void> add_file(std::string_view, std::string_view, std::span<const std::byte>) override { return {}; }

 private:
  class Rendition final : public transcode::RenditionSink {
   public:
    explicit Rendition(std::ofstream& file) : file_(file) {}
    Result<void> write_init(std::span<const std::byte> bytes) override { return append(bytes); }
    Result<void> write_segment(const transcode::Segment&, std::span<const std::byte> bytes) override {
      return append(bytes);
    }
    Result<void> finish(const RenditionFormat&) override { return {}; }

   private:
    Result<void> append(std::span<const std::byte> bytes) {
      file_.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
      file_.flush();
      return {};
    }
    std::ofstream& file_;
  };
  std::ofstream file_;
};

struct Coded {
  int width = 0, height = 0;
  double crf = 0;
};

// `picture`: asked for by number, from another thread; an IDR where it starts a segment.
inline Result<void> record(const std::filesystem::path& path, const Coded& coded, Timescale timescale, int pictures,
                           const std::function<transcode::Picture(int)>& picture) {
  transcode::Rung rung;
  rung.width = coded.width;
  rung.height = coded.height;
  rung.crf = coded.crf;
  rung.kind = transcode::ContentKind::kMoving;
  EncodingOptions options;
  options.x264_preset = "veryfast";
  OneFile file(path);
  const transcode::KeptWork kept;
  transcode::VideoEncoder encoder(timescale, rung, {25, 1}, options, 0, file, kept);
  std::jthread made([&] {
    for (int i = 0; i < pictures; ++i)
      if (!encoder.queue().push(picture(i))) return;
    encoder.queue().finish();
  });
  return encoder.run();
}

}  // namespace chalkline::tests
