// Which packets a link loses: each by itself, or in bursts by the Gilbert-Elliott chain (E. O. Elliott, "Estimates of
// Error Rates for Codes on Burst-Noise Channels", 1963). Seeded: the same packets meet the same fate in every run.
#pragma once

#include <cstdint>
#include <random>

namespace chalkline::weaklink {

// All four are probabilities per packet, 0..1. Independent loss is {loss_good = p} with to_bad = 0.
struct LossPlan {
  double to_bad = 0;     // p: good to bad
  double to_good = 1;    // r: bad to good
  double loss_bad = 1;   // 1 - h: lost while bad
  double loss_good = 0;  // 1 - k: lost while good
  friend bool operator==(const LossPlan&, const LossPlan&) = default;

  // The share of packets lost in the long run.
  [[nodiscard]] double mean() const noexcept;
};

class LossProcess {
 public:
  LossProcess(const LossPlan& plan, std::uint64_t seed);
  bool next_is_lost();

 private:
  double draw();
  LossPlan plan_;
  std::mt19937_64 random_;
  bool bad_ = false;
};

// [0, 1) from 53 bits of the generator: the same on every standard library.
double uniform(std::mt19937_64& random);

}  // namespace chalkline::weaklink
