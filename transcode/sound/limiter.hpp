// A look-ahead limiter of true peaks: what comes out stays below the ceiling between the samples too, and the gain is
// lowered 5 ms before a peak instead of in it. Each encoder has one. Pure: a stream of samples in, the same number out,
// late by latency().
#pragma once

#include <array>
#include <deque>
#include <span>
#include <vector>

#include "transcode/sound/true_peak.hpp"

namespace chalkline::transcode {

class Limiter {
 public:
  Limiter(int channels, double gain_db, double ceiling_db);

  // In place: one pointer a channel. What comes out was put in latency() samples earlier; at first that is silence.
  void process(float* const* planes, std::size_t samples);

  static constexpr int latency() { return kLookAhead + kReach - 1; }

 private:
  static constexpr int kLookAhead = 240;  // samples, 5 ms at 48 kHz
  static constexpr int kReach = kPeakReach;
  static constexpr int kTaps = kPeakTaps;

  [[nodiscard]] double peak_near_middle() const;
  // The least gain that is wanted within the look-ahead, once `wanted` has joined it.
  double least_wanted(double wanted);

  struct Channel {
    std::array<float, 2 * kTaps> newest{};  // a ring that stands twice, for the interpolator to read in one go
    std::vector<float> late;                // a ring of latency() samples
  };
  std::vector<Channel> channels_;
  float gain_;
  double ceiling_;
  std::size_t tap_ = 0;
  std::size_t late_at_ = 0;
  struct Wanted {
    long at;
    double gain;
  };
  std::deque<Wanted> window_;     // gains below 1 that the samples ahead want, rising: the first is the least
  std::vector<double> smoothed_;  // a ring of what is averaged
  std::size_t smooth_at_ = 0;
  double sum_;
  double held_ = 1;     // the least gain, released slowly
  long quiet_ = kTaps;  // samples since one that may be part of a peak
  long whole_ = 0;      // samples since held_ was below 1
  long now_ = 0;
};

}  // namespace chalkline::transcode
