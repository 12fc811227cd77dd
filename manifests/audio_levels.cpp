// Levels from the index, and their staircase beside the rungs.
#include "manifests/audio_levels.hpp"

#include <algorithm>
#include <set>
#include <tuple>

#include <fmt/format.h>

namespace chalkline::manifests {

namespace {

constexpr std::uint64_t kPictureToSound = 3;

// The renditions of one track, from the cheapest up.
using Track = std::vector<const RenditionEntry*>;

std::vector<Track> tracks_of(const VersionIndex& index, Codec codec) {
  std::vector<Track> tracks;
  for (const RenditionEntry& entry : index.renditions) {
    const RenditionFormat& format = entry.format;
    if (format.kind != MediaKind::kAudio || format.codec != codec) continue;
    const auto same = std::find_if(tracks.begin(), tracks.end(), [&](const Track& track) {
      return !format.track.empty() && track.front()->format.track == format.track;
    });
    if (same == tracks.end())
      tracks.push_back({&entry});
    else
      same->push_back(&entry);
  }
  const auto cost = [](const RenditionEntry* r) { return std::tuple(r->format.kbps, r->average_bandwidth); };
  for (Track& track : tracks)
    std::stable_sort(track.begin(), track.end(), [&](const auto* a, const auto* b) { return cost(a) < cost(b); });
  return tracks;
}

}  // namespace

std::vector<AudioLevel> audio_levels(const VersionIndex& index, Codec codec) {
  const std::vector<Track> tracks = tracks_of(index, codec);
  std::size_t count = 0;
  for (const Track& track : tracks) count = std::max(count, track.size());
  const auto naming =
      std::find_if(tracks.begin(), tracks.end(), [&](const Track& track) { return track.size() == count; });
  std::vector<AudioLevel> levels;
  std::set<std::string> taken;
  for (std::size_t n = 0; n < count; ++n) {
    AudioLevel level;
    level.kbps = (*naming)[n]->format.kbps;
    level.id = count == 1 ? std::string(name(codec)) : fmt::format("{}-{}", name(codec), level.kbps);
    if (!taken.insert(level.id).second) level.id += fmt::format("-{}", n + 1);
    for (const Track& track : tracks) level.members.push_back(track[n * track.size() / count]);
    levels.push_back(std::move(level));
  }
  return levels;
}

std::vector<Pairing> pair_rungs_with_levels(std::span<const std::uint64_t> rungs,
                                            std::span<const std::uint64_t> levels) {
  std::vector<Pairing> pairings;
  if (rungs.empty() || levels.empty()) return pairings;
  std::size_t next = 0;  // the lowest level that is not in use yet
  for (std::size_t rung = 0; rung < rungs.size(); ++rung) {
    std::size_t level = 0;
    while (level + 1 < levels.size() && levels[level + 1] * kPictureToSound <= rungs[rung]) ++level;
    if (!pairings.empty()) level = std::max(level, pairings.back().level);
    for (; next < level; ++next) pairings.push_back({rung, next});
    pairings.push_back({rung, level});
    next = std::max(next, level + 1);
  }
  for (; next < levels.size(); ++next) pairings.push_back({rungs.size() - 1, next});
  return pairings;
}

}  // namespace chalkline::manifests
