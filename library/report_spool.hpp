// Reports of visits on the disk: DIR/reports/<day>.jsonl, one line each, only ever added to, never changed. At an
// origin they are the operator's to read. A mirror sends them on, and remembers how much of each day it has sent
// (cli/serve/visit_forwarder.hpp); the server that takes them keeps the same bytes (forwarded_reports.hpp).
#pragma once

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string>
#include <string_view>

#include "core/error.hpp"

namespace chalkline::library {

// Where they lie.
std::filesystem::path reports_folder(const std::filesystem::path& root);

// "2026-11-26": a day that is kept at that time, or comes within two days of it (clocks differ).
bool is_kept_day(std::string_view day, std::int64_t unix_ms);
// Removes the files of days that are not kept any more; what has another name stays.
void forget_old_days(const std::filesystem::path& folder, std::int64_t unix_ms);

class ReportSpool {
 public:
  static constexpr std::uint64_t kMostBytesADay = 64'000'000;
  static constexpr int kKeptDays = 90;

  explicit ReportSpool(const std::filesystem::path& root) : folder_(reports_folder(root)) {}

  // Each line is there whole or not at all, whatever the disk does. `lines`: each with its end. kDiskFull also where
  // the day has had as much as is kept; other errors of the disk. The first line of a day removes what is older than
  // kKeptDays. Any thread; blocks.
  Result<void> add(std::string_view lines, std::int64_t unix_ms);

 private:
  const std::filesystem::path folder_;
  std::mutex mutex_;
  std::int64_t day_ = 0;  // of the last line, days since 1970
};

}  // namespace chalkline::library
