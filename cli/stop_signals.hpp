// SIGINT, SIGTERM and SIGHUP as a stop_token. Made once, before any thread: the signals are blocked everywhere and one
// thread here takes them. The first asks everybody to stop; the second ends the process at once.
#pragma once

#include <stop_token>
#include <thread>

#include "core/file.hpp"

namespace chalkline::cli {

class StopSignals {
 public:
  StopSignals();
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;
  [[nodiscard]] std::stop_token token() const { return source_.get_token(); }

 private:
  void listen();

  std::stop_source source_;
  UniqueFd signals_;  // signalfd
  UniqueFd end_;      // eventfd: the destructor's word to the thread
  std::jthread thread_;
};

}  // namespace chalkline::cli
