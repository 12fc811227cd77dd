// The error model of every folder: an expected failure is a value, Result<T>, never an exception.
// An Error says what was being done, to which file, why it failed, and what the user can do about it.
// One switch per boundary maps Errc to an exit code (cli/exit_code.hpp) or an HTTP status (streamer/http/status.hpp).
#pragma once

#include <iosfwd>
#include <string>
#include <string_view>

#include <boost/system/result.hpp>

namespace chalkline {

enum class Errc {
  kInvalidArgument,   // the caller asked for something that makes no sense: usage, a bad request
  kNotFound,          // no such lesson, version, file
  kAlreadyExists,     // the name is taken
  kPermissionDenied,  // the system or a role refused
  kIo,                // reading or writing failed
  kDiskFull,          // ENOSPC, EDQUOT, EFBIG
  kBadConfig,         // the configuration cannot be used
  kUnusableInput,     // a media or text file that cannot be turned into a lesson
  kCorrupt,           // stored bytes do not match what was recorded of them
  kBusy,              // somebody else holds it: a port, a lock, a job
  kTimeout,           // a deadline passed
  kCancelled,         // asked to stop
  kLimitExceeded,     // a limit of ours was reached
  kInternal,          // our bug
};

// "unusable input", for logs and JSON ("kUnusableInput" -> "unusable_input" in name()).
std::string_view name(Errc code) noexcept;

struct Error {
  Errc code = Errc::kInternal;
  std::string message;  // one clause without a final full stop: "cannot read lesson.mp4: no such file"
  std::string hint;     // what to do, or empty: "check the path"

  Error() = default;
  Error(Errc c, std::string m, std::string h = {}) : code(c), message(std::move(m)), hint(std::move(h)) {}

  // The same failure seen from further out: "while publishing: cannot write ...".
  [[nodiscard]] Error within(std::string_view doing) const;
  // "message. Hint." - one sentence or two for a person.
  [[nodiscard]] std::string to_sentence() const;
};

// "not_found: cannot open lesson.mp4: ...", for test output; REQUIRE(result) needs it.
std::ostream& operator<<(std::ostream& out, const Error& error);

// From errno: chooses the Errc (ENOENT -> kNotFound, ENOSPC -> kDiskFull, ...) and writes "doing: reason".
Error error_from_errno(int errnum, std::string_view doing, std::string hint = {});

template <class T>
using Result = boost::system::result<T, Error>;

// Called by Result<T>::value() on an error. Use of value() without a check is a bug of ours.
[[noreturn]] void throw_exception_from_error(const Error& error, const boost::source_location& where);

}  // namespace chalkline

// CHALK_TRY(expr) returns the error of a Result<void>; CHALK_TRY_ASSIGN(declaration, expr) unwraps a Result<T>.
// Not for coroutines.
#define CHALK_CONCAT_INNER(a, b) a##b
#define CHALK_CONCAT(a, b) CHALK_CONCAT_INNER(a, b)
#define CHALK_TRY(expr)                                                                            \
  if (auto CHALK_CONCAT(chalk_result_, __LINE__) = (expr); !CHALK_CONCAT(chalk_result_, __LINE__)) \
  return std::move(CHALK_CONCAT(chalk_result_, __LINE__)).error()
#define CHALK_TRY_ASSIGN(declaration, expr)                                                                    \
  auto CHALK_CONCAT(chalk_result_, __LINE__) = (expr);                                                         \
  if (!CHALK_CONCAT(chalk_result_, __LINE__)) return std::move(CHALK_CONCAT(chalk_result_, __LINE__)).error(); \
  declaration = std::move(*CHALK_CONCAT(chalk_result_, __LINE__))
