// A part of the day, as an operator writes it: "01:00-05:00". Pure.
#pragma once

#include <optional>
#include <string_view>

namespace chalkline {

struct Hours {
  int from = 0;  // minute of the day, 0..1439
  int to = 0;    // the first that is not in it; before `from` where it goes over midnight, equal: the whole day
  [[nodiscard]] bool contains(int minute_of_day) const;
  friend bool operator==(const Hours&, const Hours&) = default;
};

// None for what is not HH:MM-HH:MM.
std::optional<Hours> parse_hours(std::string_view text);

}  // namespace chalkline
