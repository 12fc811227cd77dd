// One way to end for all of them.
#include "cli/verbs/printing_verb.hpp"

#include <utility>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "cli/display/progress_display.hpp"
#include "cli/exit_code.hpp"

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
