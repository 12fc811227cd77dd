// Shares of shares.
#include "transcode/told_progress.hpp"

#include <algorithm>

namespace chalkline::transcode {

namespace {

// Before these the first pictures alone, which fill the encoders' lookahead, would foretell the rest.
constexpr double kFirstSeconds = 0.5;
constexpr double kFirstShare = 0.01;

constexpr double kWritingShare = 0.02;  // of the encoding: nothing of that stream is encoded again

}  // namespace

Progress while_planning(double planned, double planning_share) {
  Progress now;
  now.stage = Progress::Stage::kAnalysing;
  now.fraction = planned * planning_share;
  return now;
}

double share_beside_own_stream(double encoded, double written) {
  return (1 - kWritingShare) * std::clamp(encoded, 0.0, 1.0) + kWritingShare * std::clamp(written, 0.0, 1.0);
}

Progress while_encoding(const Encoded& done, double planning_share) {
  Progress now;
  const double share = std::clamp(done.share, 0.0, 1.0);
  now.stage = Progress::Stage::kEncoding;
  now.fraction = planning_share + (1 - planning_share) * share;
  if (done.wall_seconds <= kFirstSeconds) return now;
  now.speed = done.media_seconds / done.wall_seconds;
  if (share > kFirstShare) now.seconds_left = done.wall_seconds * (1 - share) / share;
  return now;
}

}  // namespace chalkline::transcode
