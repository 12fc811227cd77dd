// Segments in gzip: a fragment's tables, of 4 to 12 bytes a picture, pack to a third, pictures and sound hardly. Near
// the floor the tables are a tenth of what is sent. It is made when the file comes into memory, in less time than
// reading it takes, so that neither disks nor mirrors carry it. Pure.
#pragma once

#include "streamer/cache/object.hpp"

namespace chalkline::streamer {

// Beside the one representation of a segment or init segment, the same in gzip where that spares more than it costs.
void add_packed_segment(ObjectSpec& spec);

}  // namespace chalkline::streamer
