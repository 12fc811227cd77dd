// Signals sent to weaklink, handed on to COMMAND. Used by the forwarder's loop and by the lab, in main's one thread.
#pragma once

#include <chrono>

#include "bench/weaklink/sandbox.hpp"
#include "core/error.hpp"
#include "core/file.hpp"

namespace chalkline::weaklink {

// How long COMMAND has after the first signal before everything inside is killed.
inline constexpr std::chrono::seconds kGrace{5};

class SignalRelay {
 public:
  // Blocks SIGTERM, SIGINT, SIGHUP and SIGQUIT for this process and listens for them. Before the sandbox starts: from
  // then on a signal is COMMAND's.
  static Result<SignalRelay> open();
  [[nodiscard]] int fd() const noexcept { return fd_.get(); }
  // Hands on what was sent to this process alone: a key press reaches COMMAND by itself. True when there was any
  // signal.
  bool pass_on(const Sandbox& sandbox) const;

 private:
  explicit SignalRelay(UniqueFd fd) : fd_(std::move(fd)) {}
  UniqueFd fd_;
};

// Blocks until everything in the sandbox has ended; COMMAND's exit code.
Result<int> wait_passing_signals(Sandbox& sandbox, const SignalRelay& signals);

}  // namespace chalkline::weaklink
