// Which packets the kernel makes of a file, by its own rules: sendfile(2) takes sixteen pages at a time, fills packets
// of whole segments, and keeps what is less than a segment back while more of the same call follows.
#include "streamer/delivery/whole_packets.hpp"

#include <algorithm>
#include <vector>

#include <doctest/doctest.h>
#include <unistd.h>

using namespace chalkline::streamer;

namespace {

using Packets = std::vector<std::size_t>;

// Of one call, after `waiting` bytes.
void send(std::size_t waiting, std::uint64_t offset, std::size_t bytes, std::size_t segment, Packets& packets) {
  const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  const std::size_t full = kLargestPacket - kLargestPacket % segment;
  for (const std::uint64_t end = offset + bytes; offset < end;) {
    const std::uint64_t step = std::min(16 * page - offset % page, end - offset);
    offset += step;
    waiting += static_cast<std::size_t>(step);
    for (; waiting >= full; waiting -= full) packets.push_back(full);
    const std::size_t leaves = offset < end ? waiting - waiting % segment : waiting;
    if (leaves > 0) packets.push_back(leaves);
    waiting -= leaves;
  }
}

Packets packets_of(std::size_t head, std::uint64_t offset, std::size_t bytes, std::size_t segment) {
  Packets packets;
  while (bytes > 0) {
    const std::size_t some = whole_packets(head, offset, bytes, segment);
    REQUIRE(some > 0);
    REQUIRE(some <= bytes);
    send(head, offset, some, segment, packets);
    head = 0;
    offset += some;
    bytes -= some;
  }
  return packets;
}

}  // namespace

TEST_CASE("a segment's packets are as few as its bytes allow") {
  CHECK(packets_of(381, 0, 30'000, 1448) == Packets{30'381});
  CHECK(packets_of(381, 0, 100'000, 1448) == Packets{65'160, 35'221});
  CHECK(packets_of(381, 0, 300'000, 1448).size() == 5);
  CHECK(packets_of(381, 0, 1'000'000, 1448).size() == 16);
  // Handed over in one call, or cut where a packet is full, they were more.
  Packets at_once;
  send(381, 0, 300'000, 1448, at_once);
  CHECK(at_once.size() == 6);
  Packets cut;
  send(381, 0, 64'779, 1448, cut);
  send(0, 64'779, 300'000 - 64'779, 1448, cut);
  CHECK(cut.size() == 6);
}

TEST_CASE("no small packet leaves between large ones, whatever the head, the place in the file and the segment are") {
  if (::sysconf(_SC_PAGESIZE) != 4096) return;
  for (const std::size_t segment : {536U, 1208U, 1388U, 1398U, 1428U, 1448U, 1460U, 8948U})
    for (const std::size_t head : {0U, 300U, 381U, 700U, 1500U, 4000U})
      for (const std::uint64_t offset : {0U, 1U, 4095U, 4096U, 64'779U, 1'000'000U})
        for (const std::size_t bytes : {1U, 65'000U, 65'536U, 100'000U, 131'072U, 300'000U, 2'000'000U}) {
          const Packets packets = packets_of(head, offset, bytes, segment);
          CAPTURE(segment);
          CAPTURE(head);
          CAPTURE(offset);
          CAPTURE(bytes);
          std::size_t sum = 0;
          for (const std::size_t packet : packets) sum += packet;
          CHECK(sum == head + bytes);
          if (packets.size() < 2) continue;
          // Between two ends of pages, and a segment that its call kept back before.
          const std::size_t least = kLargestPacket - kLargestPacket % segment - 4096 - segment;
          CHECK(std::all_of(packets.begin(), packets.end() - 2, [&](std::size_t one) { return one >= least; }));
        }
}

TEST_CASE("what is not known of the kernel is left to it") {
  CHECK(whole_packets(381, 0, 300'000, 0) == 300'000);
  CHECK(whole_packets(381, 0, 300'000, 65'483) == 300'000);
  CHECK(whole_packets(70'000, 0, 300'000, 1448) == 300'000);
}
