// How a verb ends: the exit code for an error, and the sentence on standard error that goes with it.
#pragma once

#include "core/error.hpp"

namespace chalkline::cli {

enum class ExitCode : int {
  kDone = 0,
  kFailed = 1,
  kUsage = 2,
  kBadConfig = 3,
  kUnusableInput = 4,
  kDiskFull = 5,
};

ExitCode exit_code_of(Errc code) noexcept;

// Writes "chalkline: <sentence>" on standard error, each line of a longer message by itself, and returns the exit code.
int fail_with(const Error& error);

}  // namespace chalkline::cli
