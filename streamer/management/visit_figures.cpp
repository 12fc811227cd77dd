// Sums, and their text. What strangers report is summed without a sign, and no sum goes round.
#include "streamer/management/visit_figures.hpp"

#include <algorithm>
#include <limits>
#include <string_view>

#include <fmt/format.h>

namespace chalkline::streamer {

namespace {

// Where a value belongs among upper bounds; their number where it is beyond all of them.
template <std::size_t N>
std::size_t place_of(const std::array<std::int64_t, N>& bounds, std::int64_t value) {
  return static_cast<std::size_t>(std::ranges::lower_bound(bounds, value) - bounds.begin());
}

void declare(std::string& text, std::string_view name, std::string_view type, std::string_view help) {
  text += fmt::format("# HELP {0} {2}\n# TYPE {0} {1}\n", name, type, help);
}

void counter(std::string& text, std::string_view name, std::string_view help, std::uint64_t value) {
  declare(text, name, "counter", help);
  text += fmt::format("{} {}\n", name, value);
}

// Of milliseconds, exactly; 0.5, 4, 61.001.
std::string seconds(std::uint64_t ms) {
  std::string text = fmt::format("{}.{:03}", ms / 1000, ms % 1000);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

void counter_of_seconds(std::string& text, std::string_view name, std::string_view help, std::uint64_t ms) {
  declare(text, name, "counter", help);
  text += fmt::format("{} {}\n", name, seconds(ms));
}

// A sum that is full stays so. Reports have no negative numbers (library/visit_report.hpp).
void add(std::uint64_t& sum, std::int64_t value) {
  const auto more = static_cast<std::uint64_t>(std::max<std::int64_t>(value, 0));
  sum = more > std::numeric_limits<std::uint64_t>::max() - sum ? std::numeric_limits<std::uint64_t>::max() : sum + more;
}

}  // namespace

void VisitFigures::count(const library::VisitReport& report) {
  const std::scoped_lock lock(mutex_);
  ++visits_;
  if (report.stalls > 0) ++stalled_visits_;
  ++starts_.at(place_of(kStartMs, report.start_ms));
  add(sums_.start_ms, report.start_ms);
  add(sums_.played_ms, report.played_ms);
  add(sums_.stalls, report.stalls);
  add(sums_.stalled_ms, report.stalled_ms);
  add(sums_.held_ms, report.held_ms);
  add(sums_.bytes, report.bytes);
  add(sums_.errors, report.errors);
  for (const library::TimeAtRung& time : report.rungs) add(ms_at_.at(place_of(kLines, time.lines)), time.ms);
}

void VisitFigures::refuse(Refusal why, std::uint64_t reports) {
  const std::scoped_lock lock(mutex_);
  refused_.at(static_cast<std::size_t>(why)) += reports;
}

std::string VisitFigures::render() const {
  const std::scoped_lock lock(mutex_);
  std::string text;
  counter(text, "chalkline_visits_total", "visits that a learner's page reported", visits_);
  declare(text, "chalkline_visits_refused_total", "counter", "reports that were not counted, by why");
  text += fmt::format("chalkline_visits_refused_total{{reason=\"junk\"}} {}\n", refused_[0]);
  text += fmt::format("chalkline_visits_refused_total{{reason=\"rate\"}} {}\n", refused_[1]);
  declare(text, "chalkline_visit_start_seconds", "histogram", "from the press of Play to the first frame");
  std::uint64_t below = 0;
  for (std::size_t i = 0; i < kStartMs.size(); ++i) {
    below += starts_.at(i);
    text += fmt::format("chalkline_visit_start_seconds_bucket{{le=\"{}\"}} {}\n",
                        seconds(static_cast<std::uint64_t>(kStartMs.at(i))), below);
  }
  text += fmt::format("chalkline_visit_start_seconds_bucket{{le=\"+Inf\"}} {}\n", visits_);
  text += fmt::format("chalkline_visit_start_seconds_sum {}\n", seconds(sums_.start_ms));
  text += fmt::format("chalkline_visit_start_seconds_count {}\n", visits_);
  counter(text, "chalkline_visits_stalled_total", "visits that had to wait at least once after the first frame",
          stalled_visits_);
  counter(text, "chalkline_visit_stalls_total", "waits after the first frame", sums_.stalls);
  counter_of_seconds(text, "chalkline_visit_stalled_seconds_total", "how long these were", sums_.stalled_ms);
  counter_of_seconds(text, "chalkline_visit_held_seconds_total", "sound that went on while the picture stood",
                     sums_.held_ms);
  counter_of_seconds(text, "chalkline_visit_played_seconds_total", "of lessons", sums_.played_ms);
  declare(text, "chalkline_visit_rung_seconds_total", "counter",
          "of these, by the lines of the picture at most; 0 is sound alone");
  for (std::size_t i = 0; i < kLines.size(); ++i)
    text += fmt::format("chalkline_visit_rung_seconds_total{{lines=\"{}\"}} {}\n", kLines.at(i), seconds(ms_at_.at(i)));
  text += fmt::format("chalkline_visit_rung_seconds_total{{lines=\"more\"}} {}\n", seconds(ms_at_.back()));
  counter(text, "chalkline_visit_bytes_total", "that these visits cost", sums_.bytes);
  counter(text, "chalkline_visit_errors_total", "players that gave up", sums_.errors);
  return text;
}

}  // namespace chalkline::streamer
