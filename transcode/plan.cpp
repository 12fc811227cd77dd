// Ladder planning from the configured steps.
#include "transcode/plan.hpp"

#include <algorithm>
#include <cmath>

namespace chalkline::transcode {

static int even(double value) { return std::max(2, static_cast<int>(std::lround(value / 2.0)) * 2); }

std::vector<Rung> plan_ladder(const VideoFacts& video, const EncodingOptions& options, int cores) {
  std::vector<RungOptions> steps = options.ladder;
  std::sort(steps.begin(), steps.end(), [](const auto& a, const auto& b) { return a.height < b.height; });
  const int source_side = std::min(video.width, video.height);

  std::vector<Rung> rungs;
  const auto add = [&](int side, const RungOptions& step) {
    const double ratio = static_cast<double>(side) / source_side;
    const bool own_size = side == source_side;
    rungs.push_back({own_size ? video.width : std::min(video.width, even(video.width * ratio)),
                     own_size ? video.height : std::min(video.height, even(video.height * ratio)), step.crf,
                     step.max_kbps, 1});
  };
  for (const RungOptions& step : steps)
    if (step.height <= source_side) add(step.height, step);
  // The source's own size where the steps leave a visible part of it unused (over 15 %).
  const int largest = rungs.empty() ? 0 : std::min(rungs.back().width, rungs.back().height);
  const auto next = std::find_if(steps.begin(), steps.end(), [&](const auto& s) { return s.height > source_side; });
  if (!steps.empty() && next != steps.end() && source_side * 100 > largest * 115) add(source_side, *next);

  // Encoder threads by share of the pixels: all cores busy, and no more threads (each costs some bits) than that needs.
  double pixels = 0;
  for (const Rung& rung : rungs) pixels += static_cast<double>(rung.width) * rung.height;
  for (Rung& rung : rungs) {
    const double share = static_cast<double>(rung.width) * rung.height / pixels;
    rung.threads = std::clamp(static_cast<int>(std::lround(share * cores)), 1, 16);
  }
  return rungs;
}

}  // namespace chalkline::transcode
