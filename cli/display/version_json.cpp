// Keys in a fixed order, so that two outputs can be compared as text.
#include "cli/display/version_json.hpp"

#include <cmath>

#include <nlohmann/json.hpp>

#include "cli/display/version_table.hpp"
#include "manifests/multivariant_playlist.hpp"

namespace chalkline::cli {

using Json = nlohmann::ordered_json;

static std::string text_of(const Json& object, int indent) {
  return object.dump(indent, ' ', false, Json::error_handler_t::replace) + "\n";
}

static Json rendition_of(const RenditionEntry& entry, const std::optional<SeenLesson>& seen) {
  const RenditionFormat& format = entry.format;
  Json object = {{"id", format.id},
                 {"kind", std::string(name(format.kind))},
                 {"codec", std::string(name(format.codec))},
                 {"codecs", format.codecs}};
  if (format.kind == MediaKind::kVideo) {
    object["width"] = format.width;
    object["height"] = format.height;
    object["frame_rate"] = std::round(format.frame_rate.value() * 1000) / 1000;
    if (format.repackaged) object["repackaged"] = true;
  } else {
    object["language"] = format.language;
    object["label"] = format.label;
  }
  if (format.kind == MediaKind::kAudio) object["channels"] = format.channels;
  if (const double quality = seen ? seen->quality_of(format.id) : 0; quality > 0) object["quality"] = quality;
  object["bytes"] = entry.bytes;
  object["average_bandwidth"] = entry.average_bandwidth;
  object["peak_bandwidth"] = entry.peak_bandwidth;
  object["bytes_per_hour"] = entry.average_bandwidth * 450;
  object["segments"] = entry.segments.size();
  return object;
}

static Json facts_of(const VersionIndex& index, const std::string& id, const std::optional<SeenLesson>& seen = {}) {
  Json object = {{"version", id},
                 {"title", index.title},
                 {"language", index.language},
                 {"duration_ms", index.duration_ms},
                 {"bytes", total_bytes(index)},
                 {"files", index.files.size()},
                 {"renditions", Json::array()},
                 {"variants", Json::array()},
                 {"warnings", index.warnings}};
  for (const RenditionEntry& entry : index.renditions) object["renditions"].push_back(rendition_of(entry, seen));
  for (const manifests::VariantStream& variant : manifests::make_multivariant_playlist(index).variants)
    object["variants"].push_back({{"width", variant.width},
                                  {"height", variant.height},
                                  {"codecs", variant.codecs},
                                  {"average_bandwidth", variant.average_bandwidth},
                                  {"bandwidth", variant.bandwidth},
                                  {"bytes_per_hour", variant.average_bandwidth * 450},
                                  {"uri", variant.uri}});
  return object;
}

std::string version_json(const VersionIndex& index, const std::string& id, const std::optional<SeenLesson>& seen) {
  Json object = facts_of(index, id, seen);
  if (seen && !seen->ordinary.empty()) {
    object["ordinary_ladder"] = Json::array();
    for (const SeenLesson::Point& point : seen->ordinary)
      object["ordinary_ladder"].push_back({{"width", point.width},
                                           {"height", point.height},
                                           {"average_bandwidth", std::llround(point.kbps * 1000)},
                                           {"quality", point.quality}});
  }
  if (seen && seen->saver) object["saver_saves"] = seen->saver->saved;
  return text_of(object, 2);
}

std::string done_line(const VersionIndex& index, const std::string& id) {
  Json line = {{"event", "done"}};
  line.update(facts_of(index, id));
  return text_of(line, -1);
}

}  // namespace chalkline::cli
