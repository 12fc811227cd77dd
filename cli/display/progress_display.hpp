// Where progress goes: a bar on a terminal, sparse lines in a log, JSON lines for a program. Thread-safe; show() may be
// called as often as one likes.
#pragma once

#include <chrono>
#include <mutex>
#include <string>

#include "cli/jobs/event.hpp"

namespace chalkline::cli {

class ProgressDisplay {
 public:
  enum class Style { kBar, kLines, kJson };
  // kJson where a program reads, else a bar where standard error is a terminal, else lines.
  explicit ProgressDisplay(bool json);
  explicit ProgressDisplay(Style style) : style_(style) {}
  ProgressDisplay(const ProgressDisplay&) = delete;
  ProgressDisplay& operator=(const ProgressDisplay&) = delete;
  ~ProgressDisplay() { clear(); }

  void show(const ProgressEvent& event);
  // Takes the bar away before something else is printed. Nothing to do for the other styles.
  void clear();
  [[nodiscard]] Style style() const { return style_; }

 private:
  [[nodiscard]] bool is_due(const ProgressEvent& event) const;

  std::mutex mutex_;
  Style style_;
  std::string last_stage_;
  int last_tenth_ = -1;
  const std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point last_shown_{};
  bool bar_stands_ = false;
};

// Writes to standard output at once, so that a reader at the other end of a pipe sees the line now.
void print_now(const std::string& text);

}  // namespace chalkline::cli
