// Files and the kernel's page cache: whether bytes are there, so that a delivery thread need not wait for the disk, and
// how they come there. Offsets and lengths in bytes; ranges lie within the file as it was when it was opened.
#pragma once

#include <cstddef>
#include <cstdint>

namespace chalkline::streamer {

struct FileRange {
  int file = -1;  // an open descriptor, the caller's
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;
};

// Whether all of it is in the page cache, so that sendfile() will not wait for the disk: by cachestat(2), or where the
// kernel has none by a look at a byte here and there.
bool is_in_page_cache(const FileRange& range);

// Waits until all of it is there, without a copy; false where the file is too short or unreadable. Blocks.
bool bring_to_page_cache(const FileRange& range);

// The same of a whole file of up to a few megabytes, in large folios where the file system has them: a tenth of the
// pages' costs in reading and in each sending. `bytes`: its length.
bool bring_whole_to_page_cache(int file, std::uint64_t bytes);

// preadv2(RWF_NOWAIT): all of it if it is in the page cache; else false, and the pool must read it.
bool read_from_page_cache(const FileRange& range, char* into);

// pread until it is all there; false where the file is too short or unreadable. Blocks.
bool read_range(const FileRange& range, char* into);

}  // namespace chalkline::streamer
