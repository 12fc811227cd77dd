// Which renditions are meant is what the multivariant playlist offers where nobody chose
// (manifests/multivariant_files).
#include "streamer/pages/lesson_cost.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "manifests/multivariant_files.hpp"

namespace chalkline::streamer {

namespace {

const RenditionEntry* cheaper(const RenditionEntry* a, const RenditionEntry* b) {
  return a == nullptr || b->average_bandwidth < a->average_bandwidth ? b : a;
}

bool is_one_of(Codec codec, const std::vector<Codec>& codecs) {
  return codecs.empty() || std::find(codecs.begin(), codecs.end(), codec) != codecs.end();
}

const RenditionEntry* cheapest_picture(const VersionIndex& index) {
  const std::vector<Codec> codecs = manifests::preferred_video_codec(index);
  const RenditionEntry* found = nullptr;
  for (const RenditionEntry& one : index.renditions)
    if (one.format.kind == MediaKind::kVideo && is_one_of(one.format.codec, codecs)) found = cheaper(found, &one);
  return found;
}

const RenditionEntry* cheapest_sound(const VersionIndex& index) {
  const std::vector<Codec> codecs = manifests::preferred_audio_codec(index);
  const auto plays = [&](const RenditionEntry& one) {
    return one.format.kind == MediaKind::kAudio && is_one_of(one.format.codec, codecs);
  };
  const RenditionEntry* voice = nullptr;
  for (const RenditionEntry& one : index.renditions)
    if (plays(one) && (voice == nullptr || (one.format.is_default && !voice->format.is_default))) voice = &one;
  const RenditionEntry* found = voice;
  if (voice == nullptr || voice->format.track.empty()) return found;
  for (const RenditionEntry& one : index.renditions)
    if (plays(one) && one.format.track == voice->format.track) found = cheaper(found, &one);
  return found;
}

// As filesOf() in web/src/offline/save.ts has it.
bool is_beside(std::string_view path) {
  if (path.starts_with("image/")) return path.ends_with(".jpg") || path.ends_with(".vtt");
  return path.starts_with("text/") && path.ends_with("/captions.vtt");
}

}  // namespace

LessonCost cost_of(const VersionIndex& index) {
  LessonCost cost;
  cost.duration_ms = index.duration_ms;
  const RenditionEntry* picture = cheapest_picture(index);
  const RenditionEntry* sound = cheapest_sound(index);
  if (sound != nullptr) cost.sound_bytes = sound->bytes;
  if (picture != nullptr) cost.cheapest_bytes = picture->bytes + cost.sound_bytes;
  for (const FileEntry& file : index.files) {
    if (!index.poster.empty() && file.path == index.poster) cost.poster_bytes = file.bytes;
    if (is_beside(file.path)) cost.beside_bytes += file.bytes;
  }
  if (cost.poster_bytes > 0) cost.poster = index.poster;
  return cost;
}

std::string megabytes_figure(std::uint64_t bytes) {
  const double megabytes = static_cast<double>(bytes) / 1e6;
  return megabytes < 10 ? fmt::format("{:.1f}", std::max(megabytes, 0.1)) : fmt::format("{:.0f}", megabytes);
}

std::string clock_figure(std::int64_t ms) {
  const std::int64_t seconds = ms / 1000;
  if (seconds < 3600) return fmt::format("{}:{:02}", seconds / 60, seconds % 60);
  return fmt::format("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

}  // namespace chalkline::streamer
