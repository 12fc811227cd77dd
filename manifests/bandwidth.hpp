// Measured bit rates. publish/ calls measure() once a rendition's segments are all there; everything that later says
// what a rendition costs (BANDWIDTH, inspect, the pages) reads the figures it left. Pure; any thread.
#pragma once

#include <cstdint>

#include "core/index.hpp"

namespace chalkline::manifests {

// bytes over duration in bit/s, rounded up. A duration below one tick counts as one tick, so that a broken segment
// gives a large figure and never a division by zero.
std::uint64_t bit_rate(std::uint64_t bytes, Ticks duration, Timescale timescale);

// Fills bytes, average_bandwidth, peak_bandwidth and the two I-frame figures from init_bytes and segments. The peak is
// that of the worst single segment: never below what RFC 8216bis 4.4.6.2 asks for (there: over every contiguous set of
// segments of 0.5 to 1.5 target durations, and no mean exceeds its largest part).
void measure(RenditionEntry& rendition);

}  // namespace chalkline::manifests
