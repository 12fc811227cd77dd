// What holds for every byte of a text, looked at without a branch for each, so that the compiler takes many at a time:
// request targets are looked at more than once on their way.
#pragma once

#include <string_view>

namespace chalkline::streamer {

// `is`: of an unsigned char, with & and |, not && and ||.
template <class Is>
[[nodiscard]] bool each_byte(std::string_view text, Is is) {
  unsigned char others = 0;
  for (const char c : text) others |= static_cast<unsigned char>(!is(static_cast<unsigned char>(c)));
  return others == 0;
}

}  // namespace chalkline::streamer
