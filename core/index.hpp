// The index of a version: everything that is known of one transcoded lesson, as a value.
// manifests/index_json turns it into index.json and back; playlists, inspect, the API and mirrors are made from it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/rendition.hpp"

namespace chalkline {

struct FileEntry {
  std::string path;  // relative to the version's folder, '/' between parts, no "..", no leading '/'
  std::uint64_t bytes = 0;
  std::string sha256;  // 64 lower-case hex digits
  std::string media_type;
  friend bool operator==(const FileEntry&, const FileEntry&) = default;
};

// One media segment of a rendition. Segment n is the file "<rendition id>/<n>.m4s" (or .vtt), n from 1.
struct SegmentEntry {
  Ticks start = 0;     // in the rendition's timescale
  Ticks duration = 0;  // > 0
  std::uint64_t bytes = 0;
  std::uint64_t iframe_bytes = 0;  // video: bytes from the file's start to the end of its first (IDR) sample; else 0
  friend bool operator==(const SegmentEntry&, const SegmentEntry&) = default;
};

struct RenditionEntry {
  RenditionFormat format;
  std::string playlist;          // path of its media playlist
  std::string iframe_playlist;   // video only, else empty
  std::uint64_t init_bytes = 0;  // init.mp4; 0 for text
  std::vector<SegmentEntry> segments;
  std::uint64_t bytes = 0;                     // init and segments
  std::uint64_t average_bandwidth = 0;         // bit/s, rounded up: all segment bytes over all segment time
  std::uint64_t peak_bandwidth = 0;            // bit/s, rounded up: the largest of any one segment
  std::uint64_t iframe_average_bandwidth = 0;  // the same for the I-frames alone
  std::uint64_t iframe_peak_bandwidth = 0;
  friend bool operator==(const RenditionEntry&, const RenditionEntry&) = default;
};

struct Chapter {
  std::int64_t start_ms = 0;
  std::int64_t end_ms = 0;
  std::string title;
  friend bool operator==(const Chapter&, const Chapter&) = default;
};

struct SourceEntry {
  std::string name;  // file name without folders
  std::uint64_t bytes = 0;
  std::string sha256;       // empty where it was not asked for
  std::string container;    // "mov,mp4,m4a,3gp,3g2,mj2"
  std::string video_codec;  // "h264"; empty without video
  int width = 0;            // as displayed: rotated, square pixels
  int height = 0;
  friend bool operator==(const SourceEntry&, const SourceEntry&) = default;
};

struct VersionIndex {
  int schema = 1;
  std::string generator;  // "chalkline 0.1.0"
  std::string title;
  std::string language;  // BCP 47 of the default audio, "und" where unknown
  std::int64_t duration_ms = 0;
  MediaTime duration;  // exact, in the timescale of the first video rendition, else of the first audio one
  SourceEntry source;
  std::vector<RenditionEntry> renditions;  // video from the cheapest rung up, then audio, then text
  std::vector<Chapter> chapters;
  std::string poster;  // path, or empty
  std::vector<std::string>
      warnings;  // sentences for the content team: "the last 3 s of the recording could not be read"
  std::vector<FileEntry>
      files;  // sorted by path; every file of the version but index.json itself (and index.json.gz/.br)
  friend bool operator==(const VersionIndex&, const VersionIndex&) = default;
};

}  // namespace chalkline
