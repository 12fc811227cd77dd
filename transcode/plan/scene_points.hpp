// Where slides and a camera take turns, what either kind of scene costs at one size is chosen for itself: bits go where
// they buy most quality, so that slides can be read in a rung in which the speaker costs little. Pure.
#pragma once

#include <span>
#include <vector>

#include "core/encoding_options.hpp"
#include "transcode/plan/plan.hpp"

namespace chalkline::transcode {

// Of each size the pairs of a point of `slides` and one of `camera` that no other pair of that size beats, among all
// and among those whose camera the floor holds. Either's kbps are its part of the lesson's; its quality counts by its
// share of the time. `camera_share`: 0..1, of the lesson.
std::vector<ProbePoint> pair_scenes(std::span<const ProbePoint> slides, std::span<const ProbePoint> camera,
                                    double camera_share, const EncodingOptions& options);

}  // namespace chalkline::transcode
