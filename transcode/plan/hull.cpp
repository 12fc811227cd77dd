// Interpolation by Lagrange, hull by Andrew's monotone chain.
#include "transcode/plan/hull.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <tuple>

namespace chalkline::transcode {

namespace {

constexpr double kCrfStep = 1;  // between interpolated points

// The value at `x` of the parabola through three points (Lagrange); of the line through two.
double interpolated(std::span<const ProbePoint> known, double x, double (*value)(const ProbePoint&)) {
  double sum = 0;
  for (const ProbePoint& at : known) {
    double weight = 1;
    for (const ProbePoint& other : known)
      if (other.crf != at.crf) weight *= (x - other.crf) / (at.crf - other.crf);
    sum += weight * value(at);
  }
  return sum;
}

}  // namespace

std::vector<ProbePoint> in_between(std::span<const ProbePoint> probed) {
  std::vector<ProbePoint> points(probed.begin(), probed.end());
  const auto shape = [](const ProbePoint& p) { return std::tuple(p.width, p.height, p.interval); };
  std::sort(points.begin(), points.end(), [&](const ProbePoint& a, const ProbePoint& b) {
    return std::tuple(shape(a), a.crf) < std::tuple(shape(b), b.crf);
  });
  std::vector<ProbePoint> all;
  for (std::size_t i = 0; i < points.size(); ++i) {
    all.push_back(points[i]);
    if (i + 1 == points.size() || shape(points[i]) != shape(points[i + 1]) || points[i].camera_crf > 0) continue;
    // The three nearest of this shape: one more before, or else after.
    std::size_t first = i, count = 2;
    if (i > 0 && shape(points[i - 1]) == shape(points[i])) {
      first = i - 1;
      count = 3;
    } else if (i + 2 < points.size() && shape(points[i + 2]) == shape(points[i])) {
      count = 3;
    }
    const std::span<const ProbePoint> known(points.data() + first, count);
    for (double crf = points[i].crf + kCrfStep; crf < points[i + 1].crf; crf += kCrfStep) {
      ProbePoint point = points[i];
      point.crf = crf;
      point.kbps =
          std::exp(interpolated(known, crf, [](const ProbePoint& p) { return std::log(std::max(0.01, p.kbps)); }));
      point.quality = interpolated(known, crf, [](const ProbePoint& p) { return p.quality; });
      all.push_back(point);
    }
  }
  return all;
}

std::vector<ProbePoint> upper_hull(std::vector<ProbePoint> points) {
  std::sort(points.begin(), points.end(), [](const ProbePoint& a, const ProbePoint& b) {
    return a.kbps < b.kbps || (a.kbps == b.kbps && a.quality > b.quality);
  });
  std::vector<ProbePoint> hull;
  for (const ProbePoint& point : points) {
    if (point.kbps <= 0 || (!hull.empty() && point.quality <= hull.back().quality)) continue;
    while (hull.size() >= 2) {
      const ProbePoint& a = hull[hull.size() - 2];
      const ProbePoint& b = hull.back();
      const double to_b = std::log(b.kbps / a.kbps), to_point = std::log(point.kbps / a.kbps);
      if ((b.quality - a.quality) * to_point > (point.quality - a.quality) * to_b) break;
      hull.pop_back();
    }
    hull.push_back(point);
  }
  return hull;
}

}  // namespace chalkline::transcode
