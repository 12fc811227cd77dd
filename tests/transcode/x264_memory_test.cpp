// What libx264 gets from memalign(3) is zero, whatever was in that memory before.
#include "transcode/pictures/x264_memory.hpp"

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <vector>

#include <doctest/doctest.h>
#include <malloc.h>

// Memory that was written and freed is what the next who asks for as much gets.
static void leave_dirt(std::size_t size) {
  std::vector<void*> blocks;
  for (int i = 0; i < 4; ++i) {
    blocks.push_back(std::malloc(size));
    REQUIRE(blocks.back() != nullptr);
    std::memset(blocks.back(), 0x55, size);
  }
  for (void* block : blocks) std::free(block);
}

static bool all_zero(const void* memory, std::size_t size) {
  const auto* bytes = static_cast<const char*>(memory);
  return bytes[0] == 0 && std::memcmp(bytes, bytes + 1, size - 1) == 0;
}

TEST_CASE("libx264's memory comes from this program") { CHECK(chalkline::transcode::x264_memory_is_clear()); }

TEST_CASE("what memalign gives is aligned and all zero, small or large") {
  for (const std::size_t size : {1UL, 20UL, 4096UL, 74'304UL, 262'144UL, 1'278'400UL, 3'711'680UL, 9'000'001UL})
    for (const std::size_t alignment : {1UL, 64UL, 4096UL, 2UL << 20U}) {
      CAPTURE(size);
      CAPTURE(alignment);
      leave_dirt(size + alignment);
      void* memory = ::memalign(alignment, size);
      REQUIRE(memory != nullptr);
      CHECK(reinterpret_cast<std::size_t>(memory) % alignment == 0);
      CHECK(all_zero(memory, size));
      std::free(memory);
    }
}
