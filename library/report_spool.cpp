// Days are UTC's. Nothing is fsynced: a report that a power cut takes is no loss that anybody was promised against.
#include "library/report_spool.hpp"

#include <chrono>
#include <system_error>

#include <fmt/format.h>

#include "core/file.hpp"
#include "library/whole_lines.hpp"

namespace chalkline::library {

namespace fs = std::filesystem;

static constexpr std::int64_t kDayMs = 86'400'000;
static constexpr std::string_view kSuffix = ".jsonl";

static std::string text_of_day(std::int64_t day) {
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{day}}};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

fs::path reports_folder(const fs::path& root) { return root / "reports"; }

bool is_kept_day(std::string_view day, std::int64_t unix_ms) {
  for (std::int64_t at = unix_ms / kDayMs - ReportSpool::kKeptDays; at <= unix_ms / kDayMs + 2; ++at)
    if (text_of_day(at) == day) return true;
  return false;
}

// By their names: what has another is not ours.
void forget_old_days(const fs::path& folder, std::int64_t unix_ms) {
  const std::string oldest = text_of_day(unix_ms / kDayMs - ReportSpool::kKeptDays).append(kSuffix);
  std::error_code failed;
  for (fs::directory_iterator at(folder, failed), end; !failed && at != end; at.increment(failed)) {
    const std::string name = at->path().filename().string();
    if (name.size() != oldest.size() || !name.ends_with(kSuffix) || name >= oldest) continue;
    std::error_code ignored;
    fs::remove(at->path(), ignored);
  }
}

Result<void> ReportSpool::add(std::string_view lines, std::int64_t unix_ms) {
  const std::scoped_lock lock(mutex_);
  const std::int64_t day = unix_ms / kDayMs;
  if (day != day_) {
    CHALK_TRY(make_directories(folder_));
    forget_old_days(folder_, unix_ms);
    day_ = day;
  }
  return add_lines(folder_ / text_of_day(day).append(kSuffix), lines, kMostBytesADay);
}

}  // namespace chalkline::library
