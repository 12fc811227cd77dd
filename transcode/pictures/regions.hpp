// Parts of a picture, or all of it, coded finer or coarser than the encoder is set: what is pale and new, which a
// coarse encoder would smear (found by picture_line.cpp), and a camera's scenes between slides.
#pragma once

#include <vector>

#include "core/error.hpp"
#include "transcode/av/ptr.hpp"

namespace chalkline::transcode {

// In the picture's pixels; `right` and `bottom` are the first ones outside. `contrast`: by how much its luma changed.
struct Region {
  int left, top, right, bottom;
  int contrast;
};
using Regions = std::vector<Region>;

// Has an encoder at `crf` spend more on these parts of `frame`, which was scaled from a picture of `from_width` by
// `from_height`: what is paler, more. false where it codes all of them well enough as it is.
Result<bool> care_for(const Regions& regions, double crf, int from_width, int from_height, AVFrame& frame);

// Has an encoder at `encoder_crf` code all of `frame` as at `crf`.
Result<void> code_as(double crf, double encoder_crf, AVFrame& frame);

}  // namespace chalkline::transcode
