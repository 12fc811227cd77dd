// A source's own stream as a rung: that progress advances while it is read, looked at and written, since who watches
// ends what stands still.
#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cmath>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "tests/library/temporary_folder.hpp"
#include "tests/transcode/new_picture.hpp"
#include "tests/transcode/recording.hpp"
#include "transcode/reading/coded_stream.hpp"
#include "transcode/transcode.hpp"

using namespace chalkline;
using namespace chalkline::transcode;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

constexpr int kWidth = 192, kHeight = 144;
constexpr Timescale kScale = 1000;
constexpr Ticks kStep = 100;
constexpr int kGroup = 20, kPictures = 620;

// A pattern that moves under a camera's noise.
Picture noisy_picture(int number) {
  static const auto kWave = [] {
    std::array<int, 256> wave{};
    for (std::size_t i = 0; i < wave.size(); ++i)
      wave[i] = static_cast<int>(60 * std::sin(static_cast<double>(i) * 3.14159265 / 128));
    return wave;
  }();
  const auto wave = [](int at) { return kWave[static_cast<std::size_t>(at) & 255]; };
  Picture picture;
  picture.frame = new_picture(kWidth, kHeight);
  std::uint32_t random = static_cast<std::uint32_t>(number) * 2654435761U + 1;
  for (int plane = 0; plane < 3; ++plane) {
    const int rows = plane == 0 ? kHeight : kHeight / 2, width = plane == 0 ? kWidth : kWidth / 2;
    for (int y = 0; y < rows; ++y) {
      std::uint8_t* row = picture.frame->data[plane] + y * picture.frame->linesize[plane];
      for (int x = 0; x < width; ++x) {
        random = random * 1664525 + 1013904223;
        row[x] = static_cast<std::uint8_t>(124 + (wave(4 * x - 10 * number) + wave(5 * y + 3 * number)) * 3 / 4 +
                                           static_cast<int>(random >> 28U) / 2);
      }
    }
  }
  picture.pts = number * kStep;
  picture.duration = kStep;
  picture.starts_segment = number % kGroup == 0;
  return picture;
}

// Takes the segments of the source's own stream one by one, each when progress has advanced since the one before.
class PatientSink final : public VersionSink {
 public:
  std::atomic<double> told{0};
  int segments = 0, advanced = 0;  // of the source's own stream
  std::string plan;                // analysis.json

  Result<std::unique_ptr<RenditionSink>> add_rendition(const RenditionFormat& format) override {
    return std::unique_ptr<RenditionSink>(std::make_unique<Rendition>(*this, format.repackaged));
  }
  Result<void> add_text(const RenditionFormat&, std::vector<Cue>) override { return {}; }
  Result<void> add_file(std::string_view path, std::string_view, std::span<const std::byte> bytes) override {
    if (path == "analysis.json") plan.assign(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return {};
  }

 private:
  class Rendition final : public RenditionSink {
   public:
    Rendition(PatientSink& sink, bool own) : sink_(sink), own_(own) {}
    Result<void> write_init(std::span<const std::byte>) override { return {}; }
    Result<void> write_segment(const Segment&, std::span<const std::byte>) override {
      if (own_) sink_.wait();
      return {};
    }
    Result<void> finish(const RenditionFormat&) override { return {}; }

   private:
    PatientSink& sink_;
    const bool own_;
  };

  void wait() {
    ++segments;
    if (advanced < segments - 1) return;  // it stood still before: once is enough to wait for
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    while (told.load() <= last_ && std::chrono::steady_clock::now() < deadline) std::this_thread::sleep_for(5ms);
    if (told.load() > last_) ++advanced;
    last_ = told.load();
  }

  double last_ = 0;
};

bool advances(std::vector<double> told, std::size_t steps) {
  if (told.empty()) return false;
  CHECK(std::ranges::is_sorted(told));
  CHECK(told.back() <= 1);
  told.erase(std::ranges::unique(told).begin(), told.end());
  return told.size() >= steps;
}

struct Recorded {
  tests::TemporaryFolder folder;
  fs::path path = folder.path() / "recording.mp4";
  Recorded() { REQUIRE(tests::record(path, {kWidth, kHeight, 30}, kScale, kPictures, noisy_picture)); }
};

}  // namespace

TEST_CASE_FIXTURE(Recorded, "reading a source's own stream is told of, whatever it is read for") {
  const auto facts = probe(path, {}, [] {});
  REQUIRE(facts.has_value());
  std::vector<double> told;
  const auto tell = [&](double share) { told.push_back(share); };
  const auto stream = scan_coded_stream(path, *facts, 1U << 30U, tell, {});
  REQUIRE(stream.has_value());
  CHECK(stream->fault == "");
  CHECK(stream->samples.size() == kPictures);
  CHECK(advances(std::exchange(told, {}), 10));
  CHECK(decoding_fault(path, *facts, *stream, tell, {}).value() == "");
  CHECK(advances(std::exchange(told, {}), 10));
  const auto begin = [](const AVCodecParameters&) -> Result<void> { return {}; };
  const auto take = [](av::PacketPtr) -> Result<void> { return {}; };
  CHECK(read_coded_stream(path, *facts, begin, take, tell, {}));
  CHECK(advances(std::exchange(told, {}), 10));
}

TEST_CASE_FIXTURE(Recorded, "progress advances while a source's own stream is written, whatever else is done by then") {
  Request request;
  request.input = path;
  request.options.x264_preset = "ultrafast";
  request.options.measure_ordinary = false;
  request.options.threads = 2;
  PatientSink sink;
  std::vector<double> told;
  const auto progress = [&](const Progress& now) {
    told.push_back(now.fraction);
    sink.told = now.fraction;
  };
  const auto made = transcode::transcode(request, sink, progress, {});
  REQUIRE(made.has_value());
  CAPTURE(sink.plan);
  REQUIRE(sink.segments > 5);  // else it was no rung
  CHECK(sink.advanced == sink.segments);
  CHECK(advances(told, 20));
}
