// x264 reads memory that nobody has written: in its AVX-512 code (mbtree_propagate_list of release 164, past the end of
// a row of macroblocks), and what it finds there changes what it makes. So memory that x264 gets is all zero.
#pragma once

namespace chalkline::transcode {

// Whether memalign(3), which is where libx264 gets all of its memory, is ours in this program; only then does its
// output follow from its input alone on a processor that has AVX-512. Any thread.
bool x264_memory_is_clear();

}  // namespace chalkline::transcode
