// Where decoded sound passes what it may, and by how much less the encoder is to be given there. Pure.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace chalkline::transcode {

// EBU R 128 s2 allows -1 dBTP; what remains is for other interpolators: ffmpeg's finds up to 0.4 dB more in a hiss.
inline constexpr double kMostCodedDb = -1.3;

struct CodedPeak {
  long at;     // sample
  float gain;  // that would have brought it to what it may be
};

// The peaks of decoded packets that follow each other. One decoder's, all of its channels.
class CodedPeaks {
 public:
  explicit CodedPeaks(int channels);

  // `interleaved`: of the packet. Adds to `peaks` what passes `most`, a factor of full scale, counted from the packet's
  // first sample; the last kPeakReach samples come with the next packet. Gives the largest sample.
  float find(std::span<const float> interleaved, double most, std::vector<CodedPeak>& peaks);
  void forget();  // what came before

 private:
  std::vector<std::vector<float>> channels_;  // what the interpolator still needs, then the packet
};

// So far around a peak is sound lowered.
inline constexpr long kLowered = 336;  // samples, 7 ms

// The gain of each of `samples` samples from `from` on: at each peak and 2 ms around it its gain and `more_db` less,
// with smooth ramps of 5 ms to either side.
std::vector<float> gains_around(std::span<const CodedPeak> peaks, double more_db, long from, std::size_t samples);

}  // namespace chalkline::transcode
