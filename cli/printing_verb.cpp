// One way to end for all of them.
#include "cli/printing_verb.hpp"

#include <utility>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "cli/exit_code.hpp"
#include "cli/progress_display.hpp"

namespace chalkline::cli {

Verb printing(std::function<Result<std::string>()> action) {
  return [action = std::move(action)](const std::stop_token&) {
    const auto text = action();
    if (!text) return fail_with(text.error());
    print_now(*text);
    return static_cast<int>(ExitCode::kDone);
  };
}

std::string day_text(std::int64_t unix_ms) {
  return unix_ms == 0 ? std::string("never")
                      : fmt::format("{:%Y-%m-%d %H:%M} UTC", fmt::gmtime(static_cast<std::time_t>(unix_ms / 1000)));
}

}  // namespace chalkline::cli
