// Which sound goes with which picture. The renditions of one audio codec stand in levels, from the cheapest up; each
// level is an EXT-X-MEDIA group that holds every track of the lesson, and each variant names one level. Used by the
// composer. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/index.hpp"

namespace chalkline::manifests {

struct AudioLevel {
  std::string id;                              // GROUP-ID: "opus" where there is one level, else "opus-12", "opus-16"
  int kbps = 0;                                // of the track that names the level; 0 where the index does not say
  std::vector<const RenditionEntry*> members;  // one of each track, in the order of the index; point into it
};

// RFC 8216bis 4.4.6.1.1: groups of one type have the same members. So a track with fewer rates than another (music
// beside speech) stands in more than one level with the same rendition.
std::vector<AudioLevel> audio_levels(const VersionIndex& index, Codec codec);

struct Pairing {
  std::size_t rung = 0;
  std::size_t level = 0;
  friend bool operator==(const Pairing&, const Pairing&) = default;
};

// Rungs and levels as bit/s, each from the cheapest up. A rung takes the richest level that costs at most a third of
// its picture, so that sound is a quarter of a variant's bits where it can be and the cheapest level carries the
// cheapest rungs. Every level is in use: those below the first rung's go with the first rung, those between two rungs'
// with the upper one, those above the last with the last. So neither figure falls from one pairing to the next, and
// there are at most rungs + levels - 1 of them.
std::vector<Pairing> pair_rungs_with_levels(std::span<const std::uint64_t> rungs,
                                            std::span<const std::uint64_t> levels);

}  // namespace chalkline::manifests
