// From some probed points to all that lie between them, and to those of them that nothing beats. Pure.
#pragma once

#include <span>
#include <vector>

#include "transcode/plan/plan.hpp"

namespace chalkline::transcode {

// Those given and, in steps of CRF, those between two of one size and frame rate: quality falls along a curve, and bits
// exponentially. Of points with a camera_crf those given (scene_points.hpp has made what lies between).
std::vector<ProbePoint> in_between(std::span<const ProbePoint> probed);

// The upper convex hull over the logarithm of bits, left to right; every point of it has more bits and more quality
// than the one before.
std::vector<ProbePoint> upper_hull(std::vector<ProbePoint> points);

}  // namespace chalkline::transcode
