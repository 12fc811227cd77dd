// The arithmetic of tcp_xmit_size_goal() and splice_direct_to_actor().
#include "streamer/delivery/whole_packets.hpp"

#include <unistd.h>

namespace chalkline::streamer {

std::size_t whole_packets(std::size_t waiting, std::uint64_t offset, std::size_t bytes, std::size_t segment) {
  static const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  constexpr std::uint64_t kPagesAtOnce = 16;
  if (segment == 0 || segment > kLargestPacket) return bytes;
  const std::size_t full = kLargestPacket - kLargestPacket % segment;
  const std::uint64_t end = offset + bytes;
  for (std::uint64_t at = offset; waiting < full;) {
    const std::uint64_t step = kPagesAtOnce * page - at % page;
    if (waiting + (end - at) <= full || end - at <= step) return bytes;  // nothing follows that it could wait for
    if (waiting + step < full || waiting + step - full >= segment) {
      const std::uint64_t until = (at + full - waiting) / page * page;
      if (until <= at) return at > offset ? static_cast<std::size_t>(at - offset) : bytes;
      return static_cast<std::size_t>(until - offset);
    }
    waiting = static_cast<std::size_t>(waiting + step - full);
    at += step;
  }
  return bytes;
}

}  // namespace chalkline::streamer
