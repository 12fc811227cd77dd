// The error model: what errno becomes, how an error grows a context, what CHALK_TRY hands on.
#include "core/error.hpp"

#include <array>
#include <cerrno>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>

#include <doctest/doctest.h>

using namespace chalkline;

TEST_CASE("errno becomes the code that callers decide by") {
  constexpr std::array kCases = {std::pair{ENOENT, Errc::kNotFound},         std::pair{ENOTDIR, Errc::kNotFound},
                                 std::pair{EEXIST, Errc::kAlreadyExists},    std::pair{ENOTEMPTY, Errc::kAlreadyExists},
                                 std::pair{EACCES, Errc::kPermissionDenied}, std::pair{EROFS, Errc::kPermissionDenied},
                                 std::pair{ENOSPC, Errc::kDiskFull},         std::pair{EDQUOT, Errc::kDiskFull},
                                 std::pair{EFBIG, Errc::kDiskFull},          std::pair{EADDRINUSE, Errc::kBusy},
                                 std::pair{ETIMEDOUT, Errc::kTimeout},       std::pair{ECANCELED, Errc::kCancelled},
                                 std::pair{EINVAL, Errc::kInvalidArgument},  std::pair{EIO, Errc::kIo}};
  for (const auto& [number, code] : kCases) {
    const int errnum = number;  // clang 14 captures no structured binding
    CAPTURE(errnum);
    CHECK(error_from_errno(errnum, "cannot do it").code == code);
  }
}

TEST_CASE("an error says what was being done, why it failed and what to do") {
  const Error error = error_from_errno(ENOENT, "cannot open lesson.mp4", "check the path");
  CHECK(error.message == "cannot open lesson.mp4: No such file or directory");
  CHECK(error.to_sentence() == "cannot open lesson.mp4: No such file or directory; check the path");
  CHECK(Error(Errc::kIo, "it broke").to_sentence() == "it broke");
}

TEST_CASE("an error seen from further out keeps its code and hint") {
  const Error error = Error(Errc::kDiskFull, "cannot write a", "free some disk space").within("while publishing");
  CHECK(error.code == Errc::kDiskFull);
  CHECK(error.message == "while publishing: cannot write a");
  CHECK(error.hint == "free some disk space");
}

TEST_CASE("every code has a name of its own") {
  std::set<std::string_view> names;
  for (int code = 0; code <= static_cast<int>(Errc::kInternal); ++code) names.insert(name(static_cast<Errc>(code)));
  CHECK(names.size() == static_cast<std::size_t>(Errc::kInternal) + 1);
  CHECK(name(Errc::kUnusableInput) == "unusable_input");
}

namespace {
Result<void> passes_on(Result<void> given) {
  CHALK_TRY(std::move(given));
  return Error(Errc::kInternal, "went on");
}
Result<int> unwraps(Result<std::unique_ptr<int>> given) {
  CHALK_TRY_ASSIGN(const std::unique_ptr<int> held, std::move(given));
  return *held + 1;
}
}  // namespace

TEST_CASE("CHALK_TRY returns the error and goes on without one") {
  CHECK(passes_on(Error(Errc::kBusy, "held")).error().code == Errc::kBusy);
  CHECK(passes_on({}).error().message == "went on");
}

TEST_CASE("CHALK_TRY_ASSIGN unwraps a value that can only be moved") {
  CHECK(unwraps(std::make_unique<int>(41)).value() == 42);
  CHECK(unwraps(Error(Errc::kCorrupt, "bad")).error().code == Errc::kCorrupt);
}

TEST_CASE("a result used without a check says where") {
  const Result<int> failed = Error(Errc::kIo, "it broke");
  CHECK_THROWS_WITH_AS(failed.value(), doctest::Contains("error_test.cpp"), std::logic_error);
}
