// The Gilbert-Elliott chain, one step per packet.
#include "bench/weaklink/loss.hpp"

namespace chalkline::weaklink {

double uniform(std::mt19937_64& random) { return static_cast<double>(random() >> 11) * 0x1.0p-53; }

double LossPlan::mean() const noexcept {
  if (to_bad <= 0) return loss_good;
  const double bad = to_bad / (to_bad + to_good);
  return bad * loss_bad + (1 - bad) * loss_good;
}

LossProcess::LossProcess(const LossPlan& plan, std::uint64_t seed) : plan_(plan), random_(seed) {}

double LossProcess::draw() { return uniform(random_); }

bool LossProcess::next_is_lost() {
  // Two draws a packet whatever the state, so that a changed probability does not shift the rest of the run.
  const double turn = draw();
  const double fate = draw();
  if (turn < (bad_ ? plan_.to_good : plan_.to_bad)) bad_ = !bad_;
  return fate < (bad_ ? plan_.loss_bad : plan_.loss_good);
}

}  // namespace chalkline::weaklink
