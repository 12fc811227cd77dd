// index.json into a value. Shape and ranges are checked here, agreement between the parts in index_check.cpp.
#include <limits>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "manifests/index_json.hpp"
#include "manifests/json_reader.hpp"

namespace chalkline::manifests {
namespace {

constexpr JsonBounds kBounds = {kMaxIndexBytes, 8, 2'000'000};
constexpr std::int64_t kMaxTimescale = std::numeric_limits<std::int32_t>::max();
constexpr std::int64_t kMaxTicks = std::int64_t{1} << 52;  // so that start + duration stays below 2^53
constexpr std::int64_t kMaxSide = 65535;                   // pixels
constexpr std::int64_t kMaxKbps = 100'000;
constexpr std::int64_t kMaxQuality = 1000;

int small(const JsonValue& value, std::int64_t min, std::int64_t max) {
  return static_cast<int>(value.integer(min, max));
}

Timescale timescale(const JsonValue& value) { return static_cast<Timescale>(value.integer(1, kMaxTimescale)); }

SourceEntry read_source(const JsonValue& json) {
  SourceEntry source;
  source.name = json.at("name").text();
  source.bytes = json.at("bytes").count();
  source.sha256 = json.at("sha256").text();
  source.container = json.at("container").text();
  source.video_codec = json.at("video_codec").text();
  source.width = small(json.at("width"), 0, kMaxSide);
  source.height = small(json.at("height"), 0, kMaxSide);
  return source;
}

Ratio read_ratio(const JsonValue& json) {
  const std::vector<JsonValue> parts = json.elements(2);
  if (parts.size() != 2) return {};
  return {parts[0].integer(0), parts[1].integer(1)};
}

RenditionFormat read_format(const JsonValue& json) {
  RenditionFormat format;
  format.id = json.at("id").text();
  const auto kind = media_kind_from_name(json.at("kind").text());
  const auto codec = codec_from_name(json.at("codec").text());
  if (!kind) json.at("kind").fail("is not one of video, audio, text");
  if (!codec) json.at("codec").fail("is not a codec this version knows");
  format.kind = kind.value_or(MediaKind::kVideo);
  format.codec = codec.value_or(Codec::kH264);
  format.codecs = json.at("codecs").text();
  format.timescale = timescale(json.at("timescale"));
  if (format.kind == MediaKind::kVideo) {
    format.width = small(json.at("width"), 1, kMaxSide);
    format.height = small(json.at("height"), 1, kMaxSide);
    format.frame_rate = read_ratio(json.at("frame_rate"));
    format.max_frame_rate = read_ratio(json.at("max_frame_rate"));
    if (json.has("quality")) format.quality = small(json.at("quality"), 1, kMaxQuality);
    if (json.has("repackaged")) format.repackaged = json.at("repackaged").boolean();
    return format;
  }
  if (format.kind == MediaKind::kAudio) {
    format.channels = small(json.at("channels"), 1, 255);
    format.sample_rate = small(json.at("sample_rate"), 1, std::numeric_limits<int>::max());
    if (json.has("kbps")) format.kbps = small(json.at("kbps"), 1, kMaxKbps);
    if (json.has("track")) format.track = json.at("track").text();
  }
  format.language = json.at("language").text();
  format.label = json.at("label").text();
  format.is_default = json.at("default").boolean();
  for (const JsonValue& value : json.at("characteristics").elements()) format.characteristics.push_back(value.text());
  return format;
}

SegmentEntry read_segment(const JsonValue& json, bool is_video) {
  const std::vector<JsonValue> parts = json.elements(is_video ? 4 : 3);
  SegmentEntry segment;
  if (parts.empty()) return segment;
  segment.start = parts[0].integer(0, kMaxTicks);
  segment.duration = parts[1].integer(1, kMaxTicks);
  segment.bytes = static_cast<std::uint64_t>(parts[2].integer(1));
  if (is_video) segment.iframe_bytes = parts[3].count();
  return segment;
}

RenditionEntry read_rendition(const JsonValue& json) {
  RenditionEntry entry;
  entry.format = read_format(json);
  const bool is_video = entry.format.kind == MediaKind::kVideo;
  entry.playlist = json.at("playlist").text();
  entry.init_bytes = json.at("init_bytes").count();
  entry.bytes = json.at("bytes").count();
  entry.average_bandwidth = json.at("average_bandwidth").count();
  entry.peak_bandwidth = json.at("peak_bandwidth").count();
  if (is_video) {
    entry.iframe_playlist = json.at("iframe_playlist").text();
    entry.iframe_average_bandwidth = json.at("iframe_average_bandwidth").count();
    entry.iframe_peak_bandwidth = json.at("iframe_peak_bandwidth").count();
  }
  for (const JsonValue& segment : json.at("segments").elements()) {
    entry.segments.push_back(read_segment(segment, is_video));
    if (json.failed()) break;
  }
  return entry;
}

Chapter read_chapter(const JsonValue& json) {
  return {json.at("start_ms").integer(0), json.at("end_ms").integer(0), json.at("title").text()};
}

FileEntry read_file(const JsonValue& json) {
  return {json.at("path").text(), json.at("bytes").count(), json.at("sha256").text(), json.at("media_type").text()};
}

template <class Value>
std::vector<Value> read_each(const JsonValue& array, Value (*read)(const JsonValue&)) {
  std::vector<Value> values;
  for (const JsonValue& element : array.elements()) {
    values.push_back(read(element));
    if (array.failed()) break;
  }
  return values;
}

VersionIndex read_index(const JsonValue& json) {
  VersionIndex index;
  index.schema = small(json.at("schema"), 1, std::numeric_limits<int>::max());
  index.generator = json.at("generator").text();
  index.title = json.at("title").text();
  index.language = json.at("language").text();
  index.duration_ms = json.at("duration_ms").integer(0);
  index.duration = {json.at("duration").at("ticks").integer(0, kMaxTicks),
                    timescale(json.at("duration").at("timescale"))};
  index.source = read_source(json.at("source"));
  index.poster = json.at("poster").text();
  for (const JsonValue& warning : json.at("warnings").elements()) index.warnings.push_back(warning.text());
  index.chapters = read_each(json.at("chapters"), read_chapter);
  index.renditions = read_each(json.at("renditions"), read_rendition);
  index.files = read_each(json.at("files"), read_file);
  return index;
}

Error corrupt(std::string_view what) { return Error(Errc::kCorrupt, fmt::format("{}: {}", "index.json", what)); }

}  // namespace

Result<VersionIndex> parse_index(std::string_view text) {
  if (const auto reason = exceeds(text, kBounds)) return Error(Errc::kLimitExceeded, "index.json: " + *reason);
  const nlohmann::json document = nlohmann::json::parse(text.begin(), text.end(), nullptr, false);
  if (document.is_discarded()) return corrupt("it is not JSON, or cut short");
  JsonFailure failure(document);
  const JsonValue root(&document, failure);
  if (!root.is_object()) return corrupt("it is not a JSON object");
  const std::int64_t schema = root.at("schema").integer(1);
  if (!failure && schema != kIndexSchema)
    return Error(Errc::kCorrupt, fmt::format("index.json: schema {} is not known, only {}", schema, kIndexSchema),
                 "use a newer chalkline");
  VersionIndex index = read_index(root);
  if (failure) return corrupt(failure.text());
  CHALK_TRY(check_index(index));
  return index;
}

}  // namespace chalkline::manifests
