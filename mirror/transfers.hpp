// The files that are on their way from the upstream, each once for all who wait for it, and which of them turned out to
// be bad after some of it was given on. Any thread.
#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "core/error.hpp"
#include "library/growing_file.hpp"

namespace chalkline::mirror {

class Transfers {
 public:
  struct Transfer {
    std::shared_ptr<library::GrowingFile> growing;
    bool first = false;  // the caller carries it out, and calls over() at its end
  };
  // Never one that has failed, though its thread may not have got to its end yet.
  Transfer join(const std::string& path);
  // Ends `growing`. Who comes from now on finds the file, or has it fetched anew.
  void over(const std::string& path, library::GrowingFile& growing, const Result<void>& how);

  // Whether somebody may have a part of it that was bad; for longer than any player tries again.
  bool begun_badly(const std::string& path);
  // Until none is under way.
  void wait_for_all();

 private:
  using Clock = std::chrono::steady_clock;

  std::mutex mutex_;
  std::condition_variable landed_;
  std::map<std::string, std::shared_ptr<library::GrowingFile>> coming_;  // by path
  std::map<std::string, Clock::time_point> bad_;                         // when it was found out, by path
  int under_way_ = 0;                                                    // whose end was not told yet
};

}  // namespace chalkline::mirror
