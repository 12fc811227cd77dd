// Pictures of the lesson as JPEG files (ITU-T T.81, JFIF): the poster and the storyboard. One thread.
#pragma once

#include <cstddef>
#include <vector>

#include "core/error.hpp"
#include "transcode/av/ptr.hpp"

namespace chalkline::transcode {

// `picture` (normalised, see picture.hpp) at width x height, as JFIF has its colours: full range, the matrix of ITU-R
// BT.601 whatever the picture's own. Both sides even.
Result<av::FramePtr> scale_for_jpeg(const AVFrame& picture, int width, int height);

// Of a picture in that form. `scale` of the quantisers: 2 is fine, 31 the coarsest.
Result<std::vector<std::byte>> encode_jpeg(const AVFrame& picture, int scale);

}  // namespace chalkline::transcode
