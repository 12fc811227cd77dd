// spdlog behind log.hpp, so that no other file includes it.
#include "core/log.hpp"

#include <algorithm>

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace chalkline {

static spdlog::logger& logger() {
  static const auto instance = [] {
    auto made = spdlog::stderr_logger_mt("chalkline");
    made->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc);
    made->flush_on(spdlog::level::debug);
    return made;
  }();
  return *instance;
}

static spdlog::level::level_enum level_of(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug: return spdlog::level::debug;
    case LogLevel::kInfo: return spdlog::level::info;
    case LogLevel::kWarn: return spdlog::level::warn;
    case LogLevel::kError: return spdlog::level::err;
  }
  return spdlog::level::err;
}

void set_log_level(LogLevel level) { logger().set_level(level_of(level)); }

static bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

std::string log_quote(std::string_view value) {
  const bool bare = !value.empty() && value.find_first_of(" \"=\\") == std::string_view::npos &&
                    std::none_of(value.begin(), value.end(), is_control);
  if (bare) return std::string(value);
  std::string quoted = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') quoted += '\\';
    if (c == '\n') {
      quoted += "\\n";
    } else {
      quoted += is_control(c) ? ' ' : c;
    }
  }
  return quoted + '"';
}

void log(LogLevel level, std::string_view text, std::initializer_list<LogField> fields) {
  auto& out = logger();
  if (!out.should_log(level_of(level))) return;
  std::string line(text);
  for (const LogField& field : fields) {
    line += ' ';
    line += field.key;
    line += '=';
    line += log_quote(field.value);
  }
  out.log(level_of(level), "{}", line);
}

}  // namespace chalkline
