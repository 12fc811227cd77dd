// A file that is still coming: who reads it may give its bytes on as they come, but never the last of them before the
// whole has the hash that it must have (`whole`). One thread writes, any number read; any thread.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "core/error.hpp"
#include "core/file.hpp"

namespace chalkline::library {

class GrowingFile {
 public:
  struct Seen {
    std::uint64_t there = 0;  // bytes from the beginning that can be read
    bool whole = false;       // all of them, and they are what they must be
    bool failed = false;      // it will not become whole
  };

  // The writer's. `reader`: the file, open for reading; before any byte is told, and again where it goes on in another
  // file, which has what was told. ended(): the last call; of two the first counts.
  void opened(UniqueFd reader);
  void grew(std::uint64_t there);
  void ended(const Result<void>& how);

  [[nodiscard]] Seen seen() const;
  // A descriptor of one's own; valid also when the file is renamed or removed.
  Result<UniqueFd> reader() const;
  // The file that has all that was seen before this call, valid as long as this object; -1 before opened(). For who
  // reads on: it may be another one than before.
  [[nodiscard]] int descriptor() const;
  // Calls once, when more than `than` bytes are there or it has ended: at once, or on the writer's thread.
  void when_more(std::uint64_t than, std::function<void()> call);
  using Clock = std::chrono::steady_clock;
  // Until the first byte is there, or it has ended; the error where it has failed, kTimeout where neither was so in
  // time.
  Result<void> wait_for_some(Clock::time_point until = Clock::time_point::max()) const;
  Result<void> wait_for_end(Clock::time_point until = Clock::time_point::max()) const;

 private:
  [[nodiscard]] Seen seen_locked() const;

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::vector<UniqueFd> files_;  // the last one counts; somebody may still read from those before
  std::uint64_t there_ = 0;
  std::optional<Result<void>> end_;
  std::vector<std::pair<std::uint64_t, std::function<void()>>> waiting_;
};

}  // namespace chalkline::library
