// Documents over nlohmann::ordered_json; text that is not UTF-8 is replaced, never thrown over.
#include "streamer/api/json.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "manifests/version_path.hpp"
#include "manifests/voice_tag.hpp"
#include "streamer/api/documents.hpp"
#include "streamer/api/lesson_value.hpp"
#include "streamer/api/worth.hpp"

namespace chalkline::streamer {

namespace {

Json base_value(const library::Lesson& lesson) {
  Json json;
  json["id"] = lesson.id;
  json["title"] = lesson.title;
  json["course"] = lesson.course;
  json["language"] = lesson.language;
  json["version"] = lesson.version ? Json(*lesson.version) : Json(nullptr);
  json["created_ms"] = lesson.created_ms;
  json["updated_ms"] = lesson.updated_ms;
  json["watch"] = "/watch/" + lesson.id;
  return json;
}

Json rendition_value(const RenditionEntry& rendition) {
  const RenditionFormat& format = rendition.format;
  Json json;
  json["id"] = format.id;
  json["kind"] = name(format.kind);
  json["codec"] = name(format.codec);
  json["codecs"] = format.codecs;
  if (format.kind == MediaKind::kVideo) {
    json["width"] = format.width;
    json["height"] = format.height;
    if (format.frame_rate.known()) json["frame_rate"] = format.frame_rate.value();
    if (format.quality > 0) json["quality"] = format.quality;
  } else {
    if (format.kind == MediaKind::kAudio) json["channels"] = format.channels;
    if (format.kbps > 0) json["kbps"] = format.kbps;
    if (!format.track.empty()) json["track"] = format.track;
    json["language"] = format.language;
    json["label"] = format.label;
    json["default"] = format.is_default;
  }
  json["bytes"] = rendition.bytes;
  json["average_bandwidth"] = rendition.average_bandwidth;
  json["peak_bandwidth"] = rendition.peak_bandwidth;
  return json;
}

bool holds(const VersionIndex& index, const std::string& path) {
  return std::any_of(index.files.begin(), index.files.end(), [&](const FileEntry& file) { return file.path == path; });
}

// Whole WebVTT files beside the segments, for players that cannot take text renditions.
Json text_value(const RenditionEntry& rendition, const VersionIndex& index) {
  Json json;
  json["language"] = rendition.format.language;
  json["label"] = rendition.format.label;
  json["default"] = rendition.format.is_default;
  json["bytes"] = rendition.bytes;
  const std::string whole = rendition.format.id + "/" + std::string(manifests::kCaptionsName);
  if (holds(index, whole)) json["path"] = whole;
  return json;
}

void add_facts(Json& json, const VersionIndex& index) {
  json["duration_ms"] = index.duration_ms;
  json["poster"] = index.poster.empty() ? Json(nullptr) : Json(index.poster);
  json["renditions"] = Json::array();
  json["text"] = Json::array();
  for (const RenditionEntry& rendition : index.renditions) {
    if (rendition.format.kind == MediaKind::kText)
      json["text"].push_back(text_value(rendition, index));
    else
      json["renditions"].push_back(rendition_value(rendition));
  }
  json["chapters"] = Json::array();
  for (const Chapter& chapter : index.chapters)
    json["chapters"].push_back({{"start_ms", chapter.start_ms}, {"end_ms", chapter.end_ms}, {"title", chapter.title}});
}

// What a player that plans ahead must know. All renditions share their segments (core/index.hpp), so the first one's
// lengths are everybody's; sound has nearly the same bytes in every second, its average is enough.
void add_segments(Json& json, const VersionIndex& index) {
  std::size_t at = 0;
  for (const RenditionEntry& rendition : index.renditions) {
    if (rendition.format.kind == MediaKind::kText) continue;
    if (at == 0) {
      json["segment_ms"] = Json::array();
      for (const SegmentEntry& segment : rendition.segments) {
        const auto ms = [&](Ticks ticks) { return rescale(ticks, rendition.format.timescale, 1000); };
        json["segment_ms"].push_back(ms(segment.start + segment.duration) - ms(segment.start));
      }
    }
    Json& facts = json["renditions"][at++];
    if (rendition.format.kind != MediaKind::kVideo) continue;
    facts["segment_kb"] = Json::array();
    for (const SegmentEntry& segment : rendition.segments) facts["segment_kb"].push_back((segment.bytes + 999) / 1000);
  }
}

}  // namespace

std::string lesson_playlist_url(const std::string& lesson_id) { return "/l/" + lesson_id + "/multivariant.m3u8"; }

std::string lessons_json(const std::vector<library::Lesson>& lessons) {
  return text_of(list_value("lessons", lessons, base_value));
}

Json lesson_value(const library::Lesson& lesson, const VersionIndex* index) {
  Json json = base_value(lesson);
  if (index != nullptr) {
    json["base"] = "/v/" + lesson.version.value_or("") + "/";
    json["multivariant"] = lesson_playlist_url(lesson.id);
    add_facts(json, *index);
    json["warnings"] = index->warnings;
  }
  return json;
}

std::string lesson_json(const library::Lesson& lesson, const VersionIndex* index) {
  return text_of(lesson_value(lesson, index));
}

Json job_value(const library::Job& job) {
  Json value;
  value["id"] = job.id;
  value["kind"] = library::name(job.kind);
  value["lesson"] = job.lesson_id;
  value["source_name"] = job.source_name;
  value["state"] = library::name(job.state);
  value["fraction"] = job.fraction;
  value["seconds_left"] = job.seconds_left < 0 ? Json(nullptr) : Json(job.seconds_left);
  if (job.state == library::JobState::kRunning) {
    value["stage"] = job.stage;
    value["rungs"] = Json::array();
    for (const library::JobRung& rung : job.rungs)
      value["rungs"].push_back({{"name", rung.name}, {"fraction", rung.fraction}});
  }
  value["tries"] = job.tries;
  value["failure"] = job.failure.empty() ? Json(nullptr) : Json(job.failure);
  value["created_ms"] = job.created_ms;
  value["updated_ms"] = job.updated_ms;
  value["priority"] = job.priority;
  return value;
}

std::string jobs_json(const std::vector<library::Job>& jobs) { return text_of(list_value("jobs", jobs, job_value)); }

std::string lesson_facts_json(const library::Lesson& lesson, const VersionIndex& index, const PageReporting& reporting,
                              std::string_view front) {
  Json json;
  json["id"] = lesson.id;
  json["title"] = lesson.title;
  json["language"] = lesson.language == "und" ? index.language : lesson.language;
  json["version"] = lesson.version.value_or("");
  json["base"] = std::string(front) + "/v/" + lesson.version.value_or("") + "/";
  json["multivariant"] = lesson_playlist_url(lesson.id);
  add_facts(json, index);
  add_segments(json, index);
  // Each byte of the page keeps a learner waiting: what the page does not ask for stays out.
  for (const char* key : {"version", "poster", "multivariant"}) json.erase(key);
  if (json["chapters"].empty()) json.erase("chapters");
  for (Json& text : json["text"])
    for (const char* key : {"default", "bytes"}) text.erase(key);
  const std::vector<std::uint64_t> dear = dear_rungs(index);
  std::size_t at = 0;
  for (std::size_t i = 0; i < index.renditions.size(); ++i) {
    const RenditionEntry& entry = index.renditions[i];
    if (entry.format.kind == MediaKind::kText) continue;
    Json& rendition = json["renditions"][at++];
    if (dear[i] > 0) rendition["dear"] = dear[i] / 1000 * 1000;
    if (!manifests::describes_video(entry.format)) continue;
    // Another choice than the plain voice, by the sign that broadcasters have for it.
    rendition["language"] = manifests::voice_tag(entry.format);
    std::string label = entry.format.label.empty() ? language_label(entry.format.language) : entry.format.label;
    if (!label.ends_with("(AD)")) label += " (AD)";
    rendition["label"] = label;
  }
  for (Json& rendition : json["renditions"]) {
    for (const char* key : {"channels", "kbps", "quality"}) rendition.erase(key);
    if (!rendition.value("default", false)) rendition.erase("default");
    // Asked for to know whether a saver ladder is decoded in time.
    if (rendition["codec"] == "h264" || rendition["kind"] != "video") rendition.erase("frame_rate");
    // Nor does it ask for sixteen digits: a peak is up to the next kbit/s, so that a limit is still kept.
    constexpr std::uint64_t kStep = 1000;
    Json& peak = rendition["peak_bandwidth"];
    peak = (peak.get<std::uint64_t>() + kStep - 1) / kStep * kStep;
    Json& average = rendition["average_bandwidth"];
    average = (average.get<std::uint64_t>() + 50) / 100 * 100;
    if (const auto rate = rendition.find("frame_rate"); rate != rendition.end())
      *rate = std::round(rate->get<double>() * 1000) / 1000;
  }
  if (reporting.reports) json["reports"] = true;
  if (reporting.request_data) json["cmcd"] = true;
  if (!reporting.lrs.empty()) json["lrs"] = reporting.lrs;
  return compact(json);
}

}  // namespace chalkline::streamer
