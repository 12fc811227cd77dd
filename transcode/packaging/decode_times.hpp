// Decode times for one segment of reordered pictures. Pure.
#pragma once

#include <span>
#include <vector>

#include "core/media_time.hpp"

namespace chalkline::transcode {

// `presented` are the presentation times in decode order; the first is the earliest (an IDR of a closed GOP); `end` is
// where the segment ends. The result has the same length, starts at presented[0], rises strictly and never passes a
// picture's presentation time:
//   - composition offsets are then never negative, which demuxers disagree about in fragments (libavformat adds the
//     deepest one to every presentation time, so that sound and picture part);
//   - no edit list is needed, a segment's tfdt is its earliest presentation time;
//   - it works at a variable frame rate, where a constant decoding delay would be as long as the longest still.
// No sample lasts beyond the segment's end, and the last one ends there: so does a player's buffer then. At a steady
// frame rate, whose usual interval is `longest_usual` at most, decode times are as steady, a few pictures behind, so
// that almost all samples have one duration and the container need not tell each (fragment.hpp). Elsewhere each picture
// is decoded as late as the rules allow; those that must be there before a picture between them and the last one share
// the time up to it evenly. Empty where there are not enough ticks for that.
std::vector<Ticks> decode_times(std::span<const Ticks> presented, Ticks end, Ticks longest_usual);

}  // namespace chalkline::transcode
