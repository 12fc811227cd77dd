// The ladder: which rungs are made of a source. A pure function of facts and options, so that it can be tested, shown
// and argued about without encoding anything.
#pragma once

#include <vector>

#include "core/encoding_options.hpp"
#include "transcode/probe.hpp"

namespace chalkline::transcode {

struct Rung {
  int width = 0;   // even
  int height = 0;  // even
  double crf = 0;
  int max_kbps = 0;
  int threads = 1;  // of the encoder
  friend bool operator==(const Rung&, const Rung&) = default;
};

// From the smallest to the largest. Never larger than the source; a source between two steps of the ladder, or below
// all of them, gets one rung of its own size. `cores` is what all encoders together may use.
std::vector<Rung> plan_ladder(const VideoFacts& video, const EncodingOptions& options, int cores);

}  // namespace chalkline::transcode
