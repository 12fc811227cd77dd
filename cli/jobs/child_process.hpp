// A child process under limits: its own process group, no standard input, killed when this process or the thread that
// started it dies. Its standard output and standard error are pipes read by the owner. One thread owns it; the
// destructor kills the whole group and reaps. What else it gives up (network, files, system calls) it gives up itself:
// confine/.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "confine/limits.hpp"
#include "confine/priority.hpp"
#include "core/error.hpp"
#include "core/file.hpp"

namespace chalkline::cli {

using confine::kUnderSanitizer;

struct ChildOptions {
  confine::Limits limits;
  std::optional<int> niceness = confine::kMostNice;  // confine::give_way(); none: as the caller
};

// How a child ended: an exit code or a signal.
struct ChildEnd {
  std::optional<int> exit_code;
  int signal = 0;
};

class ChildProcess {
 public:
  // Starts `program` with `arguments` after its name. kIo when there is no process to be had.
  static Result<ChildProcess> start(const std::string& program, const std::vector<std::string>& arguments,
                                    const ChildOptions& options);
  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&&) = delete;
  ~ChildProcess();

  [[nodiscard]] int output() const { return output_.get(); }  // read ends, non-blocking
  [[nodiscard]] int errors() const { return errors_.get(); }
  void close_output() { output_.reset(); }
  void close_errors() { errors_.reset(); }
  // SIGTERM or SIGKILL to its group; nothing once it has been reaped.
  void signal(int number) const;
  // CPU time that all its threads together have used; 0 once it has ended.
  [[nodiscard]] std::chrono::nanoseconds cpu_time() const;
  // How it ended, as soon as it has; waits no longer than `patience`.
  std::optional<ChildEnd> wait(std::chrono::milliseconds patience);

 private:
  ChildProcess(pid_t pid, UniqueFd handle, UniqueFd output, UniqueFd errors)
      : pid_(pid), handle_(std::move(handle)), output_(std::move(output)), errors_(std::move(errors)) {}

  pid_t pid_;        // 0 once reaped or moved from
  UniqueFd handle_;  // pidfd: readable when the child has ended
  UniqueFd output_;
  UniqueFd errors_;
};

}  // namespace chalkline::cli
