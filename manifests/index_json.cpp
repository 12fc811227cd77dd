// index.json as text. Written by hand around nlohmann's string escaping because the layout (one line per segment and
// file) is part of the format: it is kind to gzip, to diffs and to eyes.
#include "manifests/index_json.hpp"

#include <numeric>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace chalkline::manifests {
namespace {

std::string quote(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

// Keys and values of one object on one line.
class Line {
 public:
  Line& text(std::string_view key, const std::string& value) { return raw(key, quote(value)); }
  Line& number(std::string_view key, std::uint64_t value) { return raw(key, fmt::format("{}", value)); }
  Line& number(std::string_view key, std::int64_t value) { return raw(key, fmt::format("{}", value)); }
  Line& number(std::string_view key, int value) { return raw(key, fmt::format("{}", value)); }
  Line& number(std::string_view key, Timescale value) { return raw(key, fmt::format("{}", value)); }
  Line& boolean(std::string_view key, bool value) { return raw(key, value ? "true" : "false"); }
  Line& raw(std::string_view key, std::string_view json) {
    if (!text_.empty()) text_ += ',';
    text_ += fmt::format("\"{}\":{}", key, json);
    return *this;
  }
  [[nodiscard]] const std::string& inner() const { return text_; }
  [[nodiscard]] std::string object() const { return '{' + text_ + '}'; }

 private:
  std::string text_;
};

std::string lines(const std::vector<std::string>& values) {
  if (values.empty()) return "[]";
  return fmt::format("[\n{}\n]", fmt::join(values, ",\n"));
}

std::string ratio(const Ratio& value) {
  const std::int64_t divisor = value.known() ? std::gcd(value.num, value.den) : 1;
  return fmt::format("[{},{}]", value.num / divisor, value.den / divisor);
}

std::string source(const SourceEntry& entry) {
  return Line()
      .text("name", entry.name)
      .number("bytes", entry.bytes)
      .text("sha256", entry.sha256)
      .text("container", entry.container)
      .text("video_codec", entry.video_codec)
      .number("width", entry.width)
      .number("height", entry.height)
      .object();
}

std::string format_keys(const RenditionFormat& format) {
  Line line;
  line.text("id", format.id)
      .text("kind", std::string(name(format.kind)))
      .text("codec", std::string(name(format.codec)))
      .text("codecs", format.codecs)
      .number("timescale", format.timescale);
  if (format.kind == MediaKind::kVideo) {
    line.number("width", format.width)
        .number("height", format.height)
        .raw("frame_rate", ratio(format.frame_rate))
        .raw("max_frame_rate", ratio(format.max_frame_rate));
    if (format.quality > 0) line.number("quality", format.quality);
    if (format.repackaged) line.boolean("repackaged", true);
    return line.inner();
  }
  if (format.kind == MediaKind::kAudio) {
    line.number("channels", format.channels).number("sample_rate", format.sample_rate);
    if (format.kbps > 0) line.number("kbps", format.kbps);
    if (!format.track.empty()) line.text("track", format.track);
  }
  std::vector<std::string> characteristics;
  for (const std::string& value : format.characteristics) characteristics.push_back(quote(value));
  return line.text("language", format.language)
      .text("label", format.label)
      .boolean("default", format.is_default)
      .raw("characteristics", fmt::format("[{}]", fmt::join(characteristics, ",")))
      .inner();
}

std::string rendition(const RenditionEntry& entry) {
  const bool is_video = entry.format.kind == MediaKind::kVideo;
  Line measured;
  measured.text("playlist", entry.playlist);
  if (is_video) measured.text("iframe_playlist", entry.iframe_playlist);
  measured.number("init_bytes", entry.init_bytes)
      .number("bytes", entry.bytes)
      .number("average_bandwidth", entry.average_bandwidth)
      .number("peak_bandwidth", entry.peak_bandwidth);
  if (is_video)
    measured.number("iframe_average_bandwidth", entry.iframe_average_bandwidth)
        .number("iframe_peak_bandwidth", entry.iframe_peak_bandwidth);
  std::vector<std::string> segments;
  segments.reserve(entry.segments.size());
  for (const SegmentEntry& s : entry.segments)
    segments.push_back(is_video ? fmt::format("[{},{},{},{}]", s.start, s.duration, s.bytes, s.iframe_bytes)
                                : fmt::format("[{},{},{}]", s.start, s.duration, s.bytes));
  return fmt::format("{{{},\n{},\n\"segments\":{}}}", format_keys(entry.format), measured.inner(), lines(segments));
}

std::string chapter(const Chapter& entry) {
  return Line().number("start_ms", entry.start_ms).number("end_ms", entry.end_ms).text("title", entry.title).object();
}

std::string file(const FileEntry& entry) {
  return Line()
      .text("path", entry.path)
      .number("bytes", entry.bytes)
      .text("sha256", entry.sha256)
      .text("media_type", entry.media_type)
      .object();
}

template <class Value>
std::string each(const std::vector<Value>& values, std::string (*to_line)(const Value&)) {
  std::vector<std::string> rows;
  rows.reserve(values.size());
  for (const Value& value : values) rows.push_back(to_line(value));
  return lines(rows);
}

}  // namespace

std::string render_index(const VersionIndex& index) {
  const std::string duration =
      Line().number("ticks", index.duration.ticks).number("timescale", index.duration.timescale).object();
  const std::vector<std::string> keys = {
      Line().number("schema", index.schema).inner(),
      Line().text("generator", index.generator).inner(),
      Line().text("title", index.title).inner(),
      Line().text("language", index.language).inner(),
      Line().number("duration_ms", index.duration_ms).inner(),
      Line().raw("duration", duration).inner(),
      Line().raw("source", source(index.source)).inner(),
      Line().text("poster", index.poster).inner(),
      Line().raw("warnings", each<std::string>(index.warnings, [](const std::string& w) { return quote(w); })).inner(),
      Line().raw("chapters", each(index.chapters, chapter)).inner(),
      Line().raw("renditions", each(index.renditions, rendition)).inner(),
      Line().raw("files", each(index.files, file)).inner(),
  };
  return fmt::format("{{\n{}\n}}\n", fmt::join(keys, ",\n"));
}

}  // namespace chalkline::manifests
