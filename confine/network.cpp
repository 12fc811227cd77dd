// unshare(2).
#include "confine/network.hpp"

#include <cerrno>

#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

namespace chalkline::confine {

bool leave_network() noexcept { return ::unshare(CLONE_NEWNET) == 0 || ::unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0; }

bool can_leave_network() {
  const pid_t child = ::fork();
  if (child < 0) return false;
  if (child == 0) ::_exit(leave_network() ? 0 : 1);  // async-signal-safe calls only
  int status = 0;
  while (::waitpid(child, &status, 0) < 0)
    if (errno != EINTR) return false;
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace chalkline::confine
