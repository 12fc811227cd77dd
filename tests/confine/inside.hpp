// A child process that does something after it has been confined, and how that ended: real system calls against the
// real kernel. The child is forked from the test, which has one thread.
#pragma once

#include <functional>
#include <string>

#include "confine/confine.hpp"

namespace chalkline::confine::tests {

// What the child did: `value` is what the function returned (errno of a failed call, 0), unless a signal ended it.
struct Outcome {
  int value = -1;
  int signal = 0;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

inline constexpr int kNotConfined = 250;  // the value when confine() itself failed

// `before`, if any, runs in the child ahead of the confinement.
Outcome inside(const Request& request, const std::function<int()>& act, const std::function<void()>& before = {});

// A folder with `own/` (may be written), `own.mp4` (may be read) and `other.txt`, which is nobody's business.
struct Places {
  std::string root;
  Places();
  Places(const Places&) = delete;
  Places& operator=(const Places&) = delete;
  ~Places();
  [[nodiscard]] std::string own_folder() const { return root + "/own"; }
  [[nodiscard]] std::string own_file() const { return root + "/own.mp4"; }
  [[nodiscard]] std::string other() const { return root + "/other.txt"; }
  [[nodiscard]] Request request() const;
};

}  // namespace chalkline::confine::tests
