// Reports of visits on the disk: DIR/reports/<day>.jsonl, one line each, only ever added to. At an origin they are the
// operator's to read. On a mirror they wait to be sent on: whoever sends renames a file away first, sends its lines and
// removes it; a line that comes meanwhile begins a new file, since none is kept open.
#pragma once

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string_view>

#include "core/error.hpp"

namespace chalkline::library {

// Where they lie.
std::filesystem::path reports_folder(const std::filesystem::path& root);

class ReportSpool {
 public:
  static constexpr std::uint64_t kMostBytesADay = 64'000'000;
  static constexpr int kKeptDays = 90;

  explicit ReportSpool(const std::filesystem::path& root) : folder_(reports_folder(root)) {}

  // One write each: a line is there whole or not at all. `lines`: each with its end. kDiskFull also where the day has
  // had as much as is kept; other errors of the disk. The first line of a day removes what is older than kKeptDays. Any
  // thread; blocks.
  Result<void> add(std::string_view lines, std::int64_t unix_ms);

 private:
  void forget_old(std::int64_t unix_ms);

  const std::filesystem::path folder_;
  std::mutex mutex_;
  std::int64_t day_ = 0;  // of the last line, days since 1970
};

}  // namespace chalkline::library
