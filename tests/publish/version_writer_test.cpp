// A version on disk from segments handed in by hand: what the folder holds afterwards, and what a failed run leaves.
#include "publish/version_writer.hpp"

#include <algorithm>
#include <set>

#include <doctest/doctest.h>
#include <unistd.h>

#include "core/file.hpp"
#include "core/link_or_copy.hpp"
#include "core/sha256.hpp"
#include "manifests/index_json.hpp"
#include "manifests/playlist_parser.hpp"
#include "publish/make_version.hpp"
#include "publish/saver_version.hpp"

using namespace chalkline;
namespace fs = std::filesystem;

namespace {

struct Scratch {
  Scratch() : path(fs::temp_directory_path() / ("chalk-publish-" + std::to_string(::getpid()))) {
    fs::remove_all(path);
  }
  ~Scratch() { fs::remove_all(path); }
  fs::path path;
};

std::span<const std::byte> bytes(const std::string& text) { return std::as_bytes(std::span(text.data(), text.size())); }

RenditionFormat video(int index, int width, int height) {
  RenditionFormat format;
  format.id = "video/" + std::to_string(index);
  format.codecs = "avc1.64001e";
  format.timescale = 90'000;
  format.width = width;
  format.height = height;
  format.frame_rate = {25, 1};
  format.max_frame_rate = {25, 1};
  return format;
}

RenditionFormat audio(const std::string& id, Codec codec) {
  RenditionFormat format;
  format.id = id;
  format.kind = MediaKind::kAudio;
  format.codec = codec;
  format.codecs = codec == Codec::kOpus ? "opus" : "mp4a.40.2";
  format.timescale = 48'000;
  format.channels = 1;
  format.sample_rate = 48'000;
  format.language = "en";
  format.label = "English";
  format.is_default = true;
  return format;
}

void write_rendition(transcode::VersionSink& sink, const RenditionFormat& format, std::size_t segment_bytes) {
  auto rendition = sink.add_rendition(format);
  REQUIRE(rendition.has_value());
  REQUIRE((*rendition)->write_init(bytes("init of " + format.id)).has_value());
  for (int n = 1; n <= 2; ++n) {
    const transcode::Segment segment{n, (n - 1) * 4 * static_cast<Ticks>(format.timescale),
                                     4 * static_cast<Ticks>(format.timescale),
                                     format.kind == MediaKind::kVideo ? 10u : 0u};
    REQUIRE((*rendition)->write_segment(segment, bytes(std::string(segment_bytes, 'x'))).has_value());
  }
  REQUIRE((*rendition)->finish(format).has_value());
}

transcode::LessonFacts facts() {
  transcode::LessonFacts lesson;
  lesson.duration = {8, 1};
  lesson.boundaries = {{0, 1}, {4, 1}};
  lesson.source.name = "lesson.mp4";
  lesson.language = "en";
  return lesson;
}

}  // namespace

TEST_CASE("a sealed version lists every file with its true size and hash") {
  const Scratch scratch;
  auto writer = publish::VersionWriter::create(scratch.path);
  REQUIRE(writer.has_value());
  write_rendition(**writer, video(1, 1280, 720), 3000);
  write_rendition(**writer, video(0, 640, 360), 1000);
  write_rendition(**writer, audio("audio/en-opus", Codec::kOpus), 300);
  write_rendition(**writer, audio("audio/en-aac", Codec::kAacLc), 600);
  RenditionFormat text = audio("text/en", Codec::kWebVtt);
  text.kind = MediaKind::kText;
  text.codecs = "wvtt";
  text.timescale = 1000;
  text.channels = text.sample_rate = 0;
  REQUIRE((*writer)->add_text(text, {{500, 5000, "over the boundary", ""}}).has_value());
  REQUIRE((*writer)->add_file("image/poster.jpg", "image/jpeg", bytes("jpeg")).has_value());
  auto sealed = (*writer)->seal(facts(), "A lesson");
  REQUIRE_MESSAGE(sealed.has_value(), (sealed.has_error() ? sealed.error().to_sentence() : ""));

  const auto json = read_file(scratch.path / "index.json");
  REQUIRE(json.has_value());
  const auto parsed = manifests::parse_index(*json);
  REQUIRE(parsed.has_value());
  CHECK(*parsed == *sealed);
  CHECK(parsed->title == "A lesson");

  std::set<std::string> listed;
  for (const FileEntry& file : parsed->files) {
    CHECK(fs::file_size(scratch.path / file.path) == file.bytes);
    CHECK(sha256_file(scratch.path / file.path).value() == file.sha256);
    listed.insert(file.path);
  }
  for (const auto& entry : fs::recursive_directory_iterator(scratch.path)) {
    const std::string path = entry.path().lexically_relative(scratch.path).string();
    if (entry.is_regular_file() && !path.starts_with("index.json")) CHECK_MESSAGE(listed.contains(path), path);
  }
  CHECK(listed.contains("multivariant.m3u8"));
  CHECK(listed.contains("multivariant-aac.m3u8"));
  CHECK(listed.contains("video/0/playlist.m3u8.gz"));
  CHECK(listed.contains("text/en/captions.vtt"));

  // Renditions stand in the documented order whatever thread finished first.
  CHECK(parsed->renditions[0].format.id == "video/0");
  CHECK(parsed->renditions[1].format.id == "video/1");
  CHECK(parsed->renditions.back().format.kind == MediaKind::kText);
  // A cue over the boundary stands in both segments.
  for (const char* segment : {"text/en/1.vtt", "text/en/2.vtt"})
    CHECK(read_file(scratch.path / segment).value().find("over the boundary") != std::string::npos);
}

TEST_CASE("rungs of one size stand from the cheapest up, whichever was finished first") {
  for (const auto& order : {std::vector<int>{0, 1, 2}, {2, 0, 1}, {1, 2, 0}}) {
    const Scratch scratch;
    auto writer = publish::VersionWriter::create(scratch.path);
    REQUIRE(writer.has_value());
    for (const int rung : order)
      write_rendition(**writer, video(rung, 640, 360), 1000 + 100 * static_cast<std::size_t>(rung));
    const auto index = (*writer)->seal(facts(), "A lesson");
    REQUIRE(index.has_value());
    for (int rung = 0; rung < 3; ++rung)
      CHECK(index->renditions[static_cast<std::size_t>(rung)].format.id == "video/" + std::to_string(rung));
  }
}

TEST_CASE("each multivariant playlist offers one audio codec") {
  const Scratch scratch;
  auto writer = publish::VersionWriter::create(scratch.path);
  REQUIRE(writer.has_value());
  write_rendition(**writer, video(0, 640, 360), 1000);
  write_rendition(**writer, audio("audio/en-opus", Codec::kOpus), 300);
  write_rendition(**writer, audio("audio/en-aac", Codec::kAacLc), 600);
  REQUIRE((*writer)->seal(facts(), "A lesson").has_value());
  const std::string opus = read_file(scratch.path / "multivariant.m3u8").value();
  const std::string aac = read_file(scratch.path / "multivariant-aac.m3u8").value();
  CHECK(opus.find("opus") != std::string::npos);
  CHECK(opus.find("mp4a") == std::string::npos);
  CHECK(aac.find("mp4a") != std::string::npos);
  CHECK(aac.find("opus") == std::string::npos);
}

TEST_CASE("a path out of the version is refused") {
  const Scratch scratch;
  auto writer = publish::VersionWriter::create(scratch.path);
  REQUIRE(writer.has_value());
  CHECK_FALSE((*writer)->add_file("../escape.jpg", "image/jpeg", bytes("x")).has_value());
  CHECK_FALSE(fs::exists(scratch.path.parent_path() / "escape.jpg"));
}

TEST_CASE("a run that fails leaves neither a version nor staging behind") {
  const Scratch scratch;
  REQUIRE(make_directories(scratch.path).has_value());
  const fs::path input = scratch.path / "words.mp4";
  REQUIRE(write_file(input, "these are only words").has_value());
  publish::VersionRequest request;
  request.source.input = input;
  request.out = scratch.path / "out";
  auto made = publish::make_version(request, {}, {});
  REQUIRE(made.has_error());
  CHECK(made.error().code == Errc::kUnusableInput);
  CHECK(std::distance(fs::directory_iterator(scratch.path), fs::directory_iterator()) == 1);

  request.out = input;
  CHECK(publish::make_version(request, {}, {}).error().code == Errc::kAlreadyExists);
  request.source.input = scratch.path / "missing.mp4";
  request.out = scratch.path / "out";
  CHECK(publish::make_version(request, {}, {}).error().code == Errc::kNotFound);
  CHECK(std::distance(fs::directory_iterator(scratch.path), fs::directory_iterator()) == 1);
}

static RenditionFormat av1(int index, int width, int height) {
  RenditionFormat format = video(index, width, height);
  format.codec = Codec::kAv1;
  format.codecs = "av01.0.04M.10";
  return format;
}

namespace {

// A version, and beside it what is new in one with AV1 too.
struct Improved {
  Scratch scratch;
  fs::path old_folder = scratch.path / "old", new_folder = scratch.path / "new";
  VersionIndex old, made;

  Improved() {
    auto first = publish::VersionWriter::create(old_folder).value();
    write_rendition(*first, video(0, 640, 360), 3000);
    write_rendition(*first, audio("audio/en-opus", Codec::kOpus), 300);
    old = first->seal(facts(), "A lesson").value();
    auto second = publish::VersionWriter::create(new_folder).value();
    write_rendition(*second, av1(1, 640, 360), 1000);
    made = second->seal_added_to(old).value();
  }

  Result<void> complete() {
    return publish::complete_version(new_folder, made, old, [&](const std::string& path, const fs::path& to) {
      return link_or_copy(old_folder / path, to);
    });
  }
};

}  // namespace

TEST_CASE("a version with AV1 added holds the old files as they are, and lists H.264 before AV1") {
  Improved improved;
  CHECK_FALSE(fs::exists(improved.new_folder / "video/0/1.m4s"));
  REQUIRE(improved.complete().has_value());
  const auto parsed = manifests::parse_index(read_file(improved.new_folder / "index.json").value());
  REQUIRE(parsed.has_value());
  CHECK(*parsed == improved.made);
  CHECK(parsed->title == improved.old.title);
  REQUIRE(parsed->renditions.size() == 3);
  CHECK(parsed->renditions[0].format.codec == Codec::kH264);
  CHECK(parsed->renditions[1].format.codec == Codec::kAv1);  // although it is smaller
  for (const FileEntry& file : parsed->files) {
    CHECK(fs::file_size(improved.new_folder / file.path) == file.bytes);
    CHECK(sha256_file(improved.new_folder / file.path).value() == file.sha256);
  }
  for (const FileEntry& file : improved.old.files)
    if (!file.path.starts_with("multivariant")) CHECK_MESSAGE(std::ranges::count(parsed->files, file) == 1, file.path);
  CHECK(read_file(improved.new_folder / "multivariant.m3u8").value() ==
        read_file(improved.old_folder / "multivariant.m3u8").value());
  CHECK(fs::exists(improved.new_folder / "multivariant-av1.m3u8"));
}

TEST_CASE("a version is not completed with a file that the old one has not, or has otherwise") {
  Improved improved;
  for (FileEntry& file : improved.made.files)
    if (file.path == "video/0/1.m4s") file.sha256 = std::string(64, '0');
  const auto done = improved.complete();
  REQUIRE(done.has_error());
  CHECK(done.error().code == Errc::kCorrupt);
  CHECK(done.error().message.find("video/0/1.m4s") != std::string::npos);
}
