// The bytes of a step are compared, not their ratio: bytes are what a family pays.
#include "streamer/api/worth.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>

namespace chalkline::streamer {

namespace {

// bit/s that a thousandth of quality is worth: 67 MB an hour for a step of 60, which is just seen.
constexpr std::int64_t kWorth = 2500;
constexpr std::uint64_t kAmplyPercent = 116;  // of a rung's peak: the sound, and a little to spare

}  // namespace

std::vector<std::uint64_t> dear_rungs(const VersionIndex& index) {
  std::map<Codec, std::vector<std::size_t>> ladders;
  for (std::size_t i = 0; i < index.renditions.size(); ++i)
    if (index.renditions[i].format.kind == MediaKind::kVideo) ladders[index.renditions[i].format.codec].push_back(i);
  const auto cost = [&](std::size_t i) { return static_cast<std::int64_t>(index.renditions[i].average_bandwidth); };
  const auto quality = [&](std::size_t i) { return index.renditions[i].format.quality; };
  std::vector<std::uint64_t> dear(index.renditions.size(), 0);
  for (auto& [codec, ladder] : ladders) {
    std::ranges::stable_sort(ladder, {}, cost);
    std::size_t below = ladder.front();
    for (const std::size_t rung : ladder) {
      const bool known = quality(rung) > 0 && quality(below) > 0;
      if (known && cost(rung) - cost(below) > (quality(rung) - quality(below)) * kWorth)
        dear[rung] = index.renditions[rung].peak_bandwidth * kAmplyPercent / 100;
      else
        below = rung;
    }
    // On the way to one that is worth it nothing is dear.
    for (const std::size_t rung : ladder)
      if (cost(rung) < cost(below)) dear[rung] = 0;
  }
  return dear;
}

}  // namespace chalkline::streamer
