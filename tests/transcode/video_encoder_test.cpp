// What a rung's encoder makes of slides and a camera by turns.
#include "transcode/pictures/video_encoder.hpp"

#include <random>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "tests/transcode/new_picture.hpp"

using namespace chalkline;
using namespace chalkline::transcode;

namespace {

constexpr int kWidth = 128, kHeight = 96;
constexpr Timescale kScale = 1000;
constexpr Ticks kStep = 100;
constexpr int kPicturesEach = 4;  // of a segment

// The bytes of each segment.
class Segments final : public VersionSink {
 public:
  Result<std::unique_ptr<RenditionSink>> add_rendition(const RenditionFormat& format) override {
    codec = format.codec;
    return std::unique_ptr<RenditionSink>(std::make_unique<Rendition>(*this));
  }
  Result<void> add_text(const RenditionFormat&, std::vector<Cue>) override { return {}; }
  Result<void> add_file(std::string_view, std::string_view, std::span<const std::byte>) override { return {}; }

  std::vector<std::size_t> bytes;
  Codec codec = Codec::kH264;

 private:
  class Rendition final : public RenditionSink {
   public:
    explicit Rendition(Segments& all) : all_(all) {}
    Result<void> write_init(std::span<const std::byte>) override { return {}; }
    Result<void> write_segment(const Segment&, std::span<const std::byte> segment) override {
      all_.bytes.push_back(segment.size());
      return {};
    }
    Result<void> finish(const RenditionFormat&) override { return {}; }

   private:
    Segments& all_;
  };
};

// Small squares of many greys: no two pictures alike, all of them as hard to code.
av::FramePtr busy_picture(std::mt19937& random) {
  auto frame = new_picture(kWidth, kHeight);
  for (int plane = 0; plane < 3; ++plane) {
    const int rows = plane == 0 ? kHeight : kHeight / 2, width = plane == 0 ? kWidth : kWidth / 2;
    for (int y = 0; y < rows; ++y)
      for (int x = 0; x < width; ++x)
        frame->data[plane][y * frame->linesize[plane] + x] = static_cast<std::uint8_t>(random() % 256);
  }
  return frame;
}

// Slides, a camera, slides: a segment each.
std::vector<std::size_t> coded(Codec codec, double crf, double camera_crf) {
  Rung rung;
  rung.width = kWidth;
  rung.height = kHeight;
  rung.crf = crf;
  rung.camera_crf = camera_crf;
  rung.codec = codec;
  rung.kind = ContentKind::kStill;
  rung.expected_quality = 90;
  EncodingOptions options;
  options.x264_preset = "veryfast";
  options.av1_preset = 12;
  Segments segments;
  const KeptWork kept;
  VideoEncoder encoder(kScale, rung, {10, 1}, options, 0, segments, kept);
  std::mt19937 random(7);
  std::jthread pictures([&] {
    for (int i = 0; i < 3 * kPicturesEach; ++i) {
      Picture picture;
      picture.frame = busy_picture(random);
      picture.pts = i * kStep;
      picture.duration = kStep;
      picture.starts_segment = i % kPicturesEach == 0;
      picture.camera = i / kPicturesEach == 1;
      if (!encoder.queue().push(std::move(picture))) return;
    }
    encoder.queue().finish();
  });
  const auto done = encoder.run();
  REQUIRE(done);
  CHECK(segments.codec == codec);
  return segments.bytes;
}

}  // namespace

TEST_CASE("a camera's segments are coded as coarse as is asked of them, the slides' as before, in any codec") {
  for (const auto& [codec, fine, coarse] :
       {std::tuple{Codec::kH264, 20.0, 45.0}, {Codec::kHevc, 20.0, 45.0}, {Codec::kAv1, 20.0, 63.0}}) {
    CAPTURE(static_cast<int>(codec));
    const auto alike = coded(codec, fine, 0), in_turn = coded(codec, fine, coarse);
    REQUIRE(alike.size() == 3);
    REQUIRE(in_turn.size() == 3);
    CHECK(in_turn[1] * 2 < alike[1]);
    CHECK(in_turn[0] * 10 > alike[0] * 9);
    CHECK(in_turn[2] * 10 > alike[2] * 9);
  }
}
