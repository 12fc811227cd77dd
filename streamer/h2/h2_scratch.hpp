// What one delivery thread lends to whichever of its HTTP/2 connections is at work: empty, or meaningless, between
// calls.
#pragma once

#include <array>
#include <deque>
#include <string>

#include "streamer/h2/h2_fields.hpp"

namespace chalkline::streamer {

struct H2Scratch {
  std::string batch;               // frames that leave together
  H2ResponseFields response;       // until nghttp2 has taken them over
  std::deque<std::string> joined;  // RequestFields
  std::array<char, 16'384> file;   // a piece of a file on its way into a frame
};

}  // namespace chalkline::streamer
