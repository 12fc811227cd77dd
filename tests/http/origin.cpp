// Made-up segments, the real writer, the real queue, the real server.
#include "tests/http/origin.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <random>
#include <vector>

#include <doctest/doctest.h>

#include "core/file.hpp"
#include "core/sha256.hpp"
#include "publish/version_writer.hpp"
#include "tests/http/client.hpp"

namespace chalkline::tests {

namespace {

std::vector<std::byte> noise(std::size_t bytes, unsigned seed) {
  std::vector<std::byte> made(bytes);
  std::mt19937 random(seed);
  // Four at once: every test makes a lesson, and this was a quarter of what they all take.
  for (std::size_t at = 0; at < bytes; at += 4) {
    const auto four = static_cast<std::uint32_t>(random());
    std::memcpy(made.data() + at, &four, std::min<std::size_t>(4, bytes - at));
  }
  return made;
}

// A fragment as far as its size and its tables go: a moof of samples' sizes, and an mdat of noise.
std::vector<std::byte> fragment(std::size_t bytes, unsigned seed) {
  constexpr std::size_t kTables = 800;
  std::vector<std::byte> made = noise(bytes, seed);
  const auto put = [&](std::size_t at, std::uint32_t value) {
    for (std::size_t i = 0; i < 4; ++i) made[at + i] = static_cast<std::byte>(value >> (24 - 8 * i) & 0xFF);
  };
  put(0, kTables);
  put(4, 0x6D6F6F66);  // moof
  for (std::size_t at = 8; at < kTables; at += 4) put(at, static_cast<std::uint32_t>(made[at]));
  put(kTables, static_cast<std::uint32_t>(bytes - kTables));
  put(kTables + 4, 0x6D646174);  // mdat
  return made;
}

RenditionFormat video_format(const std::string& id, int width, int height) {
  RenditionFormat format;
  format.id = id;
  format.kind = MediaKind::kVideo;
  format.codec = Codec::kH264;
  format.codecs = "avc1.64001e";
  format.timescale = 15'360;
  format.width = width;
  format.height = height;
  format.frame_rate = {30, 1};
  format.max_frame_rate = {30, 1};
  return format;
}

RenditionFormat audio_format(const std::string& language, Codec codec, bool is_default) {
  RenditionFormat format;
  format.id = "audio/" + language + (codec == Codec::kOpus ? "-opus" : "-aac");
  format.kind = MediaKind::kAudio;
  format.codec = codec;
  format.codecs = codec == Codec::kOpus ? "opus" : "mp4a.40.2";
  format.timescale = 48'000;
  format.channels = 1;
  format.sample_rate = 48'000;
  format.language = language;
  format.label = language_label(language);
  format.is_default = is_default;
  return format;
}

void write_rendition(transcode::VersionSink& sink, const RenditionFormat& format, const std::vector<std::size_t>& sizes,
                     unsigned seed) {
  auto rendition = sink.add_rendition(format);
  REQUIRE(rendition);
  REQUIRE((*rendition)->write_init(noise(700, seed)));
  const Ticks length = Ticks{4} * format.timescale;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    transcode::Segment segment;
    segment.number = static_cast<int>(i) + 1;
    segment.start = static_cast<Ticks>(i) * length;
    segment.duration = length;
    segment.iframe_bytes = format.kind == MediaKind::kVideo ? 500 : 0;
    const auto make = format.codec == Codec::kOpus ? fragment : noise;
    REQUIRE((*rendition)->write_segment(segment, make(sizes[i], seed + static_cast<unsigned>(i) + 1)));
  }
  REQUIRE((*rendition)->finish(format));
}

std::string write_version(const std::filesystem::path& folder, const std::string& title, unsigned seed) {
  auto writer = publish::VersionWriter::create(folder);
  REQUIRE(writer);
  write_rendition(**writer, video_format("video/0", 640, 360), {Origin::kSmallBytes, Origin::kLargeBytes}, seed);
  write_rendition(**writer, video_format("video/1", 1280, 720), {200'000, 200'000}, seed + 10);
  write_rendition(**writer, audio_format("en", Codec::kOpus, true), {12'000, 12'000}, seed + 20);
  write_rendition(**writer, audio_format("fr", Codec::kOpus, false), {12'000, 12'000}, seed + 30);
  write_rendition(**writer, audio_format("en", Codec::kAacLc, true), {24'000, 24'000}, seed + 40);
  RenditionFormat text;
  text.id = "text/sw";
  text.kind = MediaKind::kText;
  text.codec = Codec::kWebVtt;
  text.codecs = "wvtt";
  text.timescale = 1000;
  text.language = "sw";
  text.label = "Kiswahili";
  REQUIRE((*writer)->add_text(text, {Cue{0, 3000, "Maji", {}}, Cue{3500, 7000, "Uhai", {}}}));
  transcode::LessonFacts facts;
  facts.duration = {8, 1};
  facts.boundaries = {{0, 1}, {4, 1}};
  facts.language = "en";
  facts.source.name = "lesson.mp4";
  facts.chapters = {Chapter{0, 4000, "One"}, Chapter{4000, 8000, "Two"}};
  const auto index = (*writer)->seal(facts, title);
  REQUIRE(index);
  const auto text_of_index = read_file(folder / "index.json");
  REQUIRE(text_of_index);
  return sha256_hex(*text_of_index);
}

}  // namespace

config::Config Origin::usual_config() {
  config::Config config;
  config.server.port = 0;
  config.server.threads = 1;
  config.server.cache_bytes = 2'000'000;
  config.log.access = false;
  return config;
}

Origin::Origin(const config::Config& config) : library_(library::open_library(folder_.path()).value()) {
  lesson = publish("Water & \"life\"", 1);
  auto listening = streamer::Server::listen(config, library_);
  REQUIRE(listening);
  server_ = std::move(*listening);
  thread_ = std::jthread([this] { CHECK(server_->run()); });
}

Origin::~Origin() { stop_and_wait(); }

void Origin::stop_and_wait() {
  server_->stop();
  if (thread_.joinable()) thread_.join();
}

PublishedLesson Origin::publish(const std::string& title, unsigned seed, const std::string& existing) {
  PublishedLesson made;
  made.id = existing;
  if (existing.empty()) {
    library::NewLesson wanted;
    wanted.title = title;
    wanted.language = "en";
    const auto created = library_.catalogue->create(wanted);
    REQUIRE(created);
    made.id = created->id;
  }
  library::NewJob job;
  job.lesson_id = made.id;
  job.source_name = "lesson.mp4";
  const auto queued = library_.jobs->enqueue(job);
  REQUIRE(queued);
  const auto claimed = library_.jobs->claim("test", std::chrono::seconds(60), queued->id);
  REQUIRE(claimed);
  REQUIRE(claimed->has_value());
  const auto staging = library_.versions->staging_for(queued->id);
  REQUIRE(staging);
  made.version = write_version(*staging, title, seed);
  REQUIRE(library_.versions->adopt(*staging, made.version, library::Files::kHashed));
  REQUIRE(library_.jobs->publish(queued->id, "test", made.version));
  return made;
}

std::filesystem::path Origin::path_of(const std::string& path) const {
  return folder_.path() / "versions" / lesson.version / path;
}

std::string Origin::stored(const std::string& path) const {
  const auto bytes = read_file(path_of(path));
  REQUIRE(bytes);
  return *bytes;
}

std::int64_t Origin::metric(const std::string& name_and_labels) const {
  const std::string text = fetch(port(), "/metrics").body;
  const std::size_t at = text.find("\n" + name_and_labels + " ");
  REQUIRE(at != std::string::npos);
  return std::stoll(text.substr(at + name_and_labels.size() + 2));
}

}  // namespace chalkline::tests
