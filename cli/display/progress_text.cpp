// Bars and lines.
#include "cli/display/progress_text.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/media_time.hpp"

namespace chalkline::cli {

static int percent_of(const ProgressEvent& event) {
  return static_cast<int>(std::clamp(event.fraction, 0.0, 1.0) * 100);
}

static std::string left_text(const ProgressEvent& event) {
  if (event.seconds_left < 0 || event.seconds_left > 1e7) return {};
  return format_clock(MediaTime{static_cast<Ticks>(std::ceil(event.seconds_left)), 1}) + " left";
}

std::string bar_text(const ProgressEvent& event, int columns) {
  std::string after = fmt::format("{:3} %", percent_of(event));
  if (event.speed > 0) after += fmt::format("  {:.1f}x", event.speed);
  if (const std::string left = left_text(event); !left.empty()) after += "  " + left;
  const std::string before = fmt::format("{:<10} ", event.stage);
  const int room = std::min(columns - static_cast<int>(before.size() + after.size()) - 3, 40);
  if (room < 5) return (before + after).substr(0, static_cast<std::size_t>(std::max(columns, 0)));
  const auto width = static_cast<std::size_t>(room);
  const auto filled = static_cast<std::size_t>(std::clamp(event.fraction, 0.0, 1.0) * room);
  std::string bar(filled, '=');
  if (filled < width) bar += '>';
  bar.resize(width, ' ');
  return before + "[" + bar + "] " + after;
}

std::string line_text(const ProgressEvent& event) {
  std::string text = fmt::format("{} {} %", event.stage, percent_of(event));
  if (event.speed > 0) text += fmt::format(", {:.1f}x real time", event.speed);
  if (const std::string left = left_text(event); !left.empty()) text += ", " + left;
  return text;
}

}  // namespace chalkline::cli
