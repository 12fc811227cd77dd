// What CODECS says of an AV1 stream, read from its sequence header (AV1 5.5.1).
// Pure; bounded: bytes of another shape give an empty answer.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace chalkline::transcode {

struct Av1Level {
  int profile = 0;  // 0: Main
  int level = 0;    // seq_level_idx: 4 * (major - 2) + minor
  bool high_tier = false;
};

// Of the first sequence header among the OBUs, by its first operating point. None for a stream that carries its own
// timing, which no encoder of ours writes.
std::optional<Av1Level> av1_level(std::span<const std::byte> obus);

}  // namespace chalkline::transcode
