// Exact arithmetic behind media_time.hpp.
#include "core/media_time.hpp"

#include <algorithm>
#include <cassert>
#include <limits>

#include <fmt/format.h>

namespace chalkline {

__extension__ using Wide = __int128;

static Ticks divide(Wide numerator, Wide denominator, Rounding rounding) {
  Wide quotient = numerator / denominator;
  const Wide remainder = numerator % denominator;
  switch (rounding) {
    case Rounding::kDown:
      if (remainder < 0) --quotient;
      break;
    case Rounding::kUp:
      if (remainder > 0) ++quotient;
      break;
    case Rounding::kNearest: {
      const Wide twice = (remainder < 0 ? -remainder : remainder) * 2;
      if (twice >= denominator) quotient += numerator < 0 ? -1 : 1;
      break;
    }
  }
  // Past the ends of 64 bits (300,000 years at 1 MHz) the nearest end: a wrapped time would run backwards.
  constexpr Wide kMost = std::numeric_limits<Ticks>::max();
  constexpr Wide kLeast = std::numeric_limits<Ticks>::min();
  return static_cast<Ticks>(std::clamp(quotient, kLeast, kMost));
}

Ticks rescale(Ticks value, Timescale from, Timescale to, Rounding rounding) {
  assert(from > 0 && to > 0);
  if (from == to) return value;
  return divide(static_cast<Wide>(value) * to, from, rounding);
}

std::strong_ordering operator<=>(const MediaTime& a, const MediaTime& b) {
  const Wide left = static_cast<Wide>(a.ticks) * b.timescale;
  const Wide right = static_cast<Wide>(b.ticks) * a.timescale;
  if (left < right) return std::strong_ordering::less;
  if (left > right) return std::strong_ordering::greater;
  return std::strong_ordering::equal;
}

bool operator==(const Ratio& a, const Ratio& b) {
  return static_cast<Wide>(a.num) * b.den == static_cast<Wide>(b.num) * a.den;
}

static std::uint64_t magnitude_of(Ticks value) {
  return value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
}

std::string format_seconds(MediaTime time, int decimals) {
  Timescale unit = 1;
  for (int i = 0; i < decimals; ++i) unit *= 10;
  const Ticks scaled = time.in(unit);
  const auto magnitude = magnitude_of(scaled);
  const char* sign = scaled < 0 ? "-" : "";
  if (decimals == 0) return fmt::format("{}{}", sign, magnitude);
  return fmt::format("{}{}.{:0{}}", sign, magnitude / unit, magnitude % unit, decimals);
}

std::string format_clock(MediaTime time) {
  const Ticks total = time.in(1, time.ticks < 0 ? Rounding::kUp : Rounding::kDown);
  const char* sign = total < 0 ? "-" : "";
  const auto seconds = magnitude_of(total);
  const auto hours = seconds / 3600;
  const auto minutes = seconds / 60 % 60;
  if (hours > 0) return fmt::format("{}{}:{:02}:{:02}", sign, hours, minutes, seconds % 60);
  return fmt::format("{}{}:{:02}", sign, minutes, seconds % 60);
}

}  // namespace chalkline
