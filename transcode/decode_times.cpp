// Either a constant delay in pictures, or spreading decode times below the suffix minima of the presentation times.
#include "transcode/decode_times.hpp"

#include <algorithm>

namespace chalkline::transcode {

namespace {

constexpr Ticks kLongestInterval = 4;  // in intervals of the usual length

// One interval is the usual one, and none is so long that pictures would wait for each other through a still.
bool is_steady(const std::vector<Ticks>& shown) {
  if (shown.size() < 3) return false;
  std::vector<Ticks> intervals;
  for (std::size_t i = 1; i < shown.size(); ++i) intervals.push_back(shown[i] - shown[i - 1]);
  std::ranges::sort(intervals);
  const Ticks usual = intervals[intervals.size() / 2];
  const auto as_usual = std::ranges::equal_range(intervals, usual);
  return static_cast<std::size_t>(as_usual.size()) * 2 > intervals.size() &&
         intervals.back() <= kLongestInterval * usual;
}

// Each picture is decoded when the one `delay` places before it in the order of presentation is shown; the first ones,
// before which there is none, share the first interval. Empty where that interval is too short.
std::vector<Ticks> delayed(const std::vector<Ticks>& shown, const std::vector<Ticks>& latest) {
  std::size_t delay = 0;
  for (std::size_t i = 0; i < latest.size(); ++i) {
    const auto rank = static_cast<std::size_t>(std::ranges::lower_bound(shown, latest[i]) - shown.begin());
    delay = std::max(delay, i - std::min(i, rank));
  }
  const auto parts = static_cast<Ticks>(delay) + 1;
  const Ticks first = shown[1] - shown[0];
  if (delay + 1 > shown.size() || first < parts) return {};
  std::vector<Ticks> times(shown.size());
  for (std::size_t i = 0; i < times.size(); ++i)
    times[i] = i <= delay ? shown[0] + first * static_cast<Ticks>(i) / parts : shown[i - delay];
  return times;
}

}  // namespace

std::vector<Ticks> decode_times(std::span<const Ticks> presented) {
  std::vector<Ticks> latest(presented.begin(), presented.end());  // the earliest picture still to come
  for (std::size_t i = latest.size(); i-- > 1;) latest[i - 1] = std::min(latest[i - 1], latest[i]);
  if (!presented.empty() && latest[0] != presented[0]) return {};

  std::vector<Ticks> shown(presented.begin(), presented.end());
  std::ranges::sort(shown);
  if (is_steady(shown))
    if (auto times = delayed(shown, latest); !times.empty()) return times;

  std::vector<Ticks> times(latest.size());
  for (std::size_t first = 0; first < latest.size();) {
    std::size_t end = first;
    while (end < latest.size() && latest[end] == latest[first]) ++end;
    const auto count = static_cast<Ticks>(end - first);
    const Ticks before = first == 0 ? latest[0] - count : times[first - 1];
    const Ticks room = latest[first] - before;
    if (room < count || (first == 0 && count > 1)) return {};
    for (Ticks k = 1; k <= count; ++k) times[first + static_cast<std::size_t>(k) - 1] = before + room * k / count;
    first = end;
  }
  return times;
}

}  // namespace chalkline::transcode
