// How much of a file one sendfile(2) is given, so that the kernel makes large packets of it and no small ones between
// them. It reads sixteen pages at a time (PIPE_DEF_BUFFERS), which with whole segments do not fill its largest packet
// evenly: what is over waits for the next sixteen while it is less than a segment, and leaves as a packet of its own
// once it is more, which costs as much as a large one does. A call that ends before that leaves nothing over. Pure.
#pragma once

#include <cstddef>
#include <cstdint>

namespace chalkline::streamer {

// The kernel's largest packet before it is cut: 64 kB, less what it keeps for headers (MAX_TCP_HEADER and one).
inline constexpr std::size_t kLargestPacket = std::size_t{64} * 1024 - 321;

// Of `bytes` that begin at `offset` in the file, and follow `waiting` bytes that the kernel holds back (MSG_MORE): as
// many as one call should hand over, at least 1 where `bytes` is. `segment`: bytes of the body in a full packet
// (tcp_info(7)); 0: not known.
std::size_t whole_packets(std::size_t waiting, std::uint64_t offset, std::size_t bytes, std::size_t segment);

}  // namespace chalkline::streamer
