// Visual information fidelity in the pixel domain (Sheikh and Bovik, "Image information and visual quality", 2006) at
// four scales, which is also the core of VMAF; square windows stand in for its Gaussians. The mapping to a scale like
// VMAF's was fitted to VMAF v0.6.1 on 95 encodes of five pieces of lectures (slides, a recorder, talking heads; 180 to
// 720 lines, CRF 22 to 42), under the condition that more of anything is never worse: root of the mean squared
// error 2.7. SSIM cannot do this: a white slide hides its text from a mean over the picture.
#include "transcode/plan/quality.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

namespace chalkline::transcode {

namespace {

constexpr std::size_t kScales = 4;
constexpr double kNeuralNoise = 2.0;  // variance, of 255 squared; as in the reference implementation
constexpr double kTiny = 1e-6;
constexpr double kBest = 98;

struct Luma {
  const std::uint8_t* data;
  std::ptrdiff_t stride;
  int width, height;
};

// Sums over the columns of a strip of rows, or over squares of it, one after the other. Whole numbers: exact.
struct Sums {
  std::vector<std::uint32_t> a, b, aa, bb, ab;
  explicit Sums(std::size_t size) : a(size), b(size), aa(size), bb(size), ab(size) {}
};

// Of `rows` rows from `y` on. Products of two bytes fit 16 bits, which is what the compiler's vectors hold most of.
void add_columns(const Luma& one, const Luma& other, int y, int rows, Sums& columns) {
  const auto width = static_cast<std::size_t>(one.width);
  std::uint32_t* __restrict a = columns.a.data();
  std::uint32_t* __restrict b = columns.b.data();
  std::uint32_t* __restrict aa = columns.aa.data();
  std::uint32_t* __restrict bb = columns.bb.data();
  std::uint32_t* __restrict ab = columns.ab.data();
  for (int row = 0; row < rows; ++row) {
    const std::uint8_t* __restrict p = one.data + (y + row) * one.stride;
    const std::uint8_t* __restrict q = other.data + (y + row) * other.stride;
    const std::uint32_t keep = row == 0 ? 0U : ~0U;  // the first row begins anew
    for (std::size_t x = 0; x < width; ++x) {
      a[x] = (a[x] & keep) + p[x];
      b[x] = (b[x] & keep) + q[x];
      aa[x] = (aa[x] & keep) + static_cast<std::uint16_t>(p[x] * p[x]);
      bb[x] = (bb[x] & keep) + static_cast<std::uint16_t>(q[x] * q[x]);
      ab[x] = (ab[x] & keep) + static_cast<std::uint16_t>(p[x] * q[x]);
    }
  }
}

template <std::size_t Side>
void add_up(const std::vector<std::uint32_t>& columns, std::vector<std::uint32_t>& squares) {
  for (std::size_t i = 0; i < squares.size(); ++i) {
    std::uint32_t sum = 0;
    for (std::size_t x = 0; x < Side; ++x) sum += columns[i * Side + x];
    squares[i] = sum;
  }
}

// The logarithm of a product of many factors, each at least 1 and at most 2^14.
class LogSum {
 public:
  void add(double factor) {
    product_ *= factor;
    if (++factors_ < kMostFactors) return;
    sum_ += std::log2(product_);
    product_ = 1;
    factors_ = 0;
  }
  [[nodiscard]] double value() const { return sum_ + std::log2(product_); }

 private:
  static constexpr int kMostFactors = 64;  // 64 times 14 bits is within a double's exponent
  double sum_ = 0, product_ = 1;
  int factors_ = 0;
};

// The share of the reference's information that is left at one scale, 0..1. Windows of two squares by two overlap by
// half, so each square's sums serve four of them.
template <int Side>
double fidelity(const Luma& reference, const Luma& shown) {
  const int across = reference.width / Side, down = reference.height / Side;
  if (across < 2 || down < 2) return 1;
  Sums columns(static_cast<std::size_t>(reference.width));
  Sums above(static_cast<std::size_t>(across)), here(static_cast<std::size_t>(across));
  LogSum kept, all;
  for (int strip = 0; strip < down; ++strip) {
    std::swap(above, here);
    add_columns(reference, shown, strip * Side, Side, columns);
    add_up<Side>(columns.a, here.a);
    add_up<Side>(columns.b, here.b);
    add_up<Side>(columns.aa, here.aa);
    add_up<Side>(columns.bb, here.bb);
    add_up<Side>(columns.ab, here.ab);
    if (strip == 0) continue;
    for (std::size_t i = 0; i + 1 < here.a.size(); ++i) {
      const auto mean = [i, &above, &here](std::vector<std::uint32_t> Sums::*sums) {
        constexpr double kPixels = 4 * Side * Side;
        return ((above.*sums)[i] + (above.*sums)[i + 1] + (here.*sums)[i] + (here.*sums)[i + 1]) / kPixels;
      };
      const double mean_a = mean(&Sums::a), mean_b = mean(&Sums::b);
      const double reference_variance = mean(&Sums::aa) - mean_a * mean_a;
      if (reference_variance < kTiny) continue;  // a flat window holds nothing that could be lost
      const double shown_variance = mean(&Sums::bb) - mean_b * mean_b;
      const double covariance = mean(&Sums::ab) - mean_a * mean_b;
      double gain = std::clamp(covariance / reference_variance, 0.0, 1.0);
      if (shown_variance < kTiny) gain = 0;
      const double noise = std::max(kTiny, shown_variance - gain * covariance);
      kept.add(1 + gain * gain * reference_variance / (noise + kNeuralNoise));
      all.add(1 + reference_variance / kNeuralNoise);
    }
  }
  return all.value() > 0 ? kept.value() / all.value() : 1;
}

std::vector<std::uint8_t> halved(const Luma& luma) {
  const int width = luma.width / 2, height = luma.height / 2;
  std::vector<std::uint8_t> half(static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
  std::uint8_t* out = half.data();
  for (int y = 0; y < height; ++y) {
    const std::uint8_t* top = luma.data + 2 * y * luma.stride;
    const std::uint8_t* bottom = top + luma.stride;
    for (int x = 0; x < width; ++x)
      *out++ = static_cast<std::uint8_t>((top[2 * x] + top[2 * x + 1] + bottom[2 * x] + bottom[2 * x + 1] + 2) / 4);
  }
  return half;
}

}  // namespace

double picture_quality(const AVFrame& reference, const AVFrame& shown) {
  Luma a{reference.data[0], reference.linesize[0], reference.width, reference.height};
  Luma b{shown.data[0], shown.linesize[0], shown.width, shown.height};
  std::array<double, kScales> v{};
  std::vector<std::uint8_t> half_a, half_b;
  for (std::size_t scale = 0; scale < kScales; ++scale) {
    // Windows of 8 by 8 pixels, and of 4 by 4 at the coarser scales.
    v[scale] = scale < 2 ? fidelity<4>(a, b) : fidelity<2>(a, b);
    if (scale + 1 == kScales) break;
    std::vector<std::uint8_t> next_a = halved(a), next_b = halved(b);
    half_a.swap(next_a);
    half_b.swap(next_b);
    a = {half_a.data(), a.width / 2, a.width / 2, a.height / 2};
    b = {half_b.data(), b.width / 2, b.width / 2, b.height / 2};
  }
  const double fine = 1 - v[0], middle = 1 - v[2], coarse = 1 - v[3];
  const double score = kBest - 44.96 * fine * fine * fine - 18.73 * middle - 123.83 * coarse * std::sqrt(coarse);
  return std::clamp(score, 0.0, 100.0);
}

}  // namespace chalkline::transcode
