// Sums, and their text.
#include "streamer/management/visit_figures.hpp"

#include <algorithm>
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

void counter(std::string& text, std::string_view name, std::string_view help, double value) {
  declare(text, name, "counter", help);
  text += fmt::format("{} {}\n", name, value);
}

double seconds(std::int64_t ms) { return static_cast<double>(ms) / 1000; }

}  // namespace

void VisitFigures::count(const library::VisitReport& report) {
  const std::scoped_lock lock(mutex_);
  ++visits_;
  if (report.stalls > 0) ++stalled_visits_;
  ++starts_.at(place_of(kStartMs, report.start_ms));
  for (const auto member :
       {&library::VisitReport::start_ms, &library::VisitReport::played_ms, &library::VisitReport::stalls,
        &library::VisitReport::stalled_ms, &library::VisitReport::held_ms, &library::VisitReport::bytes,
        &library::VisitReport::errors})
    sums_.*member += report.*member;
  for (const library::TimeAtRung& time : report.rungs) ms_at_.at(place_of(kLines, time.lines)) += time.ms;
}

void VisitFigures::refuse(Refusal why, std::int64_t reports) {
  const std::scoped_lock lock(mutex_);
  refused_.at(static_cast<std::size_t>(why)) += reports;
}

std::string VisitFigures::render() const {
  const std::scoped_lock lock(mutex_);
  std::string text;
  counter(text, "chalkline_visits_total", "visits that a learner's page reported", static_cast<double>(visits_));
  declare(text, "chalkline_visits_refused_total", "counter", "reports that were not counted, by why");
  text += fmt::format("chalkline_visits_refused_total{{reason=\"junk\"}} {}\n", refused_[0]);
  text += fmt::format("chalkline_visits_refused_total{{reason=\"rate\"}} {}\n", refused_[1]);
  declare(text, "chalkline_visit_start_seconds", "histogram", "from the press of Play to the first frame");
  std::int64_t below = 0;
  for (std::size_t i = 0; i < kStartMs.size(); ++i) {
    below += starts_.at(i);
    text += fmt::format("chalkline_visit_start_seconds_bucket{{le=\"{}\"}} {}\n", seconds(kStartMs.at(i)), below);
  }
  text += fmt::format("chalkline_visit_start_seconds_bucket{{le=\"+Inf\"}} {}\n", visits_);
  text += fmt::format("chalkline_visit_start_seconds_sum {}\n", seconds(sums_.start_ms));
  text += fmt::format("chalkline_visit_start_seconds_count {}\n", visits_);
  counter(text, "chalkline_visits_stalled_total", "visits that had to wait at least once after the first frame",
          static_cast<double>(stalled_visits_));
  counter(text, "chalkline_visit_stalls_total", "waits after the first frame", static_cast<double>(sums_.stalls));
  counter(text, "chalkline_visit_stalled_seconds_total", "how long these were", seconds(sums_.stalled_ms));
  counter(text, "chalkline_visit_held_seconds_total", "sound that went on while the picture stood",
          seconds(sums_.held_ms));
  counter(text, "chalkline_visit_played_seconds_total", "of lessons", seconds(sums_.played_ms));
  declare(text, "chalkline_visit_rung_seconds_total", "counter",
          "of these, by the lines of the picture at most; 0 is sound alone");
  for (std::size_t i = 0; i < kLines.size(); ++i)
    text += fmt::format("chalkline_visit_rung_seconds_total{{lines=\"{}\"}} {}\n", kLines.at(i), seconds(ms_at_.at(i)));
  text += fmt::format("chalkline_visit_rung_seconds_total{{lines=\"more\"}} {}\n", seconds(ms_at_.back()));
  counter(text, "chalkline_visit_bytes_total", "that these visits cost", static_cast<double>(sums_.bytes));
  counter(text, "chalkline_visit_errors_total", "players that gave up", static_cast<double>(sums_.errors));
  return text;
}

}  // namespace chalkline::streamer
