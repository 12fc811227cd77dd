// The one switch from Errc to exit codes.
#include "cli/exit_code.hpp"

#include <cstdio>
#include <string>

namespace chalkline::cli {

ExitCode exit_code_of(Errc code) noexcept {
  switch (code) {
    case Errc::kInvalidArgument: return ExitCode::kUsage;
    case Errc::kBadConfig: return ExitCode::kBadConfig;
    case Errc::kUnusableInput:
    case Errc::kNotFound:
    case Errc::kCorrupt: return ExitCode::kUnusableInput;
    case Errc::kDiskFull: return ExitCode::kDiskFull;
    case Errc::kAlreadyExists:
    case Errc::kPermissionDenied:
    case Errc::kIo:
    case Errc::kBusy:
    case Errc::kTimeout:
    case Errc::kCancelled:
    case Errc::kLimitExceeded:
    case Errc::kInternal: return ExitCode::kFailed;
  }
  return ExitCode::kFailed;
}

int fail_with(const Error& error) {
  std::string text = "chalkline: ";
  for (const char c : error.to_sentence()) {
    text += c;
    if (c == '\n') text += "chalkline: ";
  }
  text += '\n';
  std::fputs(text.c_str(), stderr);
  return static_cast<int>(exit_code_of(error.code));
}

}  // namespace chalkline::cli
