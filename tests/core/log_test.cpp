// Log lines stay one line and one field each, whatever a value holds.
#include "core/log.hpp"

#include <string>
#include <string_view>

#include <doctest/doctest.h>

using namespace chalkline;

TEST_CASE("a plain value is written bare") {
  CHECK(log_quote("how-things-fall") == "how-things-fall");
  CHECK(log_quote("/v/ab/video/0/1.m4s") == "/v/ab/video/0/1.m4s");
  CHECK(log_quote("Kiswahili-é") == "Kiswahili-é");
}

TEST_CASE("an empty value is seen to be there") { CHECK(log_quote("") == "\"\""); }

TEST_CASE("spaces, equals signs and quotes are quoted so that a field cannot be forged") {
  CHECK(log_quote("two words") == "\"two words\"");
  CHECK(log_quote("a=b") == "\"a=b\"");
  CHECK(log_quote("say \"hi\"") == R"("say \"hi\"")");
  CHECK(log_quote(R"(C:\x)") == R"("C:\\x")");
}

TEST_CASE("no control character reaches the log, wherever it stands") {
  CHECK(log_quote("one\ntwo") == R"("one\ntwo")");
  for (int byte = 0; byte < 0x20; ++byte) {
    const std::string value = std::string("a") + static_cast<char>(byte) + "b";
    CAPTURE(byte);
    for (const char c : log_quote(value)) CHECK(static_cast<unsigned char>(c) >= 0x20);
  }
  CHECK(log_quote("a\x7f"
                  "b") == "\"a b\"");
  CHECK(log_quote("\x1b[2J") == "\" [2J\"");
}

TEST_CASE("numbers are fields too") {
  CHECK(LogField("bytes", 12345).value == "12345");
  CHECK(LogField("share", 0.5).value == "0.5");
  CHECK(LogField("hit", true).value == "true");
}
