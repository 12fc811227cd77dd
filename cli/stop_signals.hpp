// SIGINT, SIGTERM and SIGHUP as a stop_token. Made once, before any thread: the signals are blocked everywhere and one
// thread here takes them. The first asks everybody to stop; the second ends the process at once. While a HangupHandler
// lives, SIGHUP calls it instead, as daemons do, unless it means that our own terminal has gone.
#pragma once

#include <functional>
#include <stop_token>
#include <thread>

#include "core/file.hpp"

namespace chalkline::cli {

class HangupHandler {
 public:
  // `reload` is called on the signals' thread; it must not throw. One at a time.
  explicit HangupHandler(std::function<void()> reload);
  ~HangupHandler();
  HangupHandler(const HangupHandler&) = delete;
  HangupHandler& operator=(const HangupHandler&) = delete;
};

class StopSignals {
 public:
  StopSignals();
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;
  [[nodiscard]] std::stop_token token() const { return source_.get_token(); }

 private:
  void listen();
  void take(int number);

  const bool had_terminal_;
  std::stop_source source_;
  UniqueFd signals_;  // signalfd
  UniqueFd end_;      // eventfd: the destructor's word to the thread
  std::jthread thread_;
};

}  // namespace chalkline::cli
