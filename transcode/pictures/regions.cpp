// Regions of interest, as libx264 heeds them.
#include "transcode/pictures/regions.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "transcode/av/error.hpp"

namespace chalkline::transcode {

namespace {
// What is pale and thin is coded as at this CRF where it changed by kPaleContrast, at six more for each doubling of
// that (six steps of the quantiser are twice its step), whatever the rung's is: so little is enough for every event of
// tests/media/events.mjs.
constexpr double kPaleCrf = 22;
constexpr double kPaleContrast = 16, kPalestContrast = 10;
constexpr double kCrfRange = 51;  // that AVRegionOfInterest's offset of 1 stands for in libx264
}  // namespace

Result<bool> care_for(const Regions& regions, double crf, int from_width, int from_height, AVFrame& frame) {
  std::vector<AVRegionOfInterest> wanted;
  const auto scaled = [](int value, int to, int from, bool up) {
    return std::min(to, static_cast<int>((static_cast<std::int64_t>(value) * to + (up ? from - 1 : 0)) / from));
  };
  for (const Region& region : regions) {
    const double offset =
        kPaleCrf + 6 * std::log2(std::max<double>(kPalestContrast, region.contrast) / kPaleContrast) - crf;
    if (offset > -1) continue;
    AVRegionOfInterest one{};
    one.self_size = sizeof(AVRegionOfInterest);
    one.left = scaled(region.left, frame.width, from_width, false);
    one.right = scaled(region.right, frame.width, from_width, true);
    one.top = scaled(region.top, frame.height, from_height, false);
    one.bottom = scaled(region.bottom, frame.height, from_height, true);
    one.qoffset = {static_cast<int>(offset * 100), static_cast<int>(kCrfRange * 100)};
    wanted.push_back(one);
  }
  if (wanted.empty()) return false;
  const std::size_t bytes = wanted.size() * sizeof(AVRegionOfInterest);
  AVFrameSideData* data = av_frame_new_side_data(&frame, AV_FRAME_DATA_REGIONS_OF_INTEREST, bytes);
  if (data == nullptr) return av::error(AVERROR(ENOMEM), "encoding video");
  std::memcpy(data->data, wanted.data(), bytes);
  return true;
}

}  // namespace chalkline::transcode
