// The pieces of a lesson put one after the other as an encoder would be given them, for probe encodes. Pure.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "transcode/analyse/analyse.hpp"

namespace chalkline::transcode {

// A picture in the stream of pieces, with an IDR at each piece's start.
struct Shown {
  const AVFrame* frame;
  Ticks pts;  // in the stream of pieces
  Ticks duration;
  float area;
  bool first, repeat, kept;
  bool compared = false;
};

// As a rung would be given them that shows a picture each `interval` at most: what is new, when it is, and a repeat
// each second.
std::vector<Shown> line_up(std::span<const ProbePiece> pieces, Ticks interval, Timescale timescale);

// As an ordinary site's encoder is given them: every frame of the source, one `step` after the other. Of long stills
// only the beginning, which is enough to know what a repeat takes; of a piece the first pictures. Quality is compared
// where it has settled.
std::vector<Shown> line_up_ordinary(std::span<const ProbePiece> pieces, Ticks step, ContentKind kind);

}  // namespace chalkline::transcode
