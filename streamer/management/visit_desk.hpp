// POST /reports: takes reports of visits (library/visit_report.hpp) from learners' pages: one line each, a few in one
// body. Counts them (visit_figures.hpp) and keeps their lines (library/report_spool.hpp). From strangers: junk is
// refused, and each address has so many a minute. What mirrors send on comes through the API (api/mirror_routes.cpp)
// and is counted and kept here too. Thread-safe; blocks.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "library/forwarded_reports.hpp"
#include "library/report_spool.hpp"
#include "streamer/management/handler.hpp"
#include "streamer/management/visit_figures.hpp"

namespace chalkline::streamer {

class VisitDesk final : public ManagedHandler {
 public:
  static constexpr std::string_view kPath = "/reports";
  static constexpr std::size_t kMostBody = 64'000;
  // A school stands behind one address, and its lesson ends for all at once.
  static constexpr std::int64_t kAtOnce = 400;
  static constexpr std::int64_t kEveryMs = 500;  // one comes back

  explicit VisitDesk(const std::filesystem::path& root) : spool_(root), from_mirrors_(root) {}

  // 204 where at least one line was a report; 400 where none was, 405, 413, and 429 with Retry-After.
  ManagedReply answer(const ManagedRequest& request) override;
  // ForwardedReports::add; counts what is new, and returns how much of that day is here.
  Result<std::uint64_t> forwarded(const std::string& mirror, const std::string& day, std::uint64_t offset,
                                  std::string_view lines, std::int64_t unix_ms);
  [[nodiscard]] const VisitFigures& figures() const { return figures_; }

 private:
  // 0: so many may come, and are counted; else ms until they may.
  std::int64_t wait_for(std::string_view address, std::int64_t reports, std::int64_t now_ms);

  library::ReportSpool spool_;
  library::ForwardedReports from_mirrors_;
  VisitFigures figures_;
  std::mutex mutex_;                                          // of full_at_ms_
  std::unordered_map<std::string, std::int64_t> full_at_ms_;  // by address: when it has kAtOnce again
};

}  // namespace chalkline::streamer
