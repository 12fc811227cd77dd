// The quantisers that probe encodes try, on each codec's own scale, for about the same qualities. Used by plan.cpp.
#pragma once

#include <span>

#include "core/rendition.hpp"

namespace chalkline::transcode {

// Slides are dearest in their first picture and nearly free afterwards; faces the other way about.
// The finest comes last: it takes half as long again as another, and is not always wanted.
inline constexpr double kStillCrfs[] = {36, 42, 48, 30};
inline constexpr double kMovingCrfs[] = {24, 31, 38};
// Of a camera's scenes between slides, whose size is the slides': at 720 lines a face is dear.
inline constexpr double kCameraCrfs[] = {27, 35, 45};
inline constexpr double kCoarsestCrf = 51;  // the end of x264's scale
inline constexpr double kAv1Crfs[] = {35, 47, 59};
inline constexpr double kAv1CameraCrfs[] = {39, 51, 63};
inline constexpr double kHevcCrfs[] = {24, 30, 36};
inline constexpr double kHevcStillCrfs[] = {30, 36, 42, 24};
inline constexpr double kHevcCameraCrfs[] = {26, 33, 42};

inline std::span<const double> crfs_of(Codec codec, bool still) {
  if (codec == Codec::kAv1) return kAv1Crfs;
  if (codec == Codec::kHevc) return still ? std::span<const double>(kHevcStillCrfs) : kHevcCrfs;
  return still ? std::span<const double>(kStillCrfs) : kMovingCrfs;
}

inline std::span<const double> camera_crfs_of(Codec codec) {
  if (codec == Codec::kAv1) return kAv1CameraCrfs;
  return codec == Codec::kHevc ? std::span<const double>(kHevcCameraCrfs) : kCameraCrfs;
}

// Of the fewest frames a second, so that something fits the floor.
inline double floor_crf_of(Codec codec) { return codec == Codec::kAv1 ? 63 : codec == Codec::kHevc ? 43 : 45; }

}  // namespace chalkline::transcode
