// What a learner's page tells at the end of a visit, where the operator wants to know: how long the start took, waits,
// minutes at each picture. It names no learner, no device and no time of day. One line of JSON; docs/reports.md has its
// fields. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"

namespace chalkline::library {

struct TimeAtRung {
  std::int64_t lines = 0;  // of the picture's shorter side; 0: sound alone
  std::int64_t ms = 0;
  friend bool operator==(const TimeAtRung&, const TimeAtRung&) = default;
};

struct VisitReport {
  std::string lesson;
  std::string engine;           // "own", "native", "hls.js"
  std::int64_t start_ms = 0;    // from the press of Play to the first frame
  std::int64_t played_ms = 0;   // of lesson
  std::int64_t stalls = 0;      // waits after the first frame
  std::int64_t stalled_ms = 0;  // ... all together
  std::int64_t held_ms = 0;     // sound with a picture that stood
  std::int64_t bytes = 0;       // of this page, as it counted them
  std::int64_t errors = 0;      // players that gave up
  std::vector<TimeAtRung> rungs;
  friend bool operator==(const VisitReport&, const VisitReport&) = default;
};

inline constexpr std::size_t kMostReportBytes = 2'000;

// kInvalidArgument with what is wrong: no such JSON, a field that is missing, of another type or beyond what a visit
// can be. Fields that are not known are not kept.
Result<VisitReport> parse_visit_report(std::string_view text);

// Without a line's end; parse_visit_report takes it back.
std::string render_visit_report(const VisitReport& report);

}  // namespace chalkline::library
