// Reports of visits that mirrors send on, at the server that they register with: DIR/reports/from/<mirror>/<day>.jsonl,
// byte for byte the beginning of what the mirror keeps of that day (report_spool.hpp). So a mirror that does not know
// what arrived asks how much is here, and goes on there: nothing is kept or counted twice, whatever was cut. What is no
// report is blanked out. Thread-safe; blocks.
#pragma once

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "library/visit_report.hpp"

namespace chalkline::library {

struct ForwardedVisits {
  std::uint64_t bytes = 0;           // of that day that are here now
  std::vector<VisitReport> reports;  // that are new
  std::uint64_t junk = 0;            // lines that are none
};

class ForwardedReports {
 public:
  explicit ForwardedReports(const std::filesystem::path& root);

  // `lines`, each with its end, or nothing, which asks: what stands at `offset` of the mirror's file of `day`
  // ("2026-11-26"). Taken where that is how much is here. kInvalidArgument: a name or day that is none, or a day that
  // is not kept; half a line; kDiskFull also where the day has as much as is kept.
  Result<ForwardedVisits> add(const std::string& mirror, const std::string& day, std::uint64_t offset,
                              std::string_view lines, std::int64_t unix_ms);

 private:
  const std::filesystem::path folder_;
  std::mutex mutex_;
};

}  // namespace chalkline::library
