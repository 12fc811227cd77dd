// A picture of its own memory for tests to draw on: what is in it is not said.
#pragma once

#include <doctest/doctest.h>

#include "transcode/av/ptr.hpp"

inline chalkline::transcode::av::FramePtr new_picture(int width, int height) {
  auto frame = chalkline::transcode::av::make_frame();
  frame->width = width;
  frame->height = height;
  frame->format = AV_PIX_FMT_YUV420P;
  REQUIRE(av_frame_get_buffer(frame.get(), 0) == 0);
  return frame;
}
