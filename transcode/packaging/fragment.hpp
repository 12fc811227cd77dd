// A segment as libavformat's mov muxer writes it, made smaller: the same samples with the same times, in fewer bytes of
// boxes (ISO/IEC 14496-12). The muxer gives every picture of a run a duration of its own; here neighbours that last
// equally long share a run (8.8.8, one trun each) whose duration is the fragment's default (8.8.7). Pure. Called by the
// packager for every segment.
#pragma once

#include <cstddef>
#include <vector>

#include "transcode/packaging/boxes.hpp"

namespace chalkline::transcode {

// `segment`: moof and mdat, one track. What is not shaped as the muxer shapes it comes back as it is.
std::vector<std::byte> compact_segment(Bytes segment);

// An init segment without what no player reads, the empty user data (8.10.1) that the muxer adds to `moov`, and without
// the brand of CMAF (ISO/IEC 23000-19), which allows a fragment one run alone.
std::vector<std::byte> compact_init(Bytes init);

}  // namespace chalkline::transcode
