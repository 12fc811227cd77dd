// Choosing and encoding the poster.
#include "transcode/beside/poster.hpp"

#include <algorithm>

#include "transcode/beside/jpeg.hpp"

namespace chalkline::transcode {

namespace {
constexpr int kMaxWidth = 640;
constexpr int kScale = 8;             // of the quantisers
constexpr double kGoodContrast = 12;  // variance of luma under which a picture is blank to the eye

// Variance of every eighth luma sample.
double contrast(const AVFrame& picture) {
  double sum = 0;
  double squares = 0;
  double count = 0;
  for (int y = 0; y < picture.height; y += 8) {
    const std::uint8_t* row = picture.data[0] + static_cast<std::ptrdiff_t>(y) * picture.linesize[0];
    for (int x = 0; x < picture.width; x += 8) {
      sum += row[x];
      squares += static_cast<double>(row[x]) * row[x];
      ++count;
    }
  }
  return count == 0 ? 0 : squares / count - sum / count * (sum / count);
}
}  // namespace

PosterPicker::PosterPicker(MediaTime duration)
    : wanted_from_(std::min(MediaTime{duration.ticks / 10, duration.timescale}, MediaTime{20, 1})) {}

void PosterPicker::consider(const AVFrame& picture, MediaTime at) {
  if (settled_ || (best_ && at < wanted_from_ && looked_ > 0)) return;
  if (at >= wanted_from_ && looked_++ % 15 != 0) return;  // twice a second is enough to leave a black stretch
  const double found = contrast(picture);
  if (found > best_contrast_) {
    best_ = av::share(picture);
    best_contrast_ = found;
  }
  settled_ = (at >= wanted_from_ && best_contrast_ > kGoodContrast) || looked_ > 600;
}

Result<std::vector<std::byte>> PosterPicker::encode() const {
  if (!best_) return std::vector<std::byte>();
  const int width = std::min(kMaxWidth, best_->width);
  const int height =
      std::max(2, static_cast<int>(static_cast<std::int64_t>(best_->height) * width / best_->width) & ~1);
  CHALK_TRY_ASSIGN(const av::FramePtr small, scale_for_jpeg(*best_, width & ~1, height));
  return encode_jpeg(*small, kScale);
}

}  // namespace chalkline::transcode
