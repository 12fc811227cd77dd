// What learners' pages reported of their visits (library/visit_report.hpp), summed for /metrics. docs/reports.md lists
// the metrics. Thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <string>

#include "library/visit_report.hpp"

namespace chalkline::streamer {

class VisitFigures {
 public:
  enum class Refusal : std::uint8_t { kJunk, kTooMany, kCount };

  void count(const library::VisitReport& report);
  void refuse(Refusal why, std::uint64_t reports = 1);
  // The Prometheus text format.
  [[nodiscard]] std::string render() const;

 private:
  // Of the picture's shorter side; the first is sound alone, one more takes what is taller than the last.
  static constexpr std::array<std::int64_t, 7> kLines = {0, 180, 240, 360, 480, 720, 1'080};
  static constexpr std::array<std::int64_t, 8> kStartMs = {500, 1'000, 2'000, 4'000, 8'000, 16'000, 32'000, 64'000};

  mutable std::mutex mutex_;
  std::array<std::uint64_t, static_cast<std::size_t>(Refusal::kCount)> refused_{};
  std::array<std::uint64_t, kStartMs.size() + 1> starts_{};  // not cumulative
  std::array<std::uint64_t, kLines.size() + 1> ms_at_{};
  struct Sums {
    std::uint64_t start_ms = 0, played_ms = 0, stalls = 0, stalled_ms = 0, held_ms = 0, bytes = 0, errors = 0;
  } sums_;
  std::uint64_t visits_ = 0;
  std::uint64_t stalled_visits_ = 0;
};

}  // namespace chalkline::streamer
