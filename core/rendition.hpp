// What one encoded track is, in the words of RFC 8216bis. Made by transcode/, described by manifests/, shown by
// inspect and the pages.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/media_time.hpp"

namespace chalkline {

enum class MediaKind { kVideo, kAudio, kText };
enum class Codec { kH264, kHevc, kAv1, kAacLc, kOpus, kWebVtt };

std::string_view name(MediaKind kind) noexcept;  // "video", "audio", "text"
std::string_view name(Codec codec) noexcept;     // "h264", "hevc", "av1", "aac", "opus", "webvtt"
std::optional<MediaKind> media_kind_from_name(std::string_view name) noexcept;
std::optional<Codec> codec_from_name(std::string_view name) noexcept;

struct RenditionFormat {
  std::string id;  // unique in the version and its folder: "video/0", "audio/en-opus", "text/sw"
  MediaKind kind = MediaKind::kVideo;
  Codec codec = Codec::kH264;
  std::string codecs;  // RFC 6381, exact, from the bitstream: "avc1.64001e", "mp4a.40.2", "opus", "wvtt"
  Timescale timescale = 1;

  // video
  int width = 0;  // pixels as coded after cropping; pixels are square
  int height = 0;
  Ratio frame_rate;      // mean over the lesson, exact: {frames * timescale, duration}, reduced
  Ratio max_frame_rate;  // the fastest it gets, which RFC 8216bis 4.4.6.2 wants in FRAME-RATE; {0, 1}: unknown
  int quality = 0;       // 1..1000, what is left of the source to the eye, as the planner measured it; 0: not measured
  bool repackaged = false;  // the recording's own stream, not encoded again

  // audio
  int channels = 0;
  int sample_rate = 0;  // Hz
  int kbps = 0;         // the rate its encoder was asked for, 0 where unknown; what it took is measured
  std::string track;    // one voice at several rates and codecs has one name: "en", "en-2"; empty: a track of its own

  // audio and text
  std::string language;  // BCP 47, "und" where the source does not say
  std::string label;     // what a person sees: "English", "Kiswahili"
  bool is_default = false;
  std::vector<std::string> characteristics;  // HLS CHARACTERISTICS values: "public.accessibility.describes-video"

  friend bool operator==(const RenditionFormat&, const RenditionFormat&) = default;
};

// One timed text, [start, end) in milliseconds of media time; the text is WebVTT cue payload (tags allowed, no blank
// line).
struct Cue {
  std::int64_t start_ms = 0;
  std::int64_t end_ms = 0;
  std::string text;
  std::string settings;  // WebVTT cue settings, or empty: "line:0 align:start"
  friend bool operator==(const Cue&, const Cue&) = default;
};

// A person's name for a BCP 47 tag in its own language ("sw" -> "Kiswahili"); the tag itself where we know none.
std::string language_label(std::string_view tag);

// ISO 639-2 as containers carry it ("eng", "fre"/"fra", "swa") to BCP 47 ("en", "fr", "sw"); "und" for empty or unknown
// shapes; a valid BCP 47 tag passes unchanged.
std::string language_tag(std::string_view from_container);

}  // namespace chalkline
