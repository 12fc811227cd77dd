// A network with nobody in it, by network_namespaces(7): no interface is up, not even the loopback one.
#pragma once

namespace chalkline::confine {

// Moves the calling thread, which should be the only one, into an empty network of its own; through a user namespace
// where that right is missing. False where the system allows neither. The parent-death signal is lost by the latter.
bool leave_network() noexcept;

// Whether leave_network() would succeed, tried in a child process. May be called with other threads running.
bool can_leave_network();

}  // namespace chalkline::confine
