// All pairs of a size: some hundreds.
#include "transcode/plan/scene_points.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include "transcode/plan/hull.hpp"

namespace chalkline::transcode {

namespace {

constexpr double kLeastGain = 0.5;  // of quality, from one to the next

// By rising bits, each better than the one before.
std::vector<ProbePoint> unbeaten(std::vector<ProbePoint> points) {
  std::ranges::sort(points, [](const ProbePoint& a, const ProbePoint& b) {
    return a.kbps < b.kbps || (a.kbps == b.kbps && a.quality > b.quality);
  });
  std::vector<ProbePoint> found;
  for (const ProbePoint& point : points)
    if (found.empty() || point.quality >= found.back().quality + kLeastGain) found.push_back(point);
  return found;
}

}  // namespace

std::vector<ProbePoint> pair_scenes(std::span<const ProbePoint> slides, std::span<const ProbePoint> camera,
                                    double camera_share, const EncodingOptions& options) {
  std::map<std::pair<int, int>, std::pair<std::vector<ProbePoint>, std::vector<ProbePoint>>> sizes;
  for (const ProbePoint& point : in_between(slides)) sizes[{point.width, point.height}].first.push_back(point);
  for (const ProbePoint& point : in_between(camera)) sizes[{point.width, point.height}].second.push_back(point);
  std::vector<ProbePoint> found;
  for (auto& [size, kinds] : sizes) {
    std::vector<ProbePoint> pairs, within;
    const std::vector<ProbePoint> faces = unbeaten(std::move(kinds.second));
    for (const ProbePoint& slide : unbeaten(std::move(kinds.first)))
      for (const ProbePoint& face : faces) {
        ProbePoint pair = face;
        pair.crf = slide.crf;
        pair.camera_crf = face.crf;
        pair.kbps = slide.kbps + face.kbps;
        pair.quality = slide.quality * (1 - camera_share) + face.quality * camera_share;
        pair.slides_quality = slide.quality;
        pair.busiest_kbps = std::max(slide.kbps / (1 - camera_share), face.kbps / camera_share);
        pairs.push_back(pair);
        if (fits_floor(pair, options)) within.push_back(pair);
      }
    std::ranges::copy(unbeaten(std::move(within)), std::back_inserter(found));
    std::ranges::copy(unbeaten(std::move(pairs)), std::back_inserter(found));
  }
  return found;
}

}  // namespace chalkline::transcode
