// Exact arithmetic behind media_time.hpp.
#include "core/media_time.hpp"

#include <fmt/format.h>

#include <cassert>

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
  return static_cast<Ticks>(quotient);
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

std::string format_seconds(MediaTime time, int decimals) {
  Timescale unit = 1;
  for (int i = 0; i < decimals; ++i) unit *= 10;
  const Ticks scaled = time.in(unit);
  const Ticks magnitude = scaled < 0 ? -scaled : scaled;
  const char* sign = scaled < 0 ? "-" : "";
  if (decimals == 0) return fmt::format("{}{}", sign, magnitude);
  return fmt::format("{}{}.{:0{}}", sign, magnitude / unit, magnitude % unit, decimals);
}

std::string format_clock(MediaTime time) {
  const Ticks total = time.in(1, Rounding::kDown);
  const Ticks hours = total / 3600;
  const Ticks minutes = total / 60 % 60;
  if (hours > 0) return fmt::format("{}:{:02}:{:02}", hours, minutes, total % 60);
  return fmt::format("{}:{:02}", minutes, total % 60);
}

}  // namespace chalkline
