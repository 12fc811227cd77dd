// Which rungs ask more bytes for what they gain than that is worth to the eye, so that a player does not go up to them
// by itself where bytes may be dear (docs/players.md, "Our own player"): a link that comes and goes. Pure.
#pragma once

#include <cstdint>
#include <vector>

#include "core/index.hpp"

namespace chalkline::streamer {

// One for each of the index's renditions, in its order. Each codec's rungs are reckoned from the cheapest up, a step
// from the last that was worth it. 0: it or one above it is worth its bytes, or its quality was not measured, or that
// of the one below; else what a link must carry all the time, bit/s, for a player to take it.
std::vector<std::uint64_t> dear_rungs(const VersionIndex& index);

}  // namespace chalkline::streamer
