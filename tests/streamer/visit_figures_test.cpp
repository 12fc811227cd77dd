// Sums of what strangers report: exact, and never less than they were.
#include "streamer/management/visit_figures.hpp"

#include <limits>
#include <string>

#include <doctest/doctest.h>

using chalkline::library::VisitReport;
using chalkline::streamer::VisitFigures;

namespace {

VisitReport visit(std::int64_t bytes) {
  VisitReport report;
  report.start_ms = 4'200;
  report.played_ms = 61'001;
  report.bytes = bytes;
  report.rungs = {{360, 60'000}, {2'160, 1'001}};
  return report;
}

bool has(const VisitFigures& figures, const std::string& line) {
  return ("\n" + figures.render()).find("\n" + line + "\n") != std::string::npos;
}

}  // namespace

TEST_CASE("visits are summed to the millisecond and the byte") {
  VisitFigures figures;
  figures.count(visit(9'007'199'254'740'993));  // which no double is
  figures.count(visit(2));
  CHECK(has(figures, "chalkline_visits_total 2"));
  CHECK(has(figures, "chalkline_visit_bytes_total 9007199254740995"));
  CHECK(has(figures, "chalkline_visit_played_seconds_total 122.002"));
  CHECK(has(figures, "chalkline_visit_start_seconds_sum 8.4"));
  CHECK(has(figures, "chalkline_visit_start_seconds_bucket{le=\"0.5\"} 0"));
  CHECK(has(figures, "chalkline_visit_start_seconds_bucket{le=\"4\"} 0"));
  CHECK(has(figures, "chalkline_visit_start_seconds_bucket{le=\"8\"} 2"));
  CHECK(has(figures, "chalkline_visit_rung_seconds_total{lines=\"360\"} 120"));
  CHECK(has(figures, "chalkline_visit_rung_seconds_total{lines=\"more\"} 2.002"));
}

TEST_CASE("a sum that is full stays so") {
  VisitFigures figures;
  for (int i = 0; i < 3; ++i) figures.count(visit(std::numeric_limits<std::int64_t>::max()));
  CHECK(has(figures, "chalkline_visit_bytes_total " + std::to_string(std::numeric_limits<std::uint64_t>::max())));
  CHECK(has(figures, "chalkline_visits_total 3"));
}

TEST_CASE("refusals are counted by why") {
  VisitFigures figures;
  figures.refuse(VisitFigures::Refusal::kJunk, 3);
  figures.refuse(VisitFigures::Refusal::kTooMany);
  CHECK(has(figures, "chalkline_visits_refused_total{reason=\"junk\"} 3"));
  CHECK(has(figures, "chalkline_visits_refused_total{reason=\"rate\"} 1"));
}
