// Days are UTC's. Nothing is fsynced: a report that a power cut takes is no loss that anybody was promised against.
#include "library/report_spool.hpp"

#include <cerrno>
#include <chrono>
#include <span>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include "core/file.hpp"

namespace chalkline::library {

namespace fs = std::filesystem;

static constexpr std::int64_t kDayMs = 86'400'000;

static std::string name_of_day(std::int64_t day) {
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{day}}};
  return fmt::format("{:04}-{:02}-{:02}.jsonl", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

fs::path reports_folder(const fs::path& root) { return root / "reports"; }

Result<void> ReportSpool::add(std::string_view lines, std::int64_t unix_ms) {
  const std::scoped_lock lock(mutex_);
  const std::int64_t day = unix_ms / kDayMs;
  if (day != day_) {
    CHALK_TRY(make_directories(folder_));
    forget_old(unix_ms);
    day_ = day;
  }
  const fs::path path = folder_ / name_of_day(day);
  const UniqueFd file(::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640));
  if (file.get() < 0) return error_from_errno(errno, "cannot keep a report in " + path.string());
  struct stat facts {};
  if (::fstat(file.get(), &facts) != 0) return error_from_errno(errno, "cannot look at " + path.string());
  if (static_cast<std::uint64_t>(facts.st_size) + lines.size() > kMostBytesADay)
    return Error(Errc::kDiskFull, path.string() + " has as much as is kept of a day");
  return write_all(file.get(), std::as_bytes(std::span(lines)), path);
}

// By their names: what has another is not ours.
void ReportSpool::forget_old(std::int64_t unix_ms) {
  const std::string oldest = name_of_day(unix_ms / kDayMs - kKeptDays);
  std::error_code failed;
  for (fs::directory_iterator at(folder_, failed), end; !failed && at != end; at.increment(failed)) {
    const std::string name = at->path().filename().string();
    if (name.size() != oldest.size() || !name.ends_with(".jsonl") || name >= oldest) continue;
    std::error_code ignored;
    fs::remove(at->path(), ignored);
  }
}

}  // namespace chalkline::library
