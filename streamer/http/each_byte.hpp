// What holds for every byte of a text, for sixteen at a time: request targets are looked at more than once on their
// way. With vectors of the compiler's own, since GCC 12 turns a test against several characters into a lookup for each
// byte (14 instructions a byte of a target in the access log, where these take 2).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace chalkline::streamer {

namespace each_byte_detail {

using Block = signed char __attribute__((vector_size(16)));

inline Block load(const char* at) {
  Block block;
  std::memcpy(&block, at, sizeof block);
  return block;
}

// `holds`: all bits of each byte for which it does.
inline bool everywhere(const Block& holds) {
  std::array<std::uint64_t, 2> halves;
  std::memcpy(halves.data(), &holds, sizeof holds);
  return (halves[0] & halves[1]) == UINT64_MAX;
}

// Calls `look(at)` so that every byte of `count` is in a block that it is called for. At least a block's worth.
template <class Look>
void each_block(std::size_t count, const Look& look) {
  for (std::size_t at = 0; at + sizeof(Block) < count; at += sizeof(Block)) look(at);
  look(count - sizeof(Block));
}

}  // namespace each_byte_detail

// `is(c)`: with comparisons and & and |, not && and ||, of signed characters: what is not ASCII is negative.
template <class Is>
[[nodiscard]] bool each_byte(std::string_view text, const Is& is) {
  using namespace each_byte_detail;
  if (text.empty()) return true;
  std::array<char, sizeof(Block)> padded;
  if (text.size() < padded.size()) {
    padded.fill(text.front());
    text.copy(padded.data(), text.size());
    text = {padded.data(), padded.size()};
  }
  Block holds = Block{} == Block{};
  each_block(text.size(), [&](std::size_t at) { holds &= is(load(text.data() + at)); });
  return everywhere(holds);
}

// Whether `first` is anywhere followed by `second`.
[[nodiscard]] inline bool has_pair(std::string_view text, char first, char second) {
  using namespace each_byte_detail;
  if (text.size() <= sizeof(Block)) {
    for (std::size_t i = 1; i < text.size(); ++i)
      if (text[i - 1] == first && text[i] == second) return true;
    return false;
  }
  Block none = Block{} == Block{};
  each_block(text.size() - 1, [&](std::size_t at) {
    none &= (load(text.data() + at) != first) | (load(text.data() + at + 1) != second);
  });
  return !everywhere(none);
}

}  // namespace chalkline::streamer
