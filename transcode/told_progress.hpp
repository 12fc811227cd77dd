// What is told of the whole while a lesson is planned and while it is encoded, of either stage's work. Pure.
#pragma once

#include "transcode/transcode.hpp"

namespace chalkline::transcode {

// `planned`: 0..1 of the planning, which is the first `planning_share` of what is shown. Nobody knows yet how long the
// encoding will take.
Progress while_planning(double planned, double planning_share);

// The share of the encoding where one rung is the source's own stream: that is written, `written` of it, once all else
// has been read.
double share_beside_own_stream(double encoded, double written);

struct Encoded {
  double share = 0;          // 0..1 of the encoding alone
  double media_seconds = 0;  // of the lesson
  double wall_seconds = 0;   // since the encoding began
};

// The speed and the time that is left are the encoding's own: what planning took says nothing of them.
Progress while_encoding(const Encoded& done, double planning_share);

}  // namespace chalkline::transcode
