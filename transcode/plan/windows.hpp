// Where in a lesson encodes are tried: three windows of equal length, so that its beginning is not taken for all of it.
#pragma once

#include <algorithm>
#include <cstddef>

#include "core/media_time.hpp"

namespace chalkline::transcode {

inline constexpr std::size_t kWindows = 3;

// The window that holds `pts`, of a lesson that is expected to end at `end`; what comes later is in the last.
[[nodiscard]] inline std::size_t window_at(Ticks pts, Ticks end) {
  const Ticks window = std::max<Ticks>(0, pts) * static_cast<Ticks>(kWindows) / std::max<Ticks>(1, end);
  return std::min(static_cast<std::size_t>(window), kWindows - 1);
}

// How many pictures of `picture_bytes` each of `runs` may hold within `all_bytes`: a few at least, `most` at most.
[[nodiscard]] inline std::size_t pictures_each(std::size_t all_bytes, std::size_t runs, std::size_t picture_bytes,
                                               std::size_t most) {
  constexpr std::size_t kFewest = 4;
  return std::clamp(all_bytes / runs / std::max<std::size_t>(1, picture_bytes), kFewest, most);
}

}  // namespace chalkline::transcode
