// What the verbs check of their arguments, and the exit codes.
#include "cli/verbs/arguments.hpp"

#include <doctest/doctest.h>

#include "cli/exit_code.hpp"
#include "tests/support/result.hpp"

using namespace chalkline;
using namespace chalkline::cli;

TEST_CASE("the last colon divides a caption's file from its language") {
  CHECK(parse_side_file("lesson.vtt:sw").value() == SideFile{"lesson.vtt", "sw"});
  CHECK(parse_side_file("C:/a:b.srt:pt-BR").value() == SideFile{"C:/a:b.srt", "pt-BR"});
  for (const char* bad : {"lesson.vtt", "", ":", ":sw", "lesson.vtt:", "a:b.vtt"})
    CHECK_MESSAGE(!parse_side_file(bad), bad);
}

TEST_CASE("language tags have the shape of RFC 5646") {
  for (const char* good : {"en", "sw", "pt-BR", "zh-Hant-TW", "sl-rozaj-biske", "de-CH-1996"})
    CHECK_MESSAGE(check_language(good), good);
  for (const char* bad :
       {"", "e", "english-", "-en", "en--us", "12", "toolongtag", "en_US", "kiswahili!", "\xc3\xa9n", "x-y"})
    CHECK_MESSAGE(!check_language(bad), bad);
}

TEST_CASE("every error has its exit code") {
  CHECK(exit_code_of(Errc::kInvalidArgument) == ExitCode::kUsage);
  CHECK(exit_code_of(Errc::kBadConfig) == ExitCode::kBadConfig);
  CHECK(exit_code_of(Errc::kUnusableInput) == ExitCode::kUnusableInput);
  CHECK(exit_code_of(Errc::kNotFound) == ExitCode::kUnusableInput);
  CHECK(exit_code_of(Errc::kDiskFull) == ExitCode::kDiskFull);
  for (const Errc code : {Errc::kAlreadyExists, Errc::kPermissionDenied, Errc::kIo, Errc::kBusy, Errc::kTimeout,
                          Errc::kCancelled, Errc::kLimitExceeded, Errc::kInternal})
    CHECK(exit_code_of(code) == ExitCode::kFailed);
}
