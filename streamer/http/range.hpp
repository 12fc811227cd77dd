// The Range field (RFC 9110 14): which bytes of a representation were asked for. Pure.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace chalkline::streamer {

struct ByteRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;  // inclusive, < the representation's length
  [[nodiscard]] std::uint64_t bytes() const { return last - first + 1; }
  friend bool operator==(const ByteRange&, const ByteRange&) = default;
};

enum class RangeKind {
  kWhole,          // no Range, another unit, or not understood: the field is ignored (14.2)
  kPart,           // `ranges` holds at least one
  kUnsatisfiable,  // 416 with Content-Range: bytes */length
  kRefused,        // a flood of ranges (14.2, 17.15): 416 too, and counted apart
};

struct RangeRequest {
  RangeKind kind = RangeKind::kWhole;
  std::vector<ByteRange> ranges;  // in the order asked for, unsatisfiable ones left out
};

inline constexpr std::size_t kMaxRanges = 16;

// More than kMaxRanges ranges, or three and more of which any two overlap, are refused.
RangeRequest parse_range(std::string_view field, std::uint64_t length);

}  // namespace chalkline::streamer
