// The table of lessons.
#include "lessons.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/sha256.hpp"
#include "manifests/bandwidth.hpp"
#include "manifests/multivariant_files.hpp"
#include "manifests/version_path.hpp"

namespace chalkline::manifests::testing {

LessonBuilder::LessonBuilder(std::string title, std::vector<std::int64_t> boundaries_ms)
    : boundaries_ms_(std::move(boundaries_ms)) {
  index.generator = "chalkline 0.1.0";
  index.title = std::move(title);
  index.language = "und";
  index.duration_ms = boundaries_ms_.back();
  index.source = {"lesson.mp4", 123456789, "", "mov,mp4,m4a,3gp,3g2,mj2", "h264", 1280, 720};
}

RenditionEntry& LessonBuilder::add(RenditionFormat format, int kbps, std::uint64_t init_bytes) {
  RenditionEntry entry;
  entry.format = std::move(format);
  entry.init_bytes = init_bytes;
  entry.playlist = entry.format.id + "/playlist.m3u8";
  if (entry.format.kind == MediaKind::kVideo) entry.iframe_playlist = entry.format.id + "/iframes.m3u8";
  for (std::size_t i = 0; i + 1 < boundaries_ms_.size(); ++i) {
    const auto start_ms = boundaries_ms_[i];
    const auto length_ms = boundaries_ms_[i + 1] - start_ms;
    SegmentEntry segment;
    segment.start = rescale(start_ms, 1000, entry.format.timescale);
    segment.duration = rescale(start_ms + length_ms, 1000, entry.format.timescale) - segment.start;
    segment.bytes = static_cast<std::uint64_t>(kbps * length_ms / 8 + static_cast<std::int64_t>(i * 7 % 5) * 111);
    if (entry.format.kind == MediaKind::kVideo) segment.iframe_bytes = segment.bytes / 3;
    entry.segments.push_back(segment);
  }
  measure(entry);
  index.renditions.push_back(std::move(entry));
  return index.renditions.back();
}

LessonBuilder& LessonBuilder::video(int width, int height, int kbps, Ratio frame_rate, Timescale timescale) {
  const auto rung = std::count_if(index.renditions.begin(), index.renditions.end(),
                                  [](const auto& r) { return r.format.kind == MediaKind::kVideo; });
  RenditionFormat format;
  format.id = fmt::format("video/{}", rung);
  format.kind = MediaKind::kVideo;
  format.codec = Codec::kH264;
  format.codecs = fmt::format("avc1.6400{:02x}", 0x15 + 5 * rung);
  format.timescale = timescale;
  format.width = width;
  format.height = height;
  format.frame_rate = frame_rate;
  format.max_frame_rate = frame_rate;
  add(std::move(format), kbps, 800);
  return *this;
}

LessonBuilder& LessonBuilder::in(Codec codec, const std::string& codecs) {
  index.renditions.back().format.codec = codec;
  index.renditions.back().format.codecs = codecs;
  return *this;
}

LessonBuilder& LessonBuilder::left(int quality) {
  index.renditions.back().format.quality = quality;
  return *this;
}

LessonBuilder& LessonBuilder::repackaged() {
  index.renditions.back().format.repackaged = true;
  return *this;
}

LessonBuilder& LessonBuilder::audio(Codec codec, const std::string& language, const std::string& label, int kbps,
                                    bool is_default, std::vector<std::string> characteristics) {
  RenditionFormat format;
  const auto tracks = std::count_if(index.renditions.begin(), index.renditions.end(), [&](const auto& r) {
    return r.format.kind == MediaKind::kAudio && r.format.codec == codec && r.format.language == language;
  });
  format.id = fmt::format("audio/{}-{}{}", language, name(codec), tracks == 0 ? "" : fmt::format("-{}", tracks + 1));
  format.kind = MediaKind::kAudio;
  format.codec = codec;
  format.codecs = codec == Codec::kOpus ? "opus" : "mp4a.40.2";
  format.timescale = 48000;
  format.channels = 1;
  format.sample_rate = 48000;
  format.language = language;
  format.label = label;
  format.is_default = is_default;
  format.characteristics = std::move(characteristics);
  add(std::move(format), kbps, 600);
  return *this;
}

LessonBuilder& LessonBuilder::rates(Codec codec, const std::string& language, const std::string& label,
                                    std::vector<int> kbps, bool is_default, std::vector<std::string> characteristics) {
  std::string track = language;
  const auto is_taken = [&] {
    return std::any_of(index.renditions.begin(), index.renditions.end(),
                       [&](const RenditionEntry& r) { return r.format.track == track && r.format.codec == codec; });
  };
  for (int n = 2; is_taken(); ++n) track = fmt::format("{}-{}", language, n);
  for (const int rate : kbps) {
    RenditionFormat format;
    format.id = fmt::format("audio/{}-{}{}", track, codec == Codec::kOpus ? 'o' : 'a', rate);
    format.kind = MediaKind::kAudio;
    format.codec = codec;
    format.codecs = codec == Codec::kOpus ? "opus" : "mp4a.40.2";
    format.sample_rate = codec == Codec::kOpus ? 48000 : 32000;
    format.timescale = static_cast<Timescale>(format.sample_rate);
    format.channels = 1;
    format.kbps = rate;
    format.track = track;
    format.language = language;
    format.label = label;
    format.is_default = is_default;
    format.characteristics = characteristics;
    add(std::move(format), rate, 600);
  }
  return *this;
}

LessonBuilder& LessonBuilder::text(const std::string& language, const std::string& label, bool is_default) {
  RenditionFormat format;
  format.id = "text/" + language;
  format.kind = MediaKind::kText;
  format.codec = Codec::kWebVtt;
  format.codecs = "wvtt";
  format.timescale = 1000;
  format.language = language;
  format.label = label;
  format.is_default = is_default;
  add(std::move(format), 1, 0);
  return *this;
}

VersionIndex LessonBuilder::build() {
  const auto list = [&](const std::string& path, std::uint64_t bytes, const std::string& media_type) {
    index.files.push_back({path, bytes, sha256_hex(path), media_type});
  };
  const std::string playlist_type = "application/vnd.apple.mpegurl";
  for (const auto& [file, options] : multivariant_files(index)) list(file, 1000, playlist_type);
  if (!index.poster.empty()) list(index.poster, 4321, "image/jpeg");
  for (const RenditionEntry& entry : index.renditions) {
    const std::string folder = entry.format.id + "/";
    const std::string_view type = name(entry.format.kind);
    const bool is_text = entry.format.kind == MediaKind::kText;
    list(entry.playlist, 500, playlist_type);
    if (!entry.iframe_playlist.empty()) list(entry.iframe_playlist, 500, playlist_type);
    if (!is_text) list(folder + std::string(kInitName), entry.init_bytes, fmt::format("{}/mp4", type));
    for (std::size_t i = 0; i < entry.segments.size(); ++i)
      list(segment_path(entry.format, i + 1), entry.segments[i].bytes,
           is_text ? "text/vtt" : fmt::format("{}/mp4", type));
  }
  std::sort(index.files.begin(), index.files.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  index.duration = {rescale(index.duration_ms, 1000, 90000), 90000};
  return std::move(index);
}

std::vector<std::pair<std::string, MultivariantPlaylist>> Lesson::playlists() const {
  std::vector<std::pair<std::string, MultivariantPlaylist>> all;
  if (options.audio_codecs.empty())
    for (const auto& [file, choice] : multivariant_files(index))
      all.emplace_back(file, make_multivariant_playlist(index, choice));
  else
    all.emplace_back(kMultivariantName, make_multivariant_playlist(index, options));
  return all;
}

static VersionIndex fractions() {
  LessonBuilder builder("Fractions");
  builder.video(426, 240, 60).video(640, 360, 110).video(1280, 720, 400);
  builder.audio(Codec::kOpus, "en", "English", 24, true).audio(Codec::kOpus, "sw", "Kiswahili", 22);
  builder.audio(Codec::kAacLc, "en", "English", 48, true).audio(Codec::kAacLc, "sw", "Kiswahili", 46);
  builder.text("en", "English").text("sw", "Kiswahili");
  builder.index.language = "en";
  builder.index.poster = "image/poster.jpg";
  builder.index.chapters = {{0, 8000, "Halves"}, {8000, 18500, "Quarters"}};
  builder.index.warnings = {"the last 3 s of the recording could not be read"};
  return builder.build();
}

// 29.97 frames a second: boundaries at whole frames, which are no whole numbers of milliseconds in the sum.
static VersionIndex ntsc() {
  LessonBuilder builder("Broadcast", {0, 2002, 8008, 14014, 20020, 24324});
  builder.video(854, 480, 300, {30000, 1001}, 30000).audio(Codec::kOpus, "und", "", 24, true);
  return builder.build();
}

static VersionIndex strange_labels() {
  LessonBuilder builder("Say \"hello\", \\ <world> & good-bye\n\xF0\x9F\x8E\x93 አማርኛ", {0, 4000, 8000});
  builder.video(640, 360, 100);
  builder.audio(Codec::kOpus, "en", "English, \"the teacher\"\r\nspeaking", 24, true);
  builder.audio(Codec::kOpus, "en", "English, \"the teacher\"\r\nspeaking", 24, false,
                {"public.accessibility.describes-video", "public.easy-to-read"});
  builder.audio(Codec::kOpus, "am", "አማርኛ", 24).audio(Codec::kOpus, "ar", "العربية\x01\xFF", 24);
  builder.text("fr-CA", "Français (CA)", true);
  builder.index.source.name = "lesson \"one\"\t\xFF.mp4";
  return builder.build();
}

std::vector<Lesson> lessons() {
  const MultivariantOptions plain;
  std::vector<Lesson> all;
  all.push_back({"fractions", fractions(), plain});
  MultivariantOptions swahili;
  swahili.base_uri = "/v/" + std::string(64, 'a') + "/";
  swahili.audio_language = "sw";
  swahili.text_language = "sw";
  swahili.audio_codecs = {Codec::kOpus};
  all.push_back({"fractions-in-swahili", fractions(), swahili});
  MultivariantOptions both;
  both.audio_codecs = {Codec::kOpus, Codec::kAacLc};
  all.push_back({"fractions-in-both-codecs", fractions(), both});
  all.push_back({"no-audio", LessonBuilder("Silent").video(640, 360, 90).video(1280, 720, 300).build(), plain});
  all.push_back({"audio-only",
                 LessonBuilder("Radio", {0, 2000, 8000})
                     .audio(Codec::kOpus, "fr", "Français", 24, true)
                     .audio(Codec::kAacLc, "fr", "Français", 48, true)
                     .build(),
                 plain});
  all.push_back({"three-languages",
                 LessonBuilder("Three", {0, 6000, 12000})
                     .video(640, 480, 150)
                     .audio(Codec::kOpus, "en", "English", 24)
                     .audio(Codec::kOpus, "pt-BR", "Português (BR)", 24, true)
                     .audio(Codec::kOpus, "sw", "Kiswahili", 24)
                     .build(),
                 plain});
  all.push_back({"portrait",
                 LessonBuilder("Phone", {0, 2000, 7333})
                     .video(240, 426, 50)
                     .video(360, 640, 110)
                     .video(720, 1280, 380)
                     .audio(Codec::kOpus, "und", "", 24, true)
                     .build(),
                 plain});
  all.push_back({"ntsc", ntsc(), plain});
  // Slides: frames in the mean, and the large picture is cheaper than the middle one.
  all.push_back({"slides",
                 LessonBuilder("Slides", {0, 2000, 20000, 47041})
                     .video(854, 480, 21, {42, 47}, 1000)
                     .video(1280, 720, 13, {42, 47}, 1000)
                     .audio(Codec::kOpus, "en", "English", 20, true)
                     .audio(Codec::kAacLc, "en", "English", 48, true)
                     .build(),
                 plain});
  // Three rates of every voice, two languages and a described track; a rung for each rate.
  all.push_back(
      {"sound-rates",
       LessonBuilder("Rates")
           .video(640, 360, 24)
           .left(858)
           .video(854, 480, 56)
           .left(903)
           .video(1280, 720, 160)
           .repackaged()
           .rates(Codec::kOpus, "en", "English", {12, 16, 24}, true)
           .rates(Codec::kOpus, "en", "English", {12, 16, 24}, false, {"public.accessibility.describes-video"})
           .rates(Codec::kOpus, "sw", "Kiswahili", {12, 16, 24})
           .rates(Codec::kAacLc, "en", "English", {32}, true)
           .rates(Codec::kAacLc, "en", "English", {32}, false, {"public.accessibility.describes-video"})
           .rates(Codec::kAacLc, "sw", "Kiswahili", {32})
           .build(),
       plain});
  // No video: the rates of the sound are the ladder.
  all.push_back({"radio-rates",
                 LessonBuilder("Radio", {0, 2000, 8000})
                     .rates(Codec::kOpus, "sw", "Kiswahili", {12, 16, 24}, true)
                     .rates(Codec::kAacLc, "sw", "Kiswahili", {32}, true)
                     .build(),
                 plain});
  all.push_back({"strange-labels", strange_labels(), plain});
  // The saver ladder beside the usual one: H.264 is first everywhere.
  all.push_back({"saver",
                 LessonBuilder("Saver")
                     .video(426, 240, 60)
                     .video(640, 360, 110)
                     .video(426, 240, 22)
                     .in(Codec::kAv1, "av01.0.00M.10")
                     .video(640, 360, 48)
                     .in(Codec::kAv1, "av01.0.01M.10")
                     .audio(Codec::kOpus, "en", "English", 20, true)
                     .audio(Codec::kAacLc, "en", "English", 48, true)
                     .build(),
                 plain});
  all.push_back(
      {"one-segment",
       LessonBuilder("Short", {0, 340}).video(320, 180, 40).audio(Codec::kOpus, "en", "English", 24, true).build(),
       plain});
  return all;
}

}  // namespace chalkline::manifests::testing
