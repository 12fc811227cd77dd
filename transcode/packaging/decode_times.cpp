// Either a constant delay in pictures, or decode times spread below the suffix minima of the presentation times.
#include "transcode/packaging/decode_times.hpp"

#include <algorithm>
#include <utility>

namespace chalkline::transcode {

namespace {

constexpr Ticks kLongestInterval = 4;  // in intervals of the usual length

// One interval is the usual one, and none is so long that pictures would wait for each other through a still.
bool is_steady(const std::vector<Ticks>& shown, Ticks longest_usual) {
  if (shown.size() < 3) return false;
  std::vector<Ticks> intervals;
  for (std::size_t i = 1; i < shown.size(); ++i) intervals.push_back(shown[i] - shown[i - 1]);
  std::ranges::sort(intervals);
  const Ticks usual = intervals[intervals.size() / 2];
  const auto as_usual = std::ranges::equal_range(intervals, usual);
  return usual <= longest_usual && static_cast<std::size_t>(as_usual.size()) * 2 > intervals.size() &&
         intervals.back() <= kLongestInterval * usual;
}

// As late as the rules allow; those that must be there before a picture between them and the last one share the time up
// to it. `latest`: of each picture, the earliest still to come. Empty where there are too few ticks.
std::vector<Ticks> late_times(const std::vector<Ticks>& latest) {
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

// Each picture is decoded when the one `delay` places before it in the order of presentation is shown; the first ones,
// before which there is none, share the first interval, and the last ones catch up with `late`. Empty where that cannot
// be.
std::vector<Ticks> steady_times(std::span<const Ticks> presented, const std::vector<Ticks>& shown,
                                const std::vector<Ticks>& latest, const std::vector<Ticks>& late, Ticks end) {
  std::size_t delay = 0;
  for (std::size_t i = 0; i < latest.size(); ++i) {
    const auto rank = static_cast<std::size_t>(std::ranges::lower_bound(shown, latest[i]) - shown.begin());
    delay = std::max(delay, i - std::min(i, rank));
  }
  const auto parts = static_cast<Ticks>(delay) + 1;
  const Ticks first = shown[1] - shown[0];
  if (delay + 1 > shown.size() || first < parts) return {};
  std::vector<Ticks> times(shown.size());
  for (std::size_t i = 0; i < times.size(); ++i) {
    times[i] = i <= delay ? shown[0] + first * static_cast<Ticks>(i) / parts : shown[i - delay];
    if (i > 0 && i + delay + 1 >= times.size())
      times[i] = std::min(std::max(times[i], late[i]), times[i - 1] + end - presented[i - 1]);
    if (i > 0 && times[i] <= times[i - 1]) return {};
  }
  times.back() = presented.back();
  return times;
}

// A sample lasts until the next one is decoded: one that is shown near the end waits, so that it does not last beyond.
// There is always room: the next one is decoded before the end, and no later than any that is still to be shown.
std::vector<Ticks> within(Ticks end, std::span<const Ticks> presented, std::vector<Ticks> times) {
  for (std::size_t i = times.size(); i-- > 1;)
    times[i - 1] = std::max(times[i - 1], times[i] - (end - presented[i - 1]));
  return times;
}

}  // namespace

std::vector<Ticks> decode_times(std::span<const Ticks> presented, Ticks end, Ticks longest_usual) {
  std::vector<Ticks> latest(presented.begin(), presented.end());
  for (std::size_t i = latest.size(); i-- > 1;) latest[i - 1] = std::min(latest[i - 1], latest[i]);
  if (!presented.empty() && latest[0] != presented[0]) return {};
  const std::vector<Ticks> late = late_times(latest);

  std::vector<Ticks> shown(presented.begin(), presented.end());
  std::ranges::sort(shown);
  if (!late.empty() && is_steady(shown, longest_usual))
    if (auto times = steady_times(presented, shown, latest, late, end); !times.empty())
      return within(end, presented, std::move(times));
  return within(end, presented, late);
}

}  // namespace chalkline::transcode
