// Regions of interest, as libx264 heeds them.
#include "transcode/pictures/regions.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <span>

#include "transcode/av/error.hpp"

namespace chalkline::transcode {

namespace {
// What is pale and thin is coded as at this CRF where it changed by kPaleContrast, at six more for each doubling of
// that (six steps of the quantiser are twice its step), whatever the rung's is: so little is enough for every event of
// tests/media/events.mjs.
constexpr double kPaleCrf = 22;
constexpr double kPaleContrast = 16, kPalestContrast = 10;
constexpr double kCrfRange = 51;  // that AVRegionOfInterest's offset of 1 stands for in libx264

AVRational offset_of(double crf) { return {static_cast<int>(crf * 100), static_cast<int>(kCrfRange * 100)}; }

Result<void> attach(std::span<const AVRegionOfInterest> wanted, AVFrame& frame) {
  AVFrameSideData* data = av_frame_new_side_data(&frame, AV_FRAME_DATA_REGIONS_OF_INTEREST, wanted.size_bytes());
  if (data == nullptr) return av::error(AVERROR(ENOMEM), "encoding video");
  std::memcpy(data->data, wanted.data(), wanted.size_bytes());
  return {};
}
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
    one.qoffset = offset_of(offset);
    wanted.push_back(one);
  }
  if (wanted.empty()) return false;
  CHALK_TRY(attach(wanted, frame));
  return true;
}

Result<void> code_as(double crf, double encoder_crf, AVFrame& frame) {
  AVRegionOfInterest all{};
  all.self_size = sizeof(AVRegionOfInterest);
  all.right = frame.width;
  all.bottom = frame.height;
  all.qoffset = offset_of(crf - encoder_crf);
  return attach({&all, 1}, frame);
}

}  // namespace chalkline::transcode
