// How often each style speaks: a bar five times a second, JSON twice, a log at each new stage and tenth or after a
// minute.
#include "cli/display/progress_display.hpp"

#include <cstdio>
#include <cstdlib>
#include <string_view>

#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/display/progress_text.hpp"

namespace chalkline::cli {

using namespace std::chrono_literals;

static ProgressDisplay::Style style_for(bool json) {
  if (json) return ProgressDisplay::Style::kJson;
  const char* terminal = std::getenv("TERM");
  const bool can_redraw = ::isatty(STDERR_FILENO) == 1 && terminal && std::string_view(terminal) != "dumb";
  return can_redraw ? ProgressDisplay::Style::kBar : ProgressDisplay::Style::kLines;
}

static int terminal_columns() {
  winsize size{};
  return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col - 1 : 79;
}

ProgressDisplay::ProgressDisplay(bool json) : style_(style_for(json)) {}

bool ProgressDisplay::is_due(const ProgressEvent& event) const {
  const auto now = std::chrono::steady_clock::now();
  // A log does not need to hear of the short look at a file that may yet be refused.
  if (style_ == Style::kLines && event.stage == "probing" && now - began_ < 5s) return false;
  if (event.stage != last_stage_) return true;
  const auto since = now - last_shown_;
  if (style_ == Style::kBar) return since >= 200ms;
  if (style_ == Style::kJson) return since >= 500ms;
  return since >= 60s || static_cast<int>(event.fraction * 10) != last_tenth_;
}

void ProgressDisplay::show(const ProgressEvent& event) {
  const std::scoped_lock lock(mutex_);
  if (!is_due(event)) return;
  last_stage_ = event.stage;
  last_tenth_ = static_cast<int>(event.fraction * 10);
  last_shown_ = std::chrono::steady_clock::now();
  if (style_ == Style::kJson) {
    print_now(to_line(event));
  } else if (style_ == Style::kBar) {
    std::fprintf(stderr, "\r\033[K%s", bar_text(event, terminal_columns()).c_str());
    std::fflush(stderr);
    bar_stands_ = true;
  } else {
    std::fprintf(stderr, "%s\n", line_text(event).c_str());
  }
}

void ProgressDisplay::clear() {
  const std::scoped_lock lock(mutex_);
  if (!bar_stands_) return;
  std::fputs("\r\033[K", stderr);
  std::fflush(stderr);
  bar_stands_ = false;
}

void print_now(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

}  // namespace chalkline::cli
