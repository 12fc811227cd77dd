// The length of a file is all that is remembered.
#include "library/forwarded_reports.hpp"

#include <algorithm>

#include "core/file.hpp"
#include "library/mirrors.hpp"
#include "library/report_spool.hpp"
#include "library/whole_lines.hpp"

namespace chalkline::library {

namespace {

// The mirror's file has so many bytes here, so this one has too.
std::string checked(std::string_view lines, ForwardedVisits& visits) {
  std::string kept(lines);
  for (std::size_t from = 0; from < kept.size();) {
    const std::size_t end = kept.find('\n', from);
    auto report = parse_visit_report(std::string_view(kept).substr(from, end - from));
    if (report) {
      visits.reports.push_back(std::move(*report));
    } else {
      ++visits.junk;
      std::fill_n(kept.begin() + static_cast<std::ptrdiff_t>(from), end - from, ' ');
    }
    from = end + 1;
  }
  return kept;
}

}  // namespace

ForwardedReports::ForwardedReports(const std::filesystem::path& root) : folder_(reports_folder(root) / "from") {}

Result<ForwardedVisits> ForwardedReports::add(const std::string& mirror, const std::string& day, std::uint64_t offset,
                                              std::string_view lines, std::int64_t unix_ms) {
  if (!is_mirror_name(mirror)) return Error(Errc::kInvalidArgument, "that is no mirror's name");
  if (!is_kept_day(day, unix_ms)) return Error(Errc::kInvalidArgument, "that is no day of which reports are kept");
  if (!lines.empty() && lines.back() != '\n') return Error(Errc::kInvalidArgument, "the last line is not whole");
  const std::scoped_lock lock(mutex_);
  const std::filesystem::path file = folder_ / mirror / (day + ".jsonl");
  ForwardedVisits visits;
  CHALK_TRY_ASSIGN(visits.bytes, size_of_lines(file));
  if (lines.empty() || offset != visits.bytes) return visits;
  CHALK_TRY(make_directories(file.parent_path()));
  if (offset == 0) forget_old_days(file.parent_path(), unix_ms);
  const std::string kept = checked(lines, visits);
  CHALK_TRY(add_lines(file, kept, ReportSpool::kMostBytesADay));
  visits.bytes += kept.size();
  return visits;
}

}  // namespace chalkline::library
