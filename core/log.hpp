// Structured log lines on standard error: a constant text, then key=value fields.
//   log_info("published", {{"lesson", id}, {"version", version}});
// Thread-safe. Levels: debug, info, warn, error. Call set_log_level once from main.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <fmt/format.h>

namespace chalkline {

enum class LogLevel { kDebug, kInfo, kWarn, kError };

template <class T>
concept Arithmetic = std::is_arithmetic_v<T>;

struct LogField {
  std::string_view key;
  std::string value;  // quoted on output where it holds spaces, quotes or control characters
  LogField(std::string_view k, std::string v) : key(k), value(std::move(v)) {}
  LogField(std::string_view k, std::string_view v) : key(k), value(v) {}
  LogField(std::string_view k, const char* v) : key(k), value(v) {}
  template <Arithmetic T>
  LogField(std::string_view k, T v) : key(k), value(fmt::format("{}", v)) {}
};

void set_log_level(LogLevel level);
void log(LogLevel level, std::string_view text, std::initializer_list<LogField> fields = {});

inline void log_debug(std::string_view text, std::initializer_list<LogField> f = {}) { log(LogLevel::kDebug, text, f); }
inline void log_info(std::string_view text, std::initializer_list<LogField> f = {}) { log(LogLevel::kInfo, text, f); }
inline void log_warn(std::string_view text, std::initializer_list<LogField> f = {}) { log(LogLevel::kWarn, text, f); }
inline void log_error(std::string_view text, std::initializer_list<LogField> f = {}) { log(LogLevel::kError, text, f); }

// value as it appears in a line: bare, or "quoted with \" and \n escaped".
std::string log_quote(std::string_view value);

}  // namespace chalkline
