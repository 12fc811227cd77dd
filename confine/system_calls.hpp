// The system calls that decoding, encoding and writing files need, as a seccomp(2) filter. What they do not need is
// refused with EPERM; what only an attacker asks for ends the process with SIGSYS. Linux on x86-64, ARM64 and RISC-V.
#pragma once

#include <sys/types.h>

#include "core/error.hpp"

namespace chalkline::confine {

// Whether kernel and processor can hold such a filter.
bool can_filter_system_calls();

// Holds for every thread of this process, from now on and for good. Needs no_new_privs. `self` is the process's own id:
// it may signal nobody else. False where there is no filter for this machine.
Result<bool> filter_system_calls(pid_t self);

}  // namespace chalkline::confine
