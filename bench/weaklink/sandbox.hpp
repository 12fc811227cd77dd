// COMMAND in a process namespace of its own, so that nothing it starts outlives it: the namespace's first process is a
// small init of ours, which the kernel kills when weaklink ends in whatever way (PR_SET_PDEATHSIG), and with an init
// the kernel kills its whole namespace (pid_namespaces(7)). Called by main's one thread, which must be the only one.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "bench/weaklink/network.hpp"
#include "core/error.hpp"
#include "core/file.hpp"

namespace chalkline::weaklink {

struct SandboxPlan {
  const NetworkNamespace* network = nullptr;  // where COMMAND runs; outlives start()
  std::vector<std::string> command;
  std::vector<std::pair<std::string, std::string>> environment;  // added to this process's own
};

class Sandbox {
 public:
  // kNotFound or kPermissionDenied when the command cannot be run: exit codes 127 and 126 by custom.
  static Result<Sandbox> start(const SandboxPlan& plan);
  Sandbox(Sandbox&&) noexcept = default;
  Sandbox& operator=(Sandbox&&) = delete;
  ~Sandbox();  // kills and reaps what still runs

  // Readable when everything inside has ended.
  [[nodiscard]] int ended_fd() const noexcept { return pidfd_.get(); }
  void signal(int number) const;  // to COMMAND; SIGKILL: to everything inside
  int wait();                     // COMMAND's exit code, 128 + n when signal n ended it

 private:
  Sandbox(UniqueFd pidfd, UniqueFd alive) : pidfd_(std::move(pidfd)), alive_(std::move(alive)) {}
  UniqueFd pidfd_;
  UniqueFd alive_;  // while it is open, init knows that we are here
};

}  // namespace chalkline::weaklink
