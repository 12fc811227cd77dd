// Integer media time: ticks of a timescale (ticks per second). No folder keeps media time in floating point;
// doubles appear only where a person reads a figure.
#pragma once

#include <compare>
#include <cstdint>
#include <string>

namespace chalkline {

using Ticks = std::int64_t;
using Timescale = std::uint32_t;  // ticks per second, > 0

enum class Rounding { kDown, kNearest, kUp };

// value * to / from without overflow (128 bit), rounding as asked; kNearest rounds halves away from zero. A result that
// 64 bits cannot hold becomes the nearest end of them.
Ticks rescale(Ticks value, Timescale from, Timescale to, Rounding rounding = Rounding::kNearest);

struct MediaTime {
  Ticks ticks = 0;
  Timescale timescale = 1;

  [[nodiscard]] Ticks in(Timescale to, Rounding rounding = Rounding::kNearest) const {
    return rescale(ticks, timescale, to, rounding);
  }
  [[nodiscard]] double seconds() const { return static_cast<double>(ticks) / timescale; }

  friend std::strong_ordering operator<=>(const MediaTime& a, const MediaTime& b);
  friend bool operator==(const MediaTime& a, const MediaTime& b) { return (a <=> b) == 0; }
};

// Decimal seconds made from integers, rounded to nearest at `decimals` (0..9) places: {1001, 30000}, 5 -> "0.03337".
std::string format_seconds(MediaTime time, int decimals);

// "1:02:03" or "2:03", whole seconds rounded towards zero, for people.
std::string format_clock(MediaTime time);

// An exact frame rate or ratio; {0, 1} is "unknown".
struct Ratio {
  std::int64_t num = 0;
  std::int64_t den = 1;
  [[nodiscard]] bool known() const { return num > 0 && den > 0; }
  [[nodiscard]] double value() const { return den == 0 ? 0.0 : static_cast<double>(num) / static_cast<double>(den); }
  friend bool operator==(const Ratio& a, const Ratio& b);  // by value: 30/1 == 60/2
};

}  // namespace chalkline
