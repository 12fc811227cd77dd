// The order matters: the user namespace wants one thread and no filter, Landlock wants to open its paths and
// no_new_privs, and the filter of system calls comes last because it refuses all the others.
#include "confine/confine.hpp"

#include <cerrno>

#include <fmt/format.h>
#include <linux/capability.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "confine/network.hpp"
#include "confine/system_calls.hpp"

namespace chalkline::confine {

namespace {

// Root that transcodes still reads and writes files of others; nothing else of its power is of use here.
Result<void> drop_capabilities() {
  constexpr std::uint32_t kKept = 1U << CAP_DAC_OVERRIDE | 1U << CAP_DAC_READ_SEARCH | 1U << CAP_FOWNER;
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[2] = {};
  if (::syscall(SYS_capget, &header, data) != 0) return error_from_errno(errno, "cannot read this process's powers");
  data[0].effective &= kKept;
  data[0].permitted &= kKept;
  data[0].inheritable = 0;
  data[1] = {};
  if (::syscall(SYS_capset, &header, data) != 0) return error_from_errno(errno, "cannot drop this process's powers");
  return {};
}

// A user namespace clears the parent-death signal and makes /proc/self root's (prctl(2)): both are put back. Where the
// parent went in between, so do we.
void leave_network_and_stay_mortal(Confinement& held) {
  int signal = 0;
  const pid_t parent = ::getppid();
  ::prctl(PR_GET_PDEATHSIG, &signal);
  const int dumpable = ::prctl(PR_GET_DUMPABLE);
  held.no_network = leave_network();
  if (dumpable == 1) ::prctl(PR_SET_DUMPABLE, 1);
  if (signal == 0) return;
  ::prctl(PR_SET_PDEATHSIG, signal);
  if (::getppid() != parent) ::raise(signal);
}

}  // namespace

std::vector<std::string> Confinement::missing() const {
  std::vector<std::string> clauses;
  if (landlock == 0) clauses.emplace_back("its files (needs Linux 5.13 with Landlock among the kernel's lsm=)");
  if (!no_network && !system_calls) clauses.emplace_back("the network (needs user namespaces, or the next)");
  if (!system_calls) clauses.emplace_back("its system calls (needs seccomp on x86-64, ARM64 or RISC-V)");
  return clauses;
}

Result<Confinement> confine(const Request& request) {
  Confinement held;
  apply(request.limits);
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return error_from_errno(errno, "cannot give up new privileges");
  leave_network_and_stay_mortal(held);
  CHALK_TRY_ASSIGN(const bool files, restrict_files(request.files));
  held.landlock = files ? landlock_version() : 0;
  CHALK_TRY(drop_capabilities());
  CHALK_TRY_ASSIGN(held.system_calls, filter_system_calls(::getpid()));
  return held;
}

Confinement available() {
  Confinement possible;
  possible.landlock = landlock_version();
  possible.no_network = can_leave_network();
  possible.system_calls = can_filter_system_calls();
  return possible;
}

}  // namespace chalkline::confine
