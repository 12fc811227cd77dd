// What a lesson costs a learner, as the watch page says it before it plays (web/src/choices.ts, costLine): from exact
// sizes in the index. Pure.
#pragma once

#include <cstdint>
#include <string>

#include "core/index.hpp"

namespace chalkline::streamer {

struct LessonCost {
  std::int64_t duration_ms = 0;
  std::uint64_t cheapest_bytes = 0;  // the cheapest readable picture with the cheapest sound; 0: no picture
  std::uint64_t sound_bytes = 0;     // the cheapest sound of the voice that plays unasked; 0: no sound
  std::uint64_t beside_bytes = 0;  // captions and pictures beside it, which are saved with it (web/src/offline/save.ts)
  std::string poster;              // path in the version, or ""
  std::uint64_t poster_bytes = 0;
};

LessonCost cost_of(const VersionIndex& index);

// MB of 10^6 bytes: "0.4", "3.1", "42".
std::string megabytes_figure(std::uint64_t bytes);

// "2:03" or "1:02:03".
std::string clock_figure(std::int64_t ms);

}  // namespace chalkline::streamer
