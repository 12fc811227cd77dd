// The table and the JSON of a small version, whole.
#include "cli/display/version_table.hpp"

#include <doctest/doctest.h>

#include "cli/display/version_json.hpp"

using namespace chalkline;
using namespace chalkline::cli;

static VersionIndex small_index() {
  VersionIndex index;
  index.title = "Fractions";
  index.language = "sw";
  index.duration_ms = 61'000;
  RenditionEntry video;
  video.format.id = "video/0";
  video.format.codecs = "avc1.640015";
  video.format.width = 426;
  video.format.height = 240;
  video.format.frame_rate = {30000, 1001};
  video.segments = {{0, 1, 1, 1}, {1, 1, 1, 1}};
  video.bytes = 300'000;
  video.average_bandwidth = 40'000;
  video.peak_bandwidth = 60'000;
  video.playlist = "video/0/playlist.m3u8";
  RenditionEntry audio = video;
  audio.format = RenditionFormat{};
  audio.format.id = "audio/sw-opus";
  audio.format.kind = MediaKind::kAudio;
  audio.format.codec = Codec::kOpus;
  audio.format.codecs = "opus";
  audio.format.channels = 1;
  audio.format.language = "sw";
  audio.format.label = "Kiswahili";
  audio.format.is_default = true;
  audio.average_bandwidth = 24'000;
  audio.peak_bandwidth = 25'000;
  audio.playlist = "audio/sw-opus/playlist.m3u8";
  index.renditions = {video, audio};
  index.files = {{"a", 1'000'000, "", ""}, {"b", 234'000, "", ""}};
  index.warnings = {"the last 3 s of the recording could not be read"};
  return index;
}

TEST_CASE("the table shows what each rendition and each choice costs") {
  CHECK("\n" + version_table(small_index(), "abc", std::nullopt) == R"(
Fractions (1:01, 1.2 MB in 2 files)
version abc

  rendition     codec language size      fps kbit/s peak MB/hour segments    bytes
  video/0       h264           426x240 29.97   40.0 60.0    18.0        2 300.0 kB
  audio/sw-opus opus  sw       mono            24.0 25.0    10.8        2 300.0 kB

  variant    codecs           kbit/s peak MB/hour
  426x240    avc1.640015,opus   64.0 85.0    28.8
  audio only opus               24.0 25.0    10.8

warning: the last 3 s of the recording could not be read
)");
}

TEST_CASE("where the planner measured quality the table and the JSON say it") {
  SeenLesson seen;
  seen.rungs = {{426, 240, 0, 38.5, 81.6}};
  const std::string table = version_table(small_index(), "abc", seen);
  CHECK(table.find("MB/hour quality segments    bytes\n") != std::string::npos);
  CHECK(table.find("   18.0      82        2 300.0 kB\n") != std::string::npos);
  CHECK(table.find("   10.8                2 300.0 kB\n") != std::string::npos);
  CHECK(version_json(small_index(), "abc", seen).find("\"quality\": 81.6,") != std::string::npos);
  CHECK(version_json(small_index(), "abc", std::nullopt).find("quality") == std::string::npos);
  CHECK(version_json(small_index(), "abc", seen).find("ordinary") == std::string::npos);
  seen.ordinary = {{426, 240, 0, 44.6, 65.8}};
  const std::string json = version_json(small_index(), "abc", seen);
  CHECK(json.find("\"ordinary_ladder\": [") != std::string::npos);
  CHECK(json.find("\"average_bandwidth\": 44600,") != std::string::npos);
}

TEST_CASE("the JSON holds the same facts in bytes and bit/s") {
  const std::string line = done_line(small_index(), "abc");
  CHECK(line.starts_with("{\"event\":\"done\",\"version\":\"abc\",\"title\":\"Fractions\","));
  CHECK(line.find("\"bytes\":1234000,\"files\":2,") != std::string::npos);
  CHECK(line.find("\"frame_rate\":29.97,") != std::string::npos);
  CHECK(line.find("\"bytes_per_hour\":18000000,") != std::string::npos);
  CHECK(line.find('\n') == line.size() - 1);
}

TEST_CASE("frame rates are written short") {
  CHECK(frame_rate_text({30, 1}) == "30");
  CHECK(frame_rate_text({25, 2}) == "12.5");
  CHECK(frame_rate_text({24000, 1001}) == "23.98");
  CHECK(frame_rate_text({0, 1}) == "-");
}
